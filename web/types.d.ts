/** The engine without its binaries, bundled, as the text of a worker (build.mjs). */
declare module "engine-source" {
  const source: string;
  export default source;
}

declare module "*.css" {
  const source: string;
  export default source;
}
