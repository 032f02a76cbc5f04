// Three circuits against counting, and their gates against the book's record.
import assert from "node:assert/strict";
import { test } from "node:test";
import { even, gates, sum, terms, tree, thresholdUnits, type Bit } from "../../web/src/explore/parity/circuits.ts";
import { recorded } from "./given.ts";

const record = recorded("three_circuits_for_parity");

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
      assert.deepEqual(thresholdUnits(bits), bits.map((_, j) => (j < ones ? 1 : 0)));
      assert.equal(sum(thresholdUnits(bits)), answer);
    }
  });

  test(`the gates for ${d} bits are those of the record`, () => {
    const bits = states(d)[0]!;
    assert.equal(gates(tree(bits)), record.tree_gates.get(String(d)));
    assert.equal(tree(bits).length - 1, record.tree_depth.get(String(d)));
    assert.equal(terms(d).length + 1, record.and_or_gates.get(String(d)));
    assert.equal(thresholdUnits(bits).length + 1, record.threshold_units.get(String(d)));
  });
}
