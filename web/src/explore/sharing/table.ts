/** Truth tables of three bits: what some known rows leave open, and what the record's nets guess. */
export type TableBit = 0 | 1;

export const ROWS = 8;
export const FUNCTIONS = 2 ** ROWS;

/** The three bits of a row, highest first. */
export const bitsOf = (row: number): string => row.toString(2).padStart(3, "0");

/** The answers of a function by its number: that of row r is bit r. */
export const answersOf = (number: number): TableBit[] =>
  Array.from({ length: ROWS }, (_, row) => ((number >> row) & 1) as TableBit);

/** The number of a function with these answers. */
export const functionOf = (answers: readonly TableBit[]): number =>
  answers.reduce<number>((sum, answer, row) => sum + answer * 2 ** row, 0);

/** All choices of so many rows, each ascending, in order. */
export function choices(size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const found: number[][] = [];
  for (let row = from; row <= ROWS - size; row += 1) {
    for (const rest of choices(size - 1, row + 1)) found.push([row, ...rest]);
  }
  return found;
}

/** The rows that are not among these. */
export const unseenBeside = (known: readonly number[]): number[] =>
  Array.from({ length: ROWS }, (_, row) => row).filter((row) => !known.includes(row));

/** Which case of the record this is: by choice of rows, then by their answers, the first row slowest. */
export function caseOf(known: readonly number[], answers: readonly TableBit[]): number {
  const place = choices(known.length).findIndex((each) => each.join() === known.join());
  return known.reduce((sum, row) => 2 * sum + answers[row]!, place);
}

/** Of a net, how many starts say 1 at each unseen row of a case; a letter counts on from 9. */
export function saying(guesses: string, place: number, unseen: number): number[] {
  const part = guesses.slice(place * unseen, (place + 1) * unseen);
  return [...part].map((digit) => parseInt(digit, 36));
}

/** The share of answers at unseen rows that are right, over all starts. */
export function rightShare(ones: readonly number[], starts: number, truth: readonly TableBit[]): number {
  const right = ones.reduce((sum, count, i) => sum + (truth[i] === 1 ? count : starts - count), 0);
  return right / (starts * ones.length);
}

/** The same averaged over every function that agrees with what is known. */
export function averageShare(ones: readonly number[], starts: number): number {
  const all = 2 ** ones.length;
  let sum = 0;
  for (let number = 0; number < all; number += 1) {
    const truth = ones.map((_, i) => ((number >> i) & 1) as TableBit);
    sum += rightShare(ones, starts, truth);
  }
  return sum / all;
}

/** What the book calls the kind of a function, if it has a name there. */
export function familyOf(number: number): "one bit" | "majority" | "parity" | null {
  if ([170, 204, 240].includes(number)) return "one bit";
  return number === 232 ? "majority" : number === 150 ? "parity" : null;
}
