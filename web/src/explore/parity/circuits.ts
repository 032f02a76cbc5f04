/** Three circuits for parity, gate by gate, as dlbook/mathematics/circuits.py builds them. */

export type Bit = 0 | 1;

/** A wire of the tree: its value, and the two wires of the level before that an XNOR joins. */
export interface Wire {
  value: Bit;
  /** Places in the level before; one where a wire without a partner is passed on. */
  from: readonly number[];
}

const bit = (holds: boolean): Bit => (holds ? 1 : 0);

/** Whether the number of ones is even. */
export const even = (bits: readonly Bit[]): Bit =>
  bit(bits.reduce<number>((sum, each) => sum + each, 0) % 2 === 0);

/** The levels of the tree: the inputs, then their pairs joined by XNOR, until one wire is left. */
export function tree(bits: readonly Bit[]): Wire[][] {
  const levels: Wire[][] = [bits.map((value) => ({ value, from: [] }))];
  for (let last = levels[0]!; last.length > 1; last = levels.at(-1)!) {
    const next: Wire[] = [];
    for (let i = 0; i < last.length; i += 2) {
      const [a, b] = [last[i]!, last[i + 1]];
      next.push(b ? { value: bit(a.value === b.value), from: [i, i + 1] } : { value: a.value, from: [i] });
    }
    levels.push(next);
  }
  return levels;
}

/** How many of the wires are gates. */
export const gates = (levels: readonly (readonly Wire[])[]): number =>
  levels.flat().filter(({ from }) => from.length === 2).length;

/** The inputs with an even number of ones, in the order of their numbers: an AND term for each. */
export function terms(d: number): Bit[][] {
  const all = Array.from({ length: 2 ** d }, (_, row) =>
    Array.from({ length: d }, (__, place) => bit(((row >> (d - 1 - place)) & 1) === 1)),
  );
  return all.filter((each) => even(each) === 1);
}

/** Unit j (from 1) says whether at least j bits are one. */
export function thresholdUnits(bits: readonly Bit[]): Bit[] {
  const ones = bits.reduce<number>((sum, each) => sum + each, 0);
  return bits.map((_, j) => bit(ones >= j + 1));
}

/** What the output unit adds up: 1, then the units in turn subtracted and added. */
export const sum = (fired: readonly Bit[]): number =>
  fired.reduce<number>((total, each, j) => total + (j % 2 ? each : -each), 1);
