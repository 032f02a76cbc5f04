/** The engine in a worker of its own. */
import engine from "engine-source";
import * as binaries from "../engine/binaries.ts";
import { WithoutWebAssembly } from "../engine/support.ts";

/** From a blob, since a page opened from a folder may not load a worker's file. */
export function engineWorker(): Worker {
  if (typeof WebAssembly !== "object") throw new WithoutWebAssembly();
  const handed = `globalThis.dlbookBinaries=${JSON.stringify(binaries)};`;
  const address = URL.createObjectURL(new Blob([handed, engine], { type: "text/javascript" }));
  const worker = new Worker(address);
  URL.revokeObjectURL(address);
  return worker;
}
