/** Training as the page sees it: running, paused, resumed, given up; it waits while nobody looks. */

export type Phase = "idle" | "running" | "paused" | "done";

export abstract class Waiting {
  protected pausedByPage = false;
  private current: Phase = "idle";

  constructor() {
    // Nobody looks: the run waits, so that a page in the background costs nothing.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.current === "running") {
        this.pause();
        this.pausedByPage = true;
      } else if (!document.hidden && this.pausedByPage) this.resume();
    });
  }

  get state(): Phase {
    return this.current;
  }

  pause(): void {
    if (this.current !== "running") return;
    this.order("pause");
    this.become("paused");
  }

  resume(): void {
    if (this.current !== "paused") return;
    this.pausedByPage = false;
    this.order("resume");
    this.become("running");
  }

  cancel(): void {
    this.end();
    this.become("idle");
  }

  /** Tell all workers. */
  protected abstract order(what: "pause" | "resume"): void;

  /** Called whenever the state has changed. */
  protected abstract changed(state: Phase): void;

  /** End all workers. */
  protected end(): void {
    this.pausedByPage = false;
  }

  protected become(state: Phase): void {
    if (state === this.current) return;
    this.current = state;
    this.changed(state);
  }
}
