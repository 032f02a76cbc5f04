// Compiles the arithmetic twice, with vectors of two doubles and without. `node arithmetic/compile.mjs`
// writes both to src/engine/binaries.ts, unless what is there was made from the same sources.
import * as asc from "assemblyscript/asc";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const written = fileURLToPath(new URL("../src/engine/binaries.ts", import.meta.url));
const OPTIONS = ["--runtime", "stub", "-O3s", "--converge", "--noAssert", "--disableWarning"];

/** What each build adds. */
const BUILDS = { WITH_VECTORS: ["--enable", "simd"], WITHOUT_VECTORS: [] };

/** The binary of the sources in a folder. */
export async function compile(build, sources = here) {
  // The vectors' operators: the compiler lets a program bring the parts of its library.
  asc.libraryFiles.vector = readFileSync(`${sources}/operators.ts`, "utf8");
  let binary = null;
  const host = {
    readFile: (name) => (existsSync(`${sources}/${name}`) ? readFileSync(`${sources}/${name}`, "utf8") : null),
    writeFile: (_, contents) => (binary = contents),
  };
  const command = ["index.ts", "--outFile", "index.wasm", ...OPTIONS, ...BUILDS[build]];
  const { error, stderr } = await asc.main(command, host);
  if (error) throw new Error(told(stderr.toString()));
  return binary;
}

/** The first mistake as file:line: text, out of the compiler's own drawing of it. */
function told(drawing) {
  const [, text, file, line] = /ERROR \w+: (.*)[^]*?in (\S+)\((\d+),/.exec(drawing) ?? [];
  return text ? `web/arithmetic/${file}:${line}: ${text}` : drawing;
}

/** Everything that decides what the binaries are. */
function stamp() {
  const sources = readdirSync(here).sort().map((name) => [name, readFileSync(`${here}/${name}`, "utf8")]);
  return createHash("sha256").update(JSON.stringify([asc.version, sources])).digest("hex");
}

/** A text with a character for each byte, which packs better beside its like than base64 does. */
const asText = (binary) => JSON.stringify(Buffer.from(binary).toString("latin1"));

export async function writeBinaries() {
  const head = `/** Both builds of web/arithmetic, written by its compile.mjs. ${stamp()} */\n`;
  if (existsSync(written) && readFileSync(written, "utf8").startsWith(head)) return;
  const lines = [];
  for (const build of Object.keys(BUILDS)) {
    lines.push(`export const ${build} = ${asText(await compile(build))};\n`);
  }
  const whole = `${written}.${process.pid}`; // another process may write or read it meanwhile
  writeFileSync(whole, head + lines.join(""));
  renameSync(whole, written);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeBinaries();
