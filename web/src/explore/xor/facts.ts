/** Why a run ended as it did: what can be computed from its net, without a word. */
import type { Run } from "../../engine/train.ts";
import { LABELS, look, steepness, type Four, type Look, type Unit } from "./look.ts";
import { ending, type Book, type End, type LossName } from "./book.ts";

/** A run as it was recorded: its steps, and loss and parameters at each. */
export interface Course {
  readonly run: Run;
  readonly steps: readonly number[];
  readonly losses: readonly number[];
  readonly flats: readonly Float64Array[];
}

export interface Facts {
  readonly end: End;
  readonly run: Run;
  readonly loss: number;
  readonly look: Look;
  /** ReLUs that are 0 on every input, and the recorded step from which on they have been. */
  readonly dead: readonly { readonly unit: Unit; readonly since: number }[];
  /** Those that move the answer, the strongest first; and those that live and hardly do. */
  readonly working: readonly Unit[];
  readonly idle: readonly Unit[];
  /** The largest set of inputs with labels of both kinds that get one answer; none if empty. */
  readonly confused: readonly number[];
  /** Pairs of inputs with opposite labels that lie on one place of the hidden space. */
  readonly merged: readonly (readonly [number, number])[];
  /** Pairs of working units that say the same about the four inputs, and their correlation. */
  readonly alike: readonly { readonly units: readonly [Unit, Unit]; readonly correlation: number }[];
  /** Length of the gradient at the start and at the end. */
  readonly steep: readonly [first: number, last: number];
}

export const SAME = 0.05; // answers that differ by less are as good as one
const PLACE = 0.02; // of the largest spread of a unit: nearer points are as good as one
const WORKS = 0.05; // as in the book: a twentieth of what the strongest unit does
const ALIKE = 0.99;

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
/** By how much a unit moves the sum over the four inputs. */
export const effect = ({ v, values }: Unit): number => Math.abs(v) * spread(values);
const isDead = ({ values }: Unit): boolean => values.every((value) => value === 0);
const opposite = (i: number, j: number): boolean => LABELS[i] !== LABELS[j];
const PAIRS = [[0, 1], [0, 2], [1, 3], [2, 3]] as const; // of inputs with opposite labels

export function facts(book: Book, kind: LossName, course: Course): Facts {
  const { run, losses, flats } = course;
  const last = flats.at(-1)!;
  const now = look(run, last);
  const living = now.units.filter((unit) => !isDead(unit));
  const strongest = Math.max(0, ...living.map(effect));
  const working = living.filter((unit) => effect(unit) > 0 && effect(unit) >= WORKS * strongest);
  working.sort((one, other) => effect(other) - effect(one));
  return {
    end: ending(book, kind, losses.at(-1)!, now.answers),
    run,
    loss: losses.at(-1)!,
    look: now,
    dead: deaths(course, now.units.filter(isDead)),
    working,
    idle: living.filter((unit) => !working.includes(unit)),
    confused: confused(now.answers),
    merged: merged(now.units),
    alike: alike(working),
    steep: [steepness(run, flats[0]!), steepness(run, last)],
  };
}

/** From which recorded step on each of these units was 0 on every input. */
function deaths({ run, steps, flats }: Course, units: readonly Unit[]): Facts["dead"] {
  if (!units.length) return [];
  const looks = flats.map((flat) => look(run, flat));
  return units.map((unit) => {
    const alive = looks.findLastIndex(({ units: all }) => !isDead(all[unit.number - 1]!));
    return { unit, since: steps[alive + 1]! };
  });
}

/** The largest set of inputs of both labels whose answers lie together. */
function confused(answers: Four): number[] {
  let found: number[] = [];
  for (const least of answers) {
    const set = [0, 1, 2, 3].filter((i) => answers[i]! >= least && answers[i]! < least + SAME);
    if (set.some((i) => opposite(i, set[0]!)) && set.length > found.length) found = set;
  }
  return found;
}

function merged(units: readonly Unit[]): Facts["merged"] {
  const scale = Math.max(...units.map(({ values }) => spread(values)));
  if (scale === 0) return [];
  const together = (i: number, j: number) =>
    units.every(({ values }) => Math.abs(values[i]! - values[j]!) < PLACE * scale);
  return PAIRS.filter(([i, j]) => together(i, j));
}

function alike(units: readonly Unit[]): Facts["alike"] {
  return units.flatMap((one, at) =>
    units.slice(at + 1).flatMap((other) => {
      const r = correlation(one.values, other.values);
      return Math.abs(r) > ALIKE ? [{ units: [one, other] as const, correlation: r }] : [];
    }),
  );
}

export function correlation(a: Four, b: Four): number {
  const centred = (values: Four) => {
    const mean = values.reduce((sum, each) => sum + each, 0) / 4;
    return values.map((each) => each - mean);
  };
  const [p, q] = [centred(a), centred(b)];
  return p.reduce((sum, each, i) => sum + each * q[i]!, 0) / (Math.hypot(...p) * Math.hypot(...q));
}
