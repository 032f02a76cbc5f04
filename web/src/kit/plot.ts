/**
 * The one SVG component of the explorables: axes, lines, bands, dots, fields and handles, in the
 * page's theme and font. A picture is painted anew from its state; elements are kept by their key,
 * so that a handle under a finger, or with the focus, stays the same element.
 */
import { set, svg } from "./dom.ts";
import { number, superscript } from "./format.ts";
import { Handles, type Handle, type Point } from "./handles.ts";
import { variable, type Role } from "./roles.ts";
import { areaPath, linePath, scaleOf, type Scale } from "./scale.ts";
import { shared } from "./shared.ts";

export type { Point, Role };

export interface Axis {
  domain: readonly [number, number];
  label?: string;
  log?: boolean;
  /** Where ticks stand; the scale's own choice by default, none for an empty list. */
  ticks?: readonly number[];
  words?: (value: number) => string;
}

export interface Frame {
  x: Axis;
  y: Axis;
}

export interface Style {
  role?: Role;
  width?: number;
  dash?: string;
  opacity?: number;
}

const FONT = 12; // pixels, whatever the width of the picture
const GAP = 6;

export class Plot {
  readonly element: SVGSVGElement;
  height = 0;
  width = 0;
  /** From data to pixels; set before every painting. */
  x: Scale = scaleOf([0, 1], [0, 1]);
  y: Scale = scaleOf([0, 1], [0, 1]);
  private readonly layers: Record<"axes" | "marks" | "handles", SVGGElement>;
  // A name of its own on the page, whichever script has made the others.
  private readonly frame = `dl-plot-${(shared.plots += 1)}`;
  private readonly inside = svg("rect");
  private readonly elements = new Map<string, SVGElement>();
  private used = new Set<string>();
  private readonly handles: Handles;
  private readonly tall: (width: number) => number;
  private readonly paint: (plot: Plot) => Frame;
  private readonly marks: (plot: Plot) => void;

  /**
   * @param label what the picture shows, for those who do not see it
   * @param tall the height, in pixels, or how it follows from the width
   * @param frame the axes, asked for anew at every painting
   * @param marks paints the marks, in the order in which they lie on one another
   */
  constructor(
    label: string,
    tall: number | ((width: number) => number),
    frame: (plot: Plot) => Frame,
    marks: (plot: Plot) => void,
  ) {
    this.tall = typeof tall === "number" ? () => tall : tall;
    this.paint = frame;
    this.marks = marks;
    this.element = svg("svg", { class: "dl-plot", role: "group", "aria-label": label });
    const clip = svg("clipPath", { id: this.frame });
    clip.append(this.inside);
    this.element.append(clip);
    const layer = () => this.element.appendChild(svg("g"));
    this.layers = { axes: layer(), marks: layer(), handles: layer() };
    set(this.layers.axes, { "aria-hidden": "true" }); // loose numbers, to those who listen
    this.handles = new Handles({
      element: this.element, place: (event) => this.place(event),
      x: (value) => this.x(value), y: (value) => this.y(value),
    });
    new ResizeObserver(() => {
      if (Math.round(this.element.clientWidth) !== this.width) this.draw();
    }).observe(this.element);
  }

  /** Paint the state as it is now. */
  draw(): void {
    this.width = Math.round(this.element.clientWidth);
    if (this.width < 40) return; // not laid out yet; the observer calls again
    this.height = Math.round(this.tall(this.width));
    set(this.element, { viewBox: `0 0 ${this.width} ${this.height}`, height: this.height });
    this.used = new Set();
    this.axes(this.paint(this));
    this.marks(this);
    for (const [key, element] of this.elements) {
      if (this.used.has(key)) continue;
      element.remove();
      this.elements.delete(key);
      this.handles.drop(key);
    }
    this.arrange();
  }

