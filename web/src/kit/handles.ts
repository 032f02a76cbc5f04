/**
 * What can be dragged in a picture: with the pointer, a finger, or keys. For those who hear the page a
 * handle is a slider, or two where it moves in both directions; whoever grasps among several that lie
 * close gets the nearest.
 */
import { set, svg } from "./dom.ts";
import { variable, type Role } from "./roles.ts";
import { say, WORDS, type Pair } from "./words.ts";

export type Point = readonly [x: number, y: number];
type Range = readonly [low: number, high: number];

export interface Handle {
  at: Point;
  /** What it is. */
  label: string;
  /** Where it stands, in words; of a handle that moves in both directions for each. */
  words: string | readonly [x: string, y: string];
  role?: Role;
  /** How far an arrow key moves it, in data; 0 for a direction in which it does not move. */
  step: Point;
  /** Between which values it moves, in data, in each direction. */
  range: readonly [x: Range, y: Range];
  /** Too close to others to be a target of its own: no tab stop until the focus is in the picture. */
  isClose?: boolean;
  /** `settled` when the reader lets go, or after a key. */
  move(x: number, y: number, settled: boolean): void;
  /** If it can be taken away: on Delete. */
  removed?(): void;
  /** If it can be chosen: on a tap that does not move it. */
  chosen?(): void;
}

/** The picture that handles stand in. */
interface Ground {
  readonly element: SVGSVGElement;
  x(value: number): number;
  y(value: number): number;
  place(event: MouseEvent): Point;
}

/** A handle as it stands: its group, and one slider for each direction. */
interface Standing {
  handle: Handle;
  readonly group: SVGElement;
  sliders: readonly SVGElement[];
}

const REACH = 14; // radius, in pixels, of what a finger can grasp around a handle
const FAR = 10; // steps of a key with Shift, or of PageUp and PageDown
const WAYS: readonly Pair[] = [WORDS.sideways, WORDS.upAndDown];
// What a slider of a handle with two covers, left and right of the disc, and the arrows that show its focus.
const SIDES = ["M-27,-13h26v26h-26Z", "M1,-13h26v26h-26Z"] as const;
const ARROWS = ["M-15,-5L-21,0L-15,5M15,-5L21,0L15,5", "M-5,-15L0,-21L5,-15M-5,15L0,21L5,15"] as const;
const KEYS: Readonly<Record<string, readonly [way: number, sign: number]>> = {
  ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1],
};

export class Handles {
  private readonly all = new Map<string, Standing>();
  private readonly ground: Ground;
  private hasFocus = false;
  private held: { key: string; from: Point; last: Point | null } | null = null;

