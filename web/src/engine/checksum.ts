/** A short text by which two rows of doubles are known to be equal to the bit. */
import { arithmetic } from "./arithmetic.ts";

/** FNV-1a, 64 bits, of the doubles' bytes, in hexadecimal: dlbook/figures/checksum.py says the same. */
export function checksum(values: ArrayLike<number>): string {
  const module = arithmetic();
  const hash = module.passing((call) => call.nameHash(module.given(values), 8 * values.length));
  return BigInt.asUintN(64, hash).toString(16).padStart(16, "0");
}
