// What figures give to the page, and what they recorded.
import { readFileSync } from "node:fs";
import type { Records } from "../../web/src/records/index.ts";

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** What a figure gives to its explorable, as the built site sends it to the page. */
export function given<Figure extends keyof Records>(figure: Figure): Records[Figure] {
  new Function(text(`site/assets/explore/data/${figure}.js`))();
  return (globalThis as unknown as { dlbook: { records: Records } }).dlbook.records[figure];
}

interface Along {
  along: [axis: string, values: (string | number)[]][];
  cells: unknown[];
}
const isAlong = (value: unknown): value is Along =>
  typeof value === "object" && value !== null && "along" in value;

/** A map from the values of the axes, joined by a blank, to the cells. */
function mapped({ along, cells }: Along): Map<string, unknown> {
  const keys = along.reduce((before, [, values]) =>
    before.flatMap((key) => values.map((value) => (key ? `${key} ${value}` : String(value)))), [""]);
  return new Map(keys.map((key, i) => [key, cells[i]]));
}

/** The accepted values of a figure and its settings; what lies along axes is a map. */
export function recorded(figure: string): Record<string, any> {
  const { config, values } = JSON.parse(text(`results/${figure}.json`));
  const found = Object.entries<unknown>({ ...config, ...values });
  return Object.fromEntries(found.map(([name, value]) => [name, isAlong(value) ? mapped(value) : value]));
}