  constructor(ground: Ground) {
    this.ground = ground;
    const { element } = ground;
    const isOurs = (event: Event) => (event.target as Element).closest(".dl-plot__handle") !== null;
    element.addEventListener("pointerdown", (event) => isOurs(event) && this.grasp(event));
    // A finger on a handle does not scroll the page; browsers do not heed touch-action inside an SVG.
    element.addEventListener("touchstart", (event) => isOurs(event) && event.preventDefault(), {
      passive: false,
    });
    element.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      element.addEventListener(end, () => this.settle());
    }
    element.addEventListener("focusin", () => this.focused(true));
    element.addEventListener("focusout", ({ relatedTarget }) =>
      this.focused(relatedTarget instanceof Node && element.contains(relatedTarget)));
  }

  /** Show a handle in its group, which is empty if the handle is new. */
  show(key: string, group: SVGElement, handle: Handle): void {
    let standing = this.all.get(key);
    if (!standing) {
      standing = { handle, group, sliders: this.make(key, group, handle) };
      this.all.set(key, standing);
    }
    standing.handle = handle;
    const { x, y } = this.ground;
    set(group, {
      transform: `translate(${x(handle.at[0])},${y(handle.at[1])})`, class: "dl-plot__handle",
      style: `--role: ${variable(handle.role ?? "deep")}`,
    });
    this.describe(standing);
  }

  drop(key: string): void {
    this.all.delete(key);
    if (this.held?.key === key) this.held = null;
  }

  private make(key: string, group: SVGElement, { step }: Handle): SVGElement[] {
    const ways = [0, 1].filter((way) => step[way]);
    group.append(svg("circle", { r: REACH, fill: "transparent" }));
    const sliders = ways.length === 1 ? [group] : ways.map((way) => {
      const slider = svg("g", { class: "dl-plot__way" });
      slider.append(svg("path", { d: SIDES[way], fill: "transparent" }), svg("path", { d: ARROWS[way] }));
      return group.appendChild(slider);
    });
    group.append(svg("circle", { r: 6 }));
    sliders.forEach((slider, k) => {
      slider.addEventListener("keydown", (event) => this.press(key, ways[k]!, event));
    });
    return sliders;
  }

  private describe({ handle, sliders }: Standing): void {
    const { at, label, words, step, range, isClose } = handle;
    const ways = [0, 1].filter((way) => step[way]);
    sliders.forEach((slider, k) => {
      const way = ways[k]!;
      const [low, high] = range[way]!;
      set(slider, {
        tabindex: isClose && !this.hasFocus ? -1 : 0, role: "slider",
        "aria-label": ways.length > 1 ? say(WAYS[way]!, { label }) : label,
        "aria-valuetext": typeof words === "string" ? words : words[way],
        "aria-valuenow": at[way], "aria-valuemin": low, "aria-valuemax": high,
        "aria-orientation": way ? "vertical" : "horizontal",
      });
    });
  }

  private focused(hasFocus: boolean): void {
    if (hasFocus === this.hasFocus) return;
    this.hasFocus = hasFocus;
    for (const standing of this.all.values()) this.describe(standing);
  }

  private grasp(event: PointerEvent): void {
    const [x, y] = this.ground.place(event);
    const far = ({ handle: { at } }: Standing) => Math.hypot(
      this.ground.x(at[0]) - this.ground.x(x), this.ground.y(at[1]) - this.ground.y(y),
    );
    const [[key, { handle, sliders }]] =
      [...this.all].sort(([, a], [, b]) => far(a) - far(b)) as [[string, Standing]];
    this.held = { key, from: [handle.at[0] - x, handle.at[1] - y], last: null };
    this.ground.element.setPointerCapture(event.pointerId);
    event.preventDefault();
    sliders[0]!.focus({ preventScroll: true });
  }

  private drag(event: MouseEvent): void {
    if (!this.held) return;
    const [x, y] = this.ground.place(event);
    this.held.last = [x + this.held.from[0], y + this.held.from[1]];
    this.all.get(this.held.key)?.handle.move(...this.held.last, false);
  }

  /** At the last place of the pointer, since a drag that the system breaks off ends at (0, 0). */
  private settle(): void {
    const held = this.held;
    this.held = null;
    if (!held) return;
    const handle = this.all.get(held.key)?.handle;
    if (held.last) handle?.move(...held.last, true);
    else handle?.chosen?.();
  }

  private press(key: string, own: number, event: KeyboardEvent): void {
    const { handle, sliders } = this.all.get(key)!;
    if (handle.removed && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      handle.removed();
      return;
    }
    const [arrow, sign] = KEYS[event.key] ?? [own, { PageUp: 1, PageDown: -1 }[event.key] ?? 0];
    const end = { Home: 0, End: 1 }[event.key];
    if (!sign && end === undefined) return;
    event.preventDefault();
    // Where only one direction is free, both pairs of arrows serve it; else the other slider takes over.
    const way = handle.step[arrow] ? arrow : own;
    if (way !== own) sliders[way]!.focus({ preventScroll: true });
    const steps = event.shiftKey || event.key.startsWith("Page") ? FAR : 1;
    const to = [...handle.at] as [number, number];
    to[way] = end === undefined ? to[way]! + sign * steps * handle.step[way]! : handle.range[way]![end]!;
    handle.move(...to, true);
  }
}
