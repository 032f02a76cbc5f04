/** A net as it stands: units in columns, a line for each weight, the thicker the larger, dashed if negative. */
import { set, svg } from "./dom.ts";
import { variable, type Role } from "./roles.ts";

/** One unit as it is drawn; a net of many leaves the names out. */
export interface Neuron {
  readonly name?: string;
  /** A unit that gives nothing, or that the net does without. */
  readonly isOff?: boolean;
  readonly isSelected?: boolean;
}

export interface Sketch {
  /** From the inputs to the output. */
  readonly columns: readonly (readonly Neuron[])[];
  /** weights[l][i][j]: from unit i of column l to unit j of the next. */
  readonly weights: readonly (readonly (readonly number[])[])[];
  /** What a unit that is selected is drawn in, or the whole net if none is. */
  readonly role?: Role;
}

const [WIDTH, LARGEST, SMALLEST, FONT] = [220, 11, 1.6, 11]; // in the picture's own units
const [THICK, FAINT] = [4.5, 0.05]; // of the largest weight between two columns; what is less is not drawn
const EDGE = 16;

/** The picture of a net that changes; `label` says what it is to those who do not see it. */
export function network(label: string, height: number) {
  const element = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${height}`, class: "dl-net", role: "img", "aria-label": label,
  });
  return {
    element,
    show(sketch: Sketch): void {
      const places = sketch.columns.map((column, l) => placed(column.length, l, sketch.columns.length, height));
      element.replaceChildren(
        ...sketch.weights.flatMap((weights, l) => wires(weights, places[l]!, places[l + 1]!, sketch, l)),
        ...sketch.columns.flatMap((column, l) => column.flatMap((unit, i) =>
          disc(unit, places[l]!.at[i]!, places[l]!.radius, sketch.role ?? "ink"))),
      );
    },
  };
}

interface Column {
  readonly at: readonly (readonly [number, number])[];
  readonly radius: number;
}

function placed(count: number, column: number, columns: number, height: number): Column {
  const gap = Math.min(44, (height - 2 * EDGE) / Math.max(1, count - 1));
  const x = EDGE + (column * (WIDTH - 2 * EDGE)) / (columns - 1);
  const at = Array.from({ length: count }, (_, i) => [x, height / 2 + (i - (count - 1) / 2) * gap] as const);
  return { at, radius: Math.max(SMALLEST, Math.min(LARGEST, 0.42 * gap)) };
}

function wires(
  weights: readonly (readonly number[])[], from: Column, to: Column, { columns, role = "ink" }: Sketch, l: number,
): SVGElement[] {
  const isChoice = columns.some((column) => column.some((unit) => unit.isSelected));
  const others = isChoice || role === "ink" ? "muted" : role;
  const most = Math.max(1e-300, ...weights.flat().map(Math.abs).filter(Number.isFinite));
  return weights.flatMap((row, i) => row.flatMap((weight, j) => {
    const share = Math.abs(weight) / most;
    if (!(share >= FAINT)) return [];
    const isSelected = columns[l]![i]!.isSelected || columns[l + 1]![j]!.isSelected;
    const [[x1, y1], [x2, y2]] = [from.at[i]!, to.at[j]!];
    const wire = svg("line", {
      x1, y1, x2, y2, stroke: variable(isSelected ? role : others), "stroke-width": Math.max(0.5, THICK * share),
      "stroke-dasharray": weight < 0 ? "5 3" : undefined, "stroke-opacity": isSelected || !isChoice ? 0.9 : 0.6,
    });
    return [wire];
  }));
}

function disc({ name, isOff, isSelected }: Neuron, [cx, cy]: readonly [number, number], r: number, role: Role) {
  const circle = svg("circle", {
    cx, cy, r, fill: variable("paper"), stroke: variable(isOff ? "line" : isSelected ? role : "ink"),
    "stroke-width": isSelected ? 2.6 : 1.3, "stroke-dasharray": isOff ? "2 2" : undefined,
  });
  if (!name || r < 8) return [circle];
  const text = svg("text", {
    x: cx, y: cy, dy: "0.35em", "text-anchor": "middle", "font-size": FONT,
    fill: variable(isOff ? "muted" : "ink"),
  });
  set(text, { class: "dl-net__name" });
  text.textContent = name;
  return [circle, text];
}
