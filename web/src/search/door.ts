/**
 * The way from the theme's search field to the book's search: runs before the theme's script, on
 * every page, and loads the rest when the reader goes to the field. The theme starts a worker and
 * talks to it; here it gets something that answers like one.
 */
import type { Finder, Item } from "./finder.ts";
import { markAsked } from "./marks.ts";

interface Config {
  readonly base: string;
  readonly search: string;
}

const READY = 1;
const QUERY = 2;
const RESULT = 3;
const config = JSON.parse(document.getElementById("__config")?.textContent ?? "{}") as Config;
// The base is "." or "..", and on the page that does not exist an address that ends with a stroke.
const root = new URL(`${config.base.replace(/\/$/, "")}/search/`, location.href).href;
const box = document.querySelector<HTMLElement>("[data-md-component=search]");
const field = box?.querySelector<HTMLInputElement>("input");

class Door extends EventTarget {
  #finder: Promise<Finder> | undefined;
  #asked = 0;

  /** Loads the search, and lets the theme ask when it is there. */
  async open(): Promise<void> {
    try {
      this.#finder ??= this.#load();
      await (await this.#finder).ready();
      this.#say({ type: READY });
    } catch (error) {
      this.#finder = undefined; // the reader may try again
      this.#fail();
      throw error;
    }
  }

  async postMessage({ type, data }: { type: number; data: string }): Promise<void> {
    if (type !== QUERY) return;
    const number = ++this.#asked;
    try {
      const finder = await (this.#finder ??= this.#load());
      const items: Item[][] = data.trim() ? await finder.items(data) : [];
      if (number === this.#asked) this.#say({ type: RESULT, data: { items } });
    } catch (error) {
      if (number === this.#asked) this.#fail();
      throw error;
    }
  }

  async #load(): Promise<Finder> {
    if (!globalThis.dlbookFinder) {
      const script = document.createElement("script");
      script.src = box!.dataset.finder!;
      await new Promise((resolve, reject) => {
        script.onload = resolve;
        script.onerror = () => reject(new Error(script.src));
        document.head.append(script);
      });
    }
    return globalThis.dlbookFinder!(root);
  }

  #say(data: object): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  #fail(): void {
    box!.querySelector(".md-search-result__meta")!.textContent = box!.dataset.failed!;
  }
}

if (box && field) {
  const door = new Door();
  const Native = globalThis.Worker;
  globalThis.Worker = function (address: string | URL, options?: WorkerOptions) {
    if (String(address) !== config.search) return new Native(address, options);
    globalThis.Worker = Native;
    return door;
  } as unknown as typeof Worker;
  let isOpening = false;
  const open = () => {
    if (isOpening) return;
    isOpening = true;
    void door.open().catch(() => (isOpening = false));
  };
  field.addEventListener("focus", open);
  document.getElementById("__search")?.addEventListener("change", open);
  // The theme listens to keys alone; what is pasted, dictated or drawn comes without any.
  const typed = () => field.dispatchEvent(new Event("keyup"));
  field.addEventListener("input", (event) => (event as InputEvent).isComposing || typed());
  field.addEventListener("compositionend", typed);
  // Of an Enter in the moment before the theme has noticed that the search is open.
  field.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    box.querySelector<HTMLAnchorElement>(".md-search-result__link")?.click();
  });
}
markAsked();
