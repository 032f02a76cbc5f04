// The search's words against the vectors that dlbook.site.reading.search_words is held to
// (tests/vectors/search.json), its reading of queries, its ranks and what it shows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { items } from "../../web/src/search/finder.ts";
import { Index } from "../../web/src/search/parts.ts";
import { groups, stem } from "../../web/src/search/query.ts";
import { marked, marking, snippet } from "../../web/src/search/snippet.ts";
import { grams, part, piecesOf, plain, wordsOf } from "../../web/src/search/words_of.ts";

const vectors = JSON.parse(readFileSync(new URL("../vectors/search.json", import.meta.url), "utf8"));

test("texts are cut as the index was", () => {
  for (const [text, folded, keys] of vectors.texts) {
    assert.equal(plain(text), folded);
    const found = new Set(wordsOf(folded));
    for (const { kind, text: said } of piecesOf(folded)) {
      if (kind !== "run") found.add(said);
      else for (const pair of [...grams(said), said.at(-1)!]) found.add(pair);
    }
    assert.deepEqual([...found].filter((key) => !keys.includes(key)), [], text);
    assert.deepEqual(keys.filter((key: string) => !found.has(key)), [], text);
  }
  for (const [key, number] of vectors.parts) assert.equal(part(key, 128), number, key);
});

// A book of three pages, as dlbook/site/building/search_index.py would publish it.
const TEXTS = [
  ["", "折叠", "把输入对折，2^k 段。小批量。"],
  ["parity", "奇偶校验", "交叉熵在这里没有用。weight decay"],
  ["", "神经元", "交叉熵，权重衰减，softmax 与 σ。"],
  ["", "图：折叠翻倍", "折叠翻倍"],
] as const;
const PAGES = [["folding/", "折叠", 0, 1], ["neuron/", "神经元", 2, 1], ["figures/f/", "图：折叠翻倍", 3, 0.1]];
const NAMES = [
  [["交叉熵", "crossentropy"], ["交叉熵"], -1],
  [["权重衰减", "weightdecay", "l2正则"], ["权重衰减"], -1],
  [["熵", "entropy"], ["熵"], -1],
];

/** The keys of a text: pairs and words, and the powers among them. */
function keysOf(text: string): string[] {
  return piecesOf(plain(text)).flatMap(({ kind, text: said }) =>
    kind === "run" ? [...grams(said), said.at(-1)!] : [said],
  );
}

function toy(asked: string[] = []): Index {
  const found: Record<string, number[]> = {};
  const last: Record<string, number> = {};
  for (const [section, [, title, text]] of TEXTS.entries()) {
    const inTitle = new Set(keysOf(title));
    for (const key of new Set([...keysOf(text), ...inTitle])) {
      (found[key] ??= []).push(4 * (section - (last[key] ?? 0)) + (inTitle.has(key) ? 2 : 0));
      last[key] = section;
    }
  }
  const whole = { version: "v", parts: 4, sections: 4, texts: [0, 2], pages: PAGES, names: NAMES };
  return new Index("r/", async (address) => {
    asked.push(address);
    const name = address.match(/(\w+)\.js/)![1]!;
    if (name === "index") return globalThis.dlSearch(name, whole);
    const number = Number(name.slice(1));
    const mine = Object.entries(found).filter(([key]) => part(key, 4) === number);
    globalThis.dlSearch(name, name[0] === "k" ? Object.fromEntries(mine) : TEXTS.slice(2 * number, 2 * number + 2));
  });
}

const found = async (query: string) =>
  (await items(query, toy())).map((page) => page.map(({ location }) => location));
const pagesOf = async (query: string) => (await found(query)).map((page) => page.at(-1)!.split("#")[0]);

test("the end of a word, a synonym, a power and wide letters are found", async () => {
  assert.deepEqual(await pagesOf("批量"), ["folding/"]);
  assert.deepEqual(await pagesOf("量"), ["folding/"]);
  assert.deepEqual(await pagesOf("L2 正则"), ["neuron/"]);
  assert.deepEqual(await pagesOf("2ᵏ"), ["folding/"]);
  assert.deepEqual(await pagesOf("2^k"), ["folding/"]);
  assert.deepEqual(await pagesOf("ｓｏｆｔｍａｘ"), ["neuron/"]);
  assert.deepEqual(await pagesOf("sigma"), ["neuron/"]);
});

test("what the book does not know is not found in what it does", async () => {
  for (const query of ["交叉商", "折旧", "2^m", "sofa parties", "constructor", "__proto__", "-9"]) {
    assert.deepEqual(await pagesOf(query), [], query);
  }
});

test("a section leads to its anchor, and pages that nobody wrote come last", async () => {
  assert.equal((await found("奇偶"))[0]![0], "folding/#parity");
  assert.deepEqual(await pagesOf("折叠"), ["folding/", "figures/f/"]);
});

test("plus and minus before a word are operators, before a number they are not", async () => {
  assert.deepEqual(await pagesOf("交叉熵 -softmax"), ["folding/"]);
  assert.deepEqual(await pagesOf("交叉熵 +softmax"), ["neuron/"]);
  const whole = await toy().whole();
  assert.deepEqual(groups("-1", whole).map(({ typed, sign }) => [typed, sign]), [["-1", ""]]);
});

test("a query loads the parts that it needs, and each once", async () => {
  const asked: string[] = [];
  const index = toy(asked);
  await items("softmax", index);
  const first = asked.length;
  assert.ok(first <= 3, asked.join());
  await items("softmax", index);
  assert.equal(asked.length, first);
});

test("a word that is no name is read without what a question is asked with", async () => {
  const whole = await toy().whole();
  const typed = (query: string) => groups(query, whole).map((group) => group.typed);
  assert.deepEqual(typed("什么是交叉熵"), ["交叉熵"]);
  assert.deepEqual(typed("熵和交叉熵的区别"), ["熵", "交叉熵", "区别"]);
  assert.deepEqual(typed("what is weight decay"), ["weight decay"]);
  assert.deepEqual(typed("the"), ["the"]);
});

test("endings", () => {
  assert.deepEqual(
    ["folds", "folding", "initialization", "initialisation", "entropies", "units", "bias"].map(stem),
    ["fold", "fold", "initiali", "initiali", "entrop", "unit", "bia"],
  );
});

test("a snippet is escaped, marked, and holds most of what was looked for", () => {
  const pattern = marking(["<b>", "熵", "fold"]);
  assert.equal(marked("<b> & 交叉熵 folding", pattern).replaceAll(" data-md-highlight", ""),
    "<mark>&lt;b&gt;</mark> &amp; 交叉<mark>熵</mark> <mark>folding</mark>");
  const long = `${"无关的话。".repeat(60)}熵与 folding${"。还有别的".repeat(60)}`;
  const shown = snippet(long, pattern);
  assert.match(shown, /^….*<mark[^>]*>熵<\/mark>与 <mark[^>]*>folding<\/mark>.*…$/);
  assert.ok(shown.length < 200);
});
