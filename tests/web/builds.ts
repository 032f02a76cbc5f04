// Both builds of the arithmetic, for tests that hold each.
import type { Build } from "../../web/src/engine/arithmetic.ts";

export const BUILDS: readonly Build[] = ["with vectors", "without vectors"];
