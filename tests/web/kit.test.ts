// What all explorables share: numbers, and the state in the address. What needs a real page is
// driven in a browser, by tests/site/test_explore_*.py.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { number, percent, superscript } from "../../web/src/kit/format.ts";

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
const { followed, oneOf, read, whole, write } = await import("../../web/src/kit/address.ts");
const { say } = await import("../../web/src/kit/words.ts");

beforeEach(() => {
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
  assert.equal(percent(0.4567), "46%");
  assert.equal(percent(-0.4567, 1), "−45.7%");
});

test("what is written can be read, and other names are left alone", () => {
  place.search = "?verdict=refuted&fold=k:3";
  write("xor", { seed: "7", note: "a,b:c&d 中" }, "push");
  assert.deepEqual(read("xor"), { seed: "7", note: "a,b:c&d 中" });
  assert.deepEqual(read("fold"), { k: "3" });
  assert.match(place.search, /^\?verdict=refuted&fold=k:3&xor=seed:7,/);
  assert.equal(read("wide"), null);
});

test("the anchor stays, and the same state is not written twice", () => {
  place.hash = "#fig-a";
  write("xor", { seed: "7" }, "replace");
  write("xor", { seed: "7" }, "push");
  assert.deepEqual(calls, ["replace ?xor=seed:7#fig-a"]);
  write("xor", { seed: "8" }, "push");
  assert.deepEqual(calls.slice(1), ["push ?xor=seed:8#fig-a"]);
});

test("what moves is one step of the history, from its first place to where it settles", () => {
  write("fold", { c: "0.5" }, "replace");
  for (const c of ["0.6", "0.7"]) write("fold", { c }, "moving");
  write("fold", { c: "0.7" }, "push");
  write("fold", { c: "0.8" }, "push");
  write("fold", { c: "0.9" }, "moving");
  write("fold", { c: "0.95" }, "push");
  assert.deepEqual(calls.map((call) => call.replace(" ?fold=c:", " ")), [
    "replace 0.5", "push 0.6", "replace 0.7", "push 0.8", "push 0.9", "replace 0.95",
  ]);
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
  followed("xor", (fields) => heard.push(fields));
  place.search = "?xor=seed:5";
  listeners.forEach((listener) => listener({}));
  place.search = "?fold=k:2";
  listeners.forEach((listener) => listener({}));
  assert.deepEqual(heard, [{ seed: "5" }]);
});

test("words are those of the page's language, with names filled in", () => {
  assert.equal(say(["第 {n} 步", "step {n}"], { n: 3 }), "step 3");
});
