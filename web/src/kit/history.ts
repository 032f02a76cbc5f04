/**
 * The states of an explorable as steps of the page's history: a choice is one step, and so are a drag
 * from its first place to its last, and keys in a row.
 */
import { read, write, type Fields } from "./address.ts";

const PAUSE = 700; // milliseconds after a key; what is pressed later is another step

/** Whose last step is still open to what follows at once; a page holds several explorables. */
let open: Trail | null = null;

/** The trail of states that one explorable leaves. */
export class Trail {
  private readonly name: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isHeld = false;

  /** `followed` hears of the state to which the reader went back or forward. */
  constructor(name: string, followed: (fields: Fields) => void) {
    this.name = name;
    addEventListener("popstate", () => {
      const fields = read(name);
      if (!fields) return;
      this.close();
      followed(fields);
    });
  }

  /** The state that the address asks for, or null if it asks for none. */
  get asked(): Fields | null {
    return read(this.name);
  }

  /** A state that the address gave, or that the reader has not chosen: no step. */
  note(fields: Fields): void {
    write(this.name, fields, false);
  }

  /** A choice: a step of its own. */
  choose(fields: Fields): void {
    this.close();
    write(this.name, fields, true);
  }

  /**
   * A move. While it is not `settled` something is held and the address waits for the place where it
   * is let go, since browsers refuse to write it at every pixel. What settles without having been
   * held is a key, and others may follow.
   */
  move(fields: Fields, settled: boolean): void {
    const wasHeld = this.isHeld;
    this.isHeld = !settled;
    if (!settled || wasHeld) this.close();
    if (!settled) return;
    clearTimeout(this.timer);
    const isNew = open !== this;
    if (!write(this.name, fields, isNew) && isNew) return;
    if (wasHeld) return;
    open = this;
    this.timer = setTimeout(() => this.close(), PAUSE);
  }

  private close(): void {
    clearTimeout(this.timer);
    if (open === this) open = null;
  }
}
