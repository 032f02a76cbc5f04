/**
 * Opens the explorables of a page: loads their script and records when the reader asks for one, or
 * at once where the address holds the state of one. On the page before: a button, and nothing else.
 */
import type { Records } from "./records/index.ts";
import { isCalm } from "./kit/dom.ts";
import { shared } from "./kit/shared.ts";

const loaded = new Map<string, Promise<void>>();

/** A classic script, once. */
function script(address: string): Promise<void> {
  let promise = loaded.get(address);
  if (!promise) {
    promise = new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = address;
      element.onload = () => resolve();
      element.onerror = () => reject(new Error(address));
      document.head.append(element);
    });
    loaded.set(address, promise);
    promise.catch(() => loaded.delete(address)); // the reader may try again
  }
  return promise;
}

async function open(section: HTMLElement, focus: boolean): Promise<void> {
  const { explore = "", records = "", root = "", failed = "", loading = "" } = section.dataset;
  const button = section.querySelector<HTMLButtonElement>(".dl-explore__open");
  const told = section.querySelector<HTMLElement>(".dl-explore__told");
  if (!button || !told || section.dataset.state) return;
  section.dataset.state = "loading";
  told.textContent = loading;
  const folder = `${root}assets/explore/`;
  const names = records.split(" ").filter(Boolean) as (keyof Records)[];
  try {
    await Promise.all([
      script(`${folder}${explore}.js`),
      ...names.map((name) => script(`${folder}data/${name}.js`)),
    ]);
    const place = document.createElement("div");
    place.className = "dl-explore__place";
    place.tabIndex = -1;
    section.append(place);
    const given = Object.fromEntries(names.map((name) => [name, shared.records[name]]));
    await shared.explorables[explore]!({ root: place, records: given as unknown as Records });
    button.remove();
    told.remove();
    section.querySelector(".dl-explore__preview")?.remove();
    section.dataset.state = "open";
    if (focus) {
      place.focus({ preventScroll: true });
      reveal(section);
    }
  } catch (error) {
    delete section.dataset.state;
    told.textContent = failed;
    throw error;
  }
}

/** What the reader has opened is seen whole, or, where it is taller than the screen, from its top. */
function reveal(section: HTMLElement): void {
  if (section.getBoundingClientRect().bottom <= innerHeight) return;
  section.scrollIntoView({ behavior: isCalm() ? "instant" : "smooth" });
}

const sections = [...document.querySelectorAll<HTMLElement>(".dl-explore")];
const nameOf = ({ dataset }: HTMLElement): string => dataset.explore ?? "";

/** Those whose state the address holds, the one that was used last at the end. */
function asked(): HTMLElement[] {
  const names = [...new URLSearchParams(location.search).keys()];
  const place = (section: HTMLElement) => names.lastIndexOf(nameOf(section));
  return sections.filter((each) => place(each) >= 0).sort((a, b) => place(a) - place(b));
}

/** The one that a frame asks for, `?embed=xor`; all else of the page is put away (book.css). */
function embedded(): HTMLElement | null {
  const name = new URLSearchParams(location.search).get("embed");
  if (name === null) return null;
  const found = sections.find((each) => nameOf(each) === name) ?? asked().at(-1) ?? sections[0] ?? null;
  document.documentElement.classList.toggle("dl-embed", found !== null);
  found?.setAttribute("data-embedded", "");
  return found;
}

/** A way from the frame to the page that it is from, with what is shown. */
function signed(section: HTMLElement): void {
  const link = document.createElement("a");
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = document.title;
  const lead = () => {
    const query = new URLSearchParams(location.search);
    query.delete("embed");
    link.href = `${location.pathname}?${decodeURIComponent(query.toString())}#explore-${nameOf(section)}`;
  };
  for (const event of ["pointerdown", "keydown", "focus"]) link.addEventListener(event, lead);
  lead();
  const foot = document.createElement("p");
  foot.className = "dl-explore__from";
  foot.append(link);
  section.append(foot);
}

const UNHURRIED = 800; // milliseconds after the page is there, in which it is looked at first
const ACTS = ["wheel", "touchstart", "pointerdown", "keydown"] as const;
const SETTLED = 2500; // milliseconds in which pictures and letters above may still come

/** Bring it to the top of the screen, and keep it there while the page settles, unless the reader acts. */
function present(section: HTMLElement): void {
  const bring = () => section.scrollIntoView({ behavior: "instant" });
  const settling = new ResizeObserver(bring);
  const end = () => {
    settling.disconnect();
    for (const act of ACTS) removeEventListener(act, end);
  };
  for (const act of ACTS) addEventListener(act, end, { passive: true });
  setTimeout(end, SETTLED);
  settling.observe(document.body);
  bring();
}

for (const section of sections) {
  const button = section.querySelector(".dl-explore__open");
  button?.addEventListener("click", () => void open(section, true));
}
/** Those that begin by themselves when they are seen, unless the reader wants less motion or less data. */
function beginWhenSeen(section: HTMLElement): void {
  const { saveData = false } = (navigator as { connection?: { saveData?: boolean } }).connection ?? {};
  if (isCalm() || saveData) return;
  const sight = new IntersectionObserver(([entry]) => {
    if (!entry!.isIntersecting) return;
    sight.disconnect();
    void open(section, false);
  }, { threshold: 0.5 });
  const begin = () => setTimeout(() => sight.observe(section.querySelector("svg") ?? section), UNHURRIED);
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
}
for (const section of sections) if (section.dataset.starts === "seen") beginWhenSeen(section);
addEventListener("popstate", () => asked().forEach((section) => void open(section, false)));

const alone = embedded();
const first = alone ? [alone] : asked();
// The theme writes the section that is read into the address after the state; the state is what was sent.
const shown = first.find((each) => location.hash === `#${each.id}`) ?? first.at(-1);
const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
const isReturn = visit?.type === "back_forward"; // the browser knows where the reader was
if (shown && !isReturn) history.scrollRestoration = "manual";
/** One after the other, since each puts its state at the end of the address. */
async function openAsked(): Promise<void> {
  for (const section of first) await open(section, false).catch((error: unknown) => reportError(error));
  if (alone) signed(alone);
  else if (shown && !isReturn) present(shown);
}
void openAsked();
