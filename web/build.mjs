// Bundles the explorables: `node build.mjs FOLDER` writes one script for each of src/explore/*.ts,
// the loader, and the engine with the arithmetic that it embeds, to FOLDER, and the search to
// FOLDER/search. What is wrong goes to
// standard error as file:line: text.
import { build } from "esbuild";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { relative } from "node:path";
import { writeBinaries } from "./arithmetic/compile.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = process.argv[2];
if (!outdir) throw new Error("usage: node build.mjs FOLDER");

// Classic scripts: a page that is opened from a folder may not load modules.
const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  logLevel: "silent",
  loader: { ".css": "text" },
};
const banner = { js: "/*! dlbook, MIT. With modules of D3, © Mike Bostock, ISC. */" };

const engine = { ...common, entryPoints: ["src/engine/worker.ts"], outfile: `${outdir}/engine.js` };
// A page has the binaries for what it draws, and hands them on: its worker's text leaves them out.
const handedOn = {
  name: "binaries-of-the-page",
  setup({ onLoad }) {
    const contents = "export const { WITH_VECTORS, WITHOUT_VECTORS } = globalThis.dlbookBinaries;";
    onLoad({ filter: /engine.binaries\.ts$/ }, () => ({ contents }));
  },
};
const asText = {
  name: "engine-source",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^engine-source$/ }, ({ path }) => ({ path, namespace: "engine" }));
    onLoad({ filter: /.*/, namespace: "engine" }, async () => {
      const made = await build({ ...engine, write: false, plugins: [handedOn] });
      return { contents: made.outputFiles[0].text, loader: "text" };
    });
  },
};

try {
  await writeBinaries();
  await build(engine);
  await build({ ...common, entryPoints: ["src/loader.ts"], outdir });
  const search = { door: "src/search/door.ts", search: "src/search/finder.ts" };
  await build({ ...common, entryPoints: search, outdir: `${outdir}/search` });
  const entryPoints = globSync("src/explore/*.ts", { cwd: here }).sort();
  await build({ ...common, banner, entryPoints, outdir, outbase: "src/explore", plugins: [asText] });
} catch (failure) {
  for (const { text, location } of failure.errors ?? [{ text: failure.message }]) {
    const where = location ? `web/${relative(here, location.file) || location.file}:${location.line}: ` : "";
    console.error(`${where}${text}`);
  }
  process.exit(1);
}
