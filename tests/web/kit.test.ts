// What all explorables share: numbers, and the state in the address. What needs a real page is
// driven in a browser, by tests/site/test_explore_*.py.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { number, percent, subscript, superscript } from "../../web/src/kit/format.ts";

const listeners: ((event: unknown) => void)[] = [];
const calls: string[] = [];
const place = { search: "", hash: "" };
const visit = (how: string) => (_: unknown, __: string, address: string) => {
  calls.push(`${how} ${address}`);
  place.search = `?${address.split("?")[1]!.split("#")[0]}`;
};
Object.assign(globalThis, {
  document: { documentElement: { lang: "en" } },
  location: place,
  history: { state: null, pushState: visit("push"), replaceState: visit("replace") },
  addEventListener: (_: string, listener: (event: unknown) => void) => listeners.push(listener),
});
const { addressOf, oneOf, read, whole, write } = await import("../../web/src/kit/address.ts");
const { Trail } = await import("../../web/src/kit/history.ts");
const { say } = await import("../../web/src/kit/words.ts");

beforeEach(() => {
  listeners.length = 0;
  calls.length = 0;
  Object.assign(place, { search: "", hash: "" });
});

test("numbers are written as in the book", () => {
  for (const [value, digits, text] of [
    [0, 3, "0"], [12, 3, "12"], [-12, 3, "−12"], [0.12345, 3, "0.123"], [0.5, 3, "0.5"],
    [-0.0012345, 3, "−0.00123"], [1.5e-6, 3, "1.5×10⁻⁶"], [1e-7, 3, "10⁻⁷"], [-1e-7, 3, "−10⁻⁷"],
    [123456, 3, "123456"], [2345678.9, 3, "2.35×10⁶"], [Infinity, 3, "∞"], [-Infinity, 3, "−∞"],
    [NaN, 3, "–"], [0.0009999, 2, "0.001"],
  ] as const) {
    assert.equal(number(value, digits), text);
  }
  assert.equal(superscript(-12), "⁻¹²");
  assert.equal(subscript(10), "₁₀");
  assert.equal(percent(0.4567), "46%");
  assert.equal(percent(-0.4567, 1), "−45.7%");
});

test("what is written can be read, and other names are left alone", () => {
  place.search = "?verdict=refuted&fold=k:3";
  write("xor", { seed: "7", note: "a,b:c&d 中" }, true);
  assert.deepEqual(read("xor"), { seed: "7", note: "a,b:c&d 中" });
  assert.deepEqual(read("fold"), { k: "3" });
  assert.match(place.search, /^\?verdict=refuted&fold=k:3&xor=seed:7,/);
  assert.equal(read("wide"), null);
});

test("the anchor stays, and the same state is not written twice", () => {
  place.hash = "#fig-a";
  assert.ok(write("xor", { seed: "7" }, false));
  assert.ok(!write("xor", { seed: "7" }, true));
  assert.deepEqual(calls, ["replace ?xor=seed:7#fig-a"]);
  write("xor", { seed: "8" }, true);
  assert.deepEqual(calls.slice(1), ["push ?xor=seed:8#fig-a"]);
});

test("what was written last stands last, and a link holds it alone", () => {
  Object.assign(place, { search: "?xor=seed:7&curve=n:3", hash: "#luck" });
  Object.assign(place, { href: `https://a.test/p/${place.search}${place.hash}` });
  write("xor", { seed: "8" }, true);
  assert.equal(place.search, "?curve=n:3&xor=seed:8");
  assert.equal(addressOf("xor", false), "https://a.test/p/?xor=seed:8#explore-xor");
  assert.equal(addressOf("curve", true), "https://a.test/p/?embed=curve&curve=n:3");
});

test("a frame makes no steps of the page around it", () => {
  place.search = "?embed=xor&xor=seed:7";
  assert.ok(write("xor", { seed: "8" }, true));
  assert.deepEqual(calls, ["replace ?embed=xor&xor=seed:8"]);
});

