/** Numbers as the book writes them (dlbook/record/numbers.py): a real minus, powers of ten. */

const [SUPERSCRIPTS, SUBSCRIPTS] = ["⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"];

const minus = (text: string): string => text.replace("-", "−");

/** A number to so many significant digits, without trailing zeros. */
export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return minus(String(value));
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size >= 1e-3 && size < 1e6) return minus(String(rounded));
  const [mantissa, exponent] = rounded.toExponential().split("e") as [string, string];
  const power = `10${superscript(Number(exponent))}`;
  return mantissa === "1" || mantissa === "-1"
    ? minus(mantissa.replace("1", power))
    : `${minus(mantissa)}×${power}`;
}

/** A whole number with a comma between thousands. */
export const grouped = (value: number): string => minus(value.toLocaleString("en"));

const digits = (value: number, marks: string): string =>
  String(value).replace(/\d/g, (digit) => marks[Number(digit)]!);

/** A number of a name such as h₁₂. */
export const subscript = (place: number): string => digits(place, SUBSCRIPTS);

export function superscript(power: number): string {
  return (power < 0 ? "⁻" : "") + digits(Math.abs(power), SUPERSCRIPTS);
}

/** A share as a percentage, to so many decimals. */
export const percent = (share: number, decimals = 0): string =>
  `${minus((100 * share).toFixed(decimals))}%`;
