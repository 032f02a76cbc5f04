/** Memory that is taken from the top and given back as a whole: down to a mark. */
import { bytesOf } from "./lanes";

let top: usize = (__heap_base + 15) & ~15;

/** The address of so many bytes, 0 in all of them, and of as many more as a vector may overrun. */
export function take(bytes: usize): usize {
  const found = top;
  top = (found + bytes + 31) & ~15;
  const missing = <i32>((top + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  memory.fill(found, 0, top - found);
  return found;
}

/** So many doubles. */
export function doubles(count: i32): usize { return take(bytesOf(count)); }

/** How far memory is taken. */
export function mark(): usize { return top; }

/** Give back what was taken since the mark. */
export function release(to: usize): void { top = to; }
