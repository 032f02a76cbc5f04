/**
 * Opens the explorables of a page: loads their script and records when the reader asks for one, or
 * at once where the address holds the state of one. On the page before: a button, and nothing else.
 */
import type { Records } from "./records/index.ts";
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
    section.dataset.state = "open";
    if (focus) place.focus({ preventScroll: true });
  } catch (error) {
    delete section.dataset.state;
    told.textContent = failed;
    throw error;
  }
}

const sections = [...document.querySelectorAll<HTMLElement>(".dl-explore")];
const asked = () =>
  sections.filter(({ dataset }) => new URLSearchParams(location.search).has(dataset.explore ?? ""));

for (const section of sections) {
  const button = section.querySelector(".dl-explore__open");
  button?.addEventListener("click", () => void open(section, true));
}
addEventListener("popstate", () => asked().forEach((section) => void open(section, false)));
const first = asked();
void Promise.all(first.map((section) => open(section, false))).then(() => {
  if (first[0] && !location.hash) first[0].scrollIntoView();
});
