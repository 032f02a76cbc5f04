// Three circuits against counting, and their gates against the book's record.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { even, gates, sum, terms, tree, units, type Bit } from "../../web/src/explore/parity/circuits.ts";

const record = JSON.parse(
  readFileSync(new URL("../../results/three_circuits_for_parity.json", import.meta.url), "utf8"),
).values;

function states(d: number): Bit[][] {
  if (d === 0) return [[]];
  return states(d - 1).flatMap((rest) => [[...rest, 0], [...rest, 1]] as Bit[][]);
}

for (let d = 2; d <= 8; d += 1) {
  test(`all ${2 ** d} states of ${d} bits`, () => {
    for (const bits of states(d)) {
      const ones = bits.filter(Boolean).length;
      const answer = ones % 2 === 0 ? 1 : 0;
      assert.equal(even(bits), answer);
      assert.equal(tree(bits).at(-1)![0]!.value, d % 2 ? 1 - answer : answer, `tree of ${bits}`);
      assert.equal(terms(d).filter((term) => term.join() === bits.join()).length, answer);
      assert.deepEqual(units(bits), bits.map((_, j) => (j < ones ? 1 : 0)));
      assert.equal(sum(units(bits)), answer);
    }
  });

  test(`the gates for ${d} bits are those of the record`, () => {
    const bits = states(d)[0]!;
    assert.equal(gates(tree(bits)), record.tree_gates[d - 2]);
    assert.equal(tree(bits).length - 1, record.tree_depth[d - 2]);
    assert.equal(terms(d).length + 1, record.and_or_gates[d - 2]);
    assert.equal(units(bits).length + 1, record.threshold_units[d - 2]);
  });
}
