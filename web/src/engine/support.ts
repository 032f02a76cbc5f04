/** Thrown where the engine cannot work at all; the page says so in its own words. */
export class WithoutWebAssembly extends Error {
  constructor() {
    super("no WebAssembly");
  }
}