test("where the address cannot be written its state is kept all the same", () => {
  const allowed = history.replaceState;
  Object.assign(place, { search: "?embed=xor&xor=seed:7", href: "about:srcdoc?embed=xor" });
  history.replaceState = () => {
    throw new Error("SecurityError");
  };
  assert.ok(write("xor", { seed: "8" }, true));
  assert.ok(!write("xor", { seed: "8" }, true));
  assert.deepEqual(read("xor"), { seed: "8" });
  assert.match(addressOf("xor", false), /\?xor=seed:8#explore-xor$/);
  history.replaceState = allowed;
  write("xor", { seed: "9" }, false);
  assert.equal(place.search, "?embed=xor&xor=seed:9");
});

const placesOf = () => calls.map((call) => call.replace(/ \?\w+=c:/, " "));

test("a drag is one step, written where it is let go", () => {
  const trail = new Trail("fold", () => {});
  trail.note({ c: "0.5" });
  for (const c of ["0.6", "0.7"]) trail.move({ c }, false);
  trail.move({ c: "0.7" }, true);
  trail.move({ c: "0.8" }, false);
  trail.move({ c: "0.9" }, true);
  assert.deepEqual(placesOf(), ["replace 0.5", "push 0.7", "push 0.9"]);
});

test("a drag that ends where it began is no step", () => {
  const trail = new Trail("fold", () => {});
  trail.note({ c: "0.5" });
  trail.move({ c: "0.6" }, false);
  trail.move({ c: "0.5" }, true);
  trail.move({ c: "0.4" }, true);
  assert.deepEqual(placesOf(), ["replace 0.5", "push 0.4"]);
});

test("keys in a row are one step, until a pause or a choice", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const trail = new Trail("fold", () => {});
  for (const c of ["0.1", "0.2", "0.3"]) {
    trail.move({ c }, true);
    t.mock.timers.tick(300);
  }
  t.mock.timers.tick(1000);
  trail.move({ c: "0.4" }, true);
  trail.choose({ c: "0.5" });
  trail.move({ c: "0.6" }, true);
  trail.move({ c: "0.7" }, false);
  trail.move({ c: "0.8" }, true);
  assert.deepEqual(placesOf(), [
    "push 0.1", "replace 0.2", "replace 0.3", "push 0.4", "push 0.5", "push 0.6", "push 0.8",
  ]);
});

test("keys on one explorable do not change a step of another", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [one, other] = [new Trail("fold", () => {}), new Trail("parity", () => {})];
  one.move({ c: "1" }, true);
  other.move({ c: "2" }, true);
  one.move({ c: "3" }, true);
  assert.deepEqual(calls.map((call) => call.split(" ")[0]), ["push", "push", "push"]);
});

test("going back ends a row of keys, and what follows is another step", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const trail = new Trail("fold", (fields) => trail.note(fields));
  trail.move({ c: "0.1" }, true);
  place.search = "?fold=c:0.5";
  listeners.forEach((listener) => listener({}));
  trail.move({ c: "0.2" }, true);
  assert.deepEqual(placesOf(), ["push 0.1", "push 0.2"]);
});

test("a link whose marks were encoded on the way is read all the same", () => {
  place.search = "?xor=seed%3A7%2Cwidth%3A3";
  assert.deepEqual(read("xor"), { seed: "7", width: "3" });
});

test("garbage in an address is read without an error", () => {
  for (const search of ["?xor=", "?xor=,,:,", "?xor=seed", "?xor=%E4%B8", "?xor=a:%", "?xor=:1"]) {
    place.search = search;
    assert.ok(read("xor"), search);
  }
  assert.equal(whole("12", 0, 9, 3), 9);
  assert.equal(whole("-1", 0, 9, 3), 0);
  for (const text of ["", "x", "1.5", "1e3", " 1", undefined]) assert.equal(whole(text, 0, 9, 3), 3);
  assert.equal(oneOf("relu", ["relu", "tanh"], "tanh"), "relu");
  assert.equal(oneOf("gelu", ["relu", "tanh"], "tanh"), "tanh");
});

test("going back is heard with the state that is there, and only by the name it mentions", () => {
  const heard: unknown[] = [];
  const trail = new Trail("xor", (fields) => heard.push(fields));
  place.search = "?xor=seed:5";
  listeners.forEach((listener) => listener({}));
  place.search = "?fold=k:2";
  listeners.forEach((listener) => listener({}));
  assert.deepEqual(heard, [{ seed: "5" }]);
  assert.equal(trail.asked, null);
});

test("words are those of the page's language, with names filled in", () => {
  assert.equal(say(["第 {n} 步", "step {n}"], { n: 3 }), "step 3");
});