  /** Put the marks in the order in which they were painted; what stands right is not touched. */
  private arrange(): void {
    let place = this.layers.marks.firstChild;
    for (const key of this.used) {
      const element = this.elements.get(key)!;
      if (element.parentNode !== this.layers.marks) continue;
      if (element === place) place = place.nextSibling;
      else this.layers.marks.insertBefore(element, place);
    }
  }

  line(key: string, points: readonly Point[], look: Style = {}): void {
    this.path(key, linePath(points.map(this.at)), { fill: "none", ...this.stroke(look) });
  }

  /** A line that is drawn only where it lies in the picture. */
  clipped(key: string, points: readonly Point[], look: Style = {}): void {
    this.line(key, points, look);
    set(this.elements.get(key)!, { "clip-path": `url(#${this.frame})` });
  }

  /** Pieces of lines in one path, such as ticks or a fan. */
  strokes(key: string, pieces: readonly (readonly Point[])[], look: Style = {}): void {
    this.path(key, pieces.map((piece) => linePath(piece.map(this.at))).join(""), { fill: "none", ...this.stroke(look) });
  }

  /** What lies between two curves over the same x: [x, low, high]. */
  band(key: string, rows: readonly (readonly [number, number, number])[], look: Style = {}): void {
    const shape = areaPath(rows.map(([x, , high]) => this.at([x, high])), rows.map(([x, low]) => this.at([x, low])));
    const { role = "deepwash", opacity = 1 } = look;
    this.path(key, shape, { fill: variable(role), "fill-opacity": opacity, stroke: "none" });
  }

  /** Discs, one path for all. */
  dots(key: string, points: readonly Point[], look: Style & { radius?: number } = {}): void {
    const r = look.radius ?? 4;
    const d = points.map(([x, y]) =>
      `M${this.x(x) - r},${this.y(y)}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`);
    const { role = "ink", opacity = 1 } = look;
    this.path(key, d.join(""), { fill: variable(role), "fill-opacity": opacity, stroke: "none" });
  }

  /** Crosses, for those who cannot tell the colours of dots. */
  crosses(key: string, points: readonly Point[], look: Style & { radius?: number } = {}): void {
    const r = look.radius ?? 4;
    const d = points.map(([x, y]) => {
      const [a, b] = [this.x(x), this.y(y)];
      return `M${a - r},${b - r}L${a + r},${b + r}M${a - r},${b + r}L${a + r},${b - r}`;
    });
    this.path(key, d.join(""), { fill: "none", ...this.stroke(look) });
  }

  /** A path in pixels, for shapes that the others do not make (contours, gates). */
  path(key: string, d: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
    const element = this.keep(key, "path", "marks");
    set(element, { d, ...attributes });
    return element;
  }

  /** A rectangle between two corners, in data. */
  box(key: string, [x0, y0]: Point, [x1, y1]: Point, look: Style = {}): SVGElement {
    const [a, b, c, d] = [this.x(x0), this.x(x1), this.y(y0), this.y(y1)];
    const { role = "deepwash", opacity = 1 } = look;
    return this.path(key, `M${a},${c}H${b}V${d}H${a}Z`, { fill: variable(role), "fill-opacity": opacity });
  }

  /** Words at a place in data, moved by pixels; they carry a halo of paper to be read on lines. */
  text(
    key: string,
    [x, y]: Point,
    words: string,
    look: { role?: Role; anchor?: "start" | "middle" | "end"; dx?: number; dy?: number; bold?: boolean } = {},
  ): void {
    const { role = "ink", anchor = "start", dx = 0, dy = 0, bold = false } = look;
    const element = this.keep(key, "text", "marks");
    set(element, {
      x: this.x(x) + dx, y: this.y(y) + dy, dy: "0.35em", fill: variable(role), class: "dl-plot__words",
      "text-anchor": anchor, "font-size": FONT, "font-weight": bold ? 650 : undefined,
    });
    if (element.textContent !== words) element.textContent = words;
  }

  /** Something to drag: with the pointer, a finger, or keys. */
  handle(key: string, handle: Handle): void {
    this.handles.show(key, this.keep(key, "g", "handles"), handle);
  }

  /** A point of the data in pixels. */
  private readonly at = ([x, y]: Point): readonly [number, number] => [this.x(x), this.y(y)];

  /** Where in the data the pointer is. */
  place(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect();
    return [this.x.invert(event.clientX - box.left), this.y.invert(event.clientY - box.top)];
  }

  private stroke({ role = "ink", width = 1.6, dash, opacity = 1 }: Style): Record<string, string | number> {
    return {
      stroke: variable(role), "stroke-width": width, "stroke-opacity": opacity,
      "stroke-linejoin": "round", "stroke-linecap": "round", "stroke-dasharray": dash ?? "none",
    };
  }

  private axes({ x, y }: Frame): void {
    const ticksY = this.ticks(y, scaleOf(y.domain, [this.height, 0], y.log), this.height / 50);
    const words = ticksY.map(([, text]) => text);
    const widest = Math.max(0, ...words.map((text) => text.length)) * FONT * 0.58;
    const left = (words.length ? widest + GAP : 1) + 2;
    const top = (y.label ? FONT + GAP + 4 : FONT * 0.6) + 1;
    const hasTicksX = x.ticks?.length !== 0;
    const bottom = (hasTicksX ? FONT + GAP : 2) + (x.label ? FONT + GAP : 0) + 2;
    const floor = this.height - bottom;
    this.y = scaleOf(y.domain, [floor, top], y.log);
    this.x = scaleOf(x.domain, [left, this.width - 10], x.log);
    const ticksX = this.ticks(x, this.x, (this.width - left) / 70);
    set(this.inside, { x: left, y: top - 2, width: this.width - 10 - left, height: floor - top + 4 });
    this.put("axis", `M${left},${top}V${floor}H${this.width - 10}`);
    this.put("ticks", [
      ...ticksX.map(([value]) => `M${this.x(value)},${floor}v4`),
      ...ticksY.map(([value]) => `M${left},${this.y(value)}h-4`),
    ].join(""));
    for (const [value, text] of ticksX) {
      this.label(`x ${value}`, text, this.x(value), floor + GAP + FONT, "middle");
    }
    for (const [value, text] of ticksY) {
      this.label(`y ${value}`, text, left - GAP, this.y(value) + FONT * 0.35, "end");
    }
    if (x.label) this.label("x", x.label, (left + this.width - 10) / 2, this.height - 4, "middle");
    if (y.label) this.label("y", y.label, 2, FONT, "start");
  }

  private ticks(axis: Axis, scale: Scale, count: number): [number, string][] {
    const power = (value: number) => `10${superscript(Math.round(Math.log10(value)))}`;
    const words = axis.words ?? (axis.log ? power : (value: number) => number(value, 6));
    return (axis.ticks ?? scale.ticks(count)).map((value) => [value, words(value)]);
  }

  private put(key: string, d: string): void {
    set(this.keep(key, "path", "axes"), { d, fill: "none", stroke: variable("line"), "stroke-width": 1 });
  }

  private label(key: string, words: string, x: number, y: number, anchor: string): void {
    const element = this.keep(`label ${key}`, "text", "axes");
    set(element, { x, y, "text-anchor": anchor, "font-size": FONT, fill: variable("muted") });
    if (element.textContent !== words) element.textContent = words;
  }

  private keep(key: string, tag: "path" | "text" | "g", layer: keyof Plot["layers"]): SVGElement {
    const id = layer === "axes" ? `axes ${key}` : key;
    let element = this.elements.get(id);
    if (!element) {
      element = this.layers[layer].appendChild(svg(tag, { "data-key": key }));
      this.elements.set(id, element);
    }
    this.used.add(id);
    return element;
  }
}
