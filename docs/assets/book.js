"use strict";

// The language link leads to what the reader is looking at: the last section, figure or exercise that
// begins in the upper half of the screen, or anywhere on it at the end of the page.
const place = () => {
  const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  const line = atEnd ? innerHeight : innerHeight / 2;
  return [...document.querySelectorAll("article :is(h2, h3, figure, .dl-exercise)[id]")]
    .filter((element) => element.getBoundingClientRect().top < line)
    .at(-1)?.id ?? "";
};
for (const link of document.querySelectorAll("[data-dl-language]")) {
  link.addEventListener("click", () => {
    link.search = location.search; // the state of filters and explorables
    link.hash = place();
  });
}

// On a narrow screen two unseen checkboxes open the menu and the search; the keyboard reaches them.
const isEnglish = document.documentElement.lang === "en";
const TOGGLES = { __drawer: isEnglish ? "Menu" : "菜单", __search: isEnglish ? "Search" : "搜索" };
for (const [id, name] of Object.entries(TOGGLES)) {
  document.getElementById(id).setAttribute("aria-label", name);
}
const drawer = document.getElementById("__drawer");
addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !drawer.checked) return;
  drawer.click();
  drawer.focus();
});

// There the menu is a stack of panels, of which the innermost that is open is seen; what lies behind
// the menu is out of reach until it closes.
const stacked = matchMedia("(max-width: 76.234375em)");
const OPEN = ":scope > .md-nav__list > .md-nav__item > .md-nav__toggle:checked";
const BEHIND = "#__search, .md-skip, .md-header, .md-sidebar--secondary, .md-content, .md-top, .md-footer";
const openPanel = () => {
  let panel = document.querySelector(".md-nav--primary");
  for (let open; (open = panel.querySelector(OPEN)); ) panel = open.parentElement.querySelector(":scope > .md-nav");
  return panel;
};
const cover = () => {
  const isCovered = stacked.matches && drawer.checked;
  for (const each of document.querySelectorAll(BEHIND)) each.inert = isCovered;
};
drawer.addEventListener("change", cover);
stacked.addEventListener("change", cover);

// What is wider than the screen scrolls inside itself, so the keyboard must be able to reach it.
const WIDE = ".dl-equation, .dl-figure__picture, .md-typeset__scrollwrap, article pre > code, .dl-lab__output";
const label = isEnglish ? "Scrolls sideways" : "可左右滚动";
const markWide = (elements) => {
  const isWide = elements.map((element) => element.scrollWidth > element.clientWidth);
  for (const [k, element] of elements.entries()) {
    if (isWide[k]) {
      element.tabIndex = 0;
      element.setAttribute("role", "group");
      element.setAttribute("aria-label", label);
    } else {
      element.removeAttribute("tabindex");
    }
  }
};
const watcher = new ResizeObserver((entries) => markWide(entries.map(({ target }) => target)));
// Nothing is measured before the page is whole.
addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll(WIDE)) watcher.observe(element);
});

// On a first visit what is far below the screen is not laid out (book.css). That ends with the first
// key, link or address that needs to know where everything is, or whether it is wide.
const layOut = () => {
  const { classList } = document.documentElement;
  if (!classList.contains("dl-lazy")) return false;
  classList.remove("dl-lazy");
  return true;
};
addEventListener("keydown", ({ key }) => (key === "Tab" || key === "End") && layOut(), true);
addEventListener("click", ({ target }) => target.closest("a[href*='#']") && layOut(), true);
// Whoever comes back finds a page that is laid out, at as many pixels from its top as one leaves it.
addEventListener("beforeunload", () => {
  const read = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  const before = read?.getBoundingClientRect().top;
  if (layOut() && read) scrollBy({ top: read.getBoundingClientRect().top - before, behavior: "instant" });
});

// What the address points at. A fragment that is no encoded text, as a cut-off link's, names nothing.
const named = () => {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null;
  }
};

// A link into a folded answer opens it.
const openAround = () => {
  const target = named();
  for (let box = target?.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
  return target;
};
addEventListener("hashchange", () => {
  const moved = layOut();
  const target = openAround();
  if (moved) target?.scrollIntoView();
});
// A second click on a link to where the address points already changes no hash.
addEventListener("click", ({ target }) => {
  if (target.closest("a[href*='#']")?.href === location.href) openAround();
});
openAround();

// A browser whose style sheets cannot open a legend has it opened here, where there is room.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 45em)").matches) {
  for (const legend of document.querySelectorAll(".dl-legend")) legend.open = true;
}

// "Enlarge" shows the picture that is seen, twice as large, in a dialogue to move it about in; without
// scripts the link leads to the picture itself. Escape, the button and the back of it close it.
addEventListener("click", (event) => {
  const link = event.target.closest?.(".dl-figure__narrow > a, .dl-figure__picture > img");
  if (!link || !matchMedia("(max-width: 44.9375em)").matches) return;
  event.preventDefault();
  const figure = link.closest("figure");
  const shown = [...figure.querySelectorAll(".dl-picture")].find((each) => each.offsetWidth > 0);
  const dialog = document.createElement("dialog");
  dialog.className = "dl-zoom";
  dialog.setAttribute("aria-label", shown.alt);
  const pan = document.createElement("div");
  pan.className = "dl-zoom__pan";
  pan.tabIndex = 0;
  pan.style.setProperty("--dl-readable", shown.parentElement.style.getPropertyValue("--dl-readable"));
  const picture = new Image();
  [picture.src, picture.alt, picture.width, picture.height] = [shown.src, "", shown.width, shown.height];
  pan.append(picture);
  const close = document.createElement("button");
  close.textContent = figure.querySelector("[data-close]").dataset.close;
  close.addEventListener("click", () => dialog.close());
  dialog.append(close, pan);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
});

// On paper everything is unfolded, also by a browser whose style sheets cannot do it.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("article details:not([open], .dl-about)")];
  for (const details of unfolded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of unfolded) details.open = false;
  unfolded = [];
});

// The ledger's filters: the choices, the address and the rows say the same.
const filters = document.querySelector(".dl-filters");
if (filters) {
  const order = filters.querySelector("[name=order]");
  const selects = [...filters.querySelectorAll("select")].filter((each) => each !== order);
  const rows = [...document.querySelectorAll(".dl-claims tr[data-verdict]")];
  const status = filters.querySelector("[role=status]");
  const fits = (row, { name, value }) => !value || row.dataset[name].split(" ").includes(value);
  const fill = (pattern, parts) => pattern.replace(/\{(\w+)\}/g, (_, part) => parts[part]);

  const count = (select) => {
    const others = selects.filter((each) => each !== select);
    const left = rows.filter((row) => others.every((each) => fits(row, each)));
    for (const option of select.options) {
      const { length } = left.filter((row) => fits(row, { name: select.name, value: option.value }));
      option.textContent = fill(select.dataset.pattern, { label: option.dataset.label, count: length });
      option.disabled = length === 0 && option.value !== "" && !option.selected;
    }
  };
  // By another order than the chapters' all rows stand in one body, without headings.
  const groups = [...rows[0].closest("table").tBodies];
  const homes = rows.map((row) => row.parentElement);
  const sorted = groups[0].cloneNode();
  groups.at(-1).after(sorted);
  const verdicts = [...selects.find(({ name }) => name === "verdict").options].map(({ value }) => value);
  const { compare } = new Intl.Collator("en", { numeric: true });
  const rank = {
    claim: (row) => row.id,
    verdict: ({ dataset }) => String(verdicts.indexOf(dataset.verdict.split(" ")[0])),
    evidence: ({ dataset }) => dataset.kind,
  };
  let arranged = "";
  const arrange = () => {
    if (order.value === arranged) return;
    arranged = order.value;
    const of = rank[order.value];
    const placed = of ? [...rows].sort((a, b) => compare(of(a), of(b)) || compare(a.id, b.id)) : rows;
    placed.forEach((row, i) => (of ? sorted : homes[i]).append(row));
    for (const head of heads) {
      if (head.dataset.column === order.value) head.ariaSort = "ascending";
      else head.removeAttribute("aria-sort");
    }
  };
  const heads = [...document.querySelectorAll(".dl-claims th[data-column]")].filter(({ dataset }) => rank[dataset.column]);
  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      order.value = order.value === head.dataset.column ? "" : head.dataset.column;
      write();
    });
  }
  const show = () => {
    arrange();
    for (const row of rows) row.hidden = !selects.every((select) => fits(row, select));
    for (const body of [sorted, ...groups]) {
      body.hidden = !body.querySelector("tr[data-verdict]:not([hidden])");
    }
    for (const jump of document.querySelectorAll(".dl-jumps a")) {
      jump.hidden = document.getElementById(jump.hash.slice(1)).parentElement.hidden;
    }
    selects.forEach(count);
    const shown = rows.filter((row) => !row.hidden).length;
    status.textContent = fill(status.dataset.pattern, { shown });
    for (const link of document.querySelectorAll("[data-dl-language]")) link.search = location.search;
  };
  const read = () => {
    const asked = new URLSearchParams(location.search);
    for (const select of selects) {
      select.value = asked.get(select.name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
    }
    order.value = asked.get("order") ?? "";
    if (order.selectedIndex < 0) order.value = "";
    show();
    document.getElementById("dl-asked").textContent = ""; // what the page did before the first paint
  };
  const write = () => {
    const address = new URL(location);
    for (const { name, value } of [...selects, order]) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    address.hash = "";
    history.pushState(null, "", address);
    show();
  };
  filters.addEventListener("change", write);
  filters.querySelector("button").addEventListener("click", () => {
    for (const select of [...selects, order]) select.value = "";
    write();
  });
  addEventListener("popstate", read);
  read();
}

// The first mention of a term shows its definition while the pointer or the focus is on it, and
// while the pointer is on the definition; Escape puts it away. Of taps the first shows it, and a
// second one on the term follows the link; a tap elsewhere puts it away.
const TIP_EDGE = 8; // pixels kept free around a definition
let tip = null;
let termOfTip = null;
let tipTimer = 0;
let tapped = false; // whether what went down last on a term was a finger
const placeTip = () => {
  const { top, bottom } = termOfTip.getBoundingClientRect();
  const room = document.documentElement.clientWidth - tip.offsetWidth - TIP_EDGE;
  const below = bottom + TIP_EDGE / 2;
  const fits = below + tip.offsetHeight + TIP_EDGE <= innerHeight;
  tip.style.left = `${Math.max(TIP_EDGE, Math.min(termOfTip.getClientRects()[0].left, room))}px`;
  tip.style.top = `${fits ? below : Math.max(0, top - tip.offsetHeight - TIP_EDGE / 2)}px`;
};
const hideTip = () => {
  clearTimeout(tipTimer);
  tip?.hidePopover();
  tip = null;
};
const showTip = (term) => {
  clearTimeout(tipTimer);
  if (tip && term === termOfTip) return;
  hideTip();
  termOfTip = term;
  tip = document.getElementById(term.getAttribute("aria-describedby"));
  tip.showPopover();
  placeTip();
};
const leaveTip = () => {
  clearTimeout(tipTimer);
  if (document.activeElement !== termOfTip) tipTimer = setTimeout(hideTip, 200);
};
if ("popover" in HTMLElement.prototype) {
  for (const term of document.querySelectorAll(".dl-term")) {
    term.addEventListener("pointerenter", ({ pointerType }) => {
      clearTimeout(tipTimer);
      if (pointerType !== "touch") tipTimer = setTimeout(showTip, 120, term);
    });
    term.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && leaveTip());
    term.addEventListener("pointerdown", ({ pointerType }) => (tapped = pointerType === "touch"));
    term.addEventListener("click", (event) => {
      if (!tapped || event.detail === 0 || (tip && term === termOfTip)) return;
      event.preventDefault();
      showTip(term);
    });
    term.addEventListener("focus", () => term.matches(":focus-visible") && showTip(term));
    term.addEventListener("blur", hideTip);
  }
  for (const each of document.querySelectorAll(".dl-tip")) {
    each.addEventListener("pointerenter", () => clearTimeout(tipTimer));
    each.addEventListener("pointerleave", leaveTip);
  }
  addEventListener("keydown", ({ key }) => key === "Escape" && hideTip());
  addEventListener("click", ({ target }) => tip && !target.closest(".dl-term, .dl-tip") && hideTip());
  addEventListener("scroll", () => tip && placeTip(), { passive: true });
  addEventListener("resize", () => tip && placeTip());
}

// What comes in rows is one stop for the Tab key, and the arrow keys walk along it: the lists of pages
// and sections, the claims of a figure, the ways back from a work, the terms of a section, the links
// of equations and of exercises to themselves. Without this script every link is a stop.
const DOWN = { ArrowDown: 1, ArrowUp: -1 };
const ALONG = { ArrowRight: 1, ArrowLeft: -1 };
const rows = [];
const addRows = (rowsOf, itemsOf, keys) => {
  for (const row of document.querySelectorAll(rowsOf)) rows.push([[...row.querySelectorAll(itemsOf)], keys]);
};
const MENU = ".md-logo, a.md-nav__link[href], label.md-nav__link, .md-nav .md-nav .md-nav__title";
addRows(".md-sidebar--primary", MENU, DOWN);
addRows(".md-sidebar--secondary", "a.md-nav__link[href]", DOWN);
addRows(".dl-claim-lines", ":scope > li > details > summary", DOWN);
addRows(".dl-works > li", ".dl-works__back a", ALONG);
addRows("article", ".dl-numbered__number", DOWN);
addRows("article", ".dl-exercise .headerlink", DOWN);
const ofSections = [[]];
for (const each of document.querySelectorAll("article :is(h2, .dl-term)")) {
  if (each.matches("h2")) ofSections.push([]);
  else ofSections.at(-1).push(each);
}
for (const terms of ofSections) rows.push([terms, ALONG]);
for (const [items, keys] of rows) {
  const isMenu = items[0]?.matches(".md-sidebar--primary *");
  // Where there is no stack, labels are headings.
  const isOnTop = (item) => item.closest(".md-nav") === openPanel() && getComputedStyle(item).display !== "none";
  const isShown = (item) =>
    isMenu && stacked.matches ? isOnTop(item) : item.checkVisibility() && !(isMenu && item.matches("label"));
  const stopAt = (chosen) => {
    for (const item of items) item.tabIndex = item === chosen ? 0 : -1;
  };
  stopAt(isMenu ? items.find((item) => item.matches("a.md-nav__link")) : items[0]);
  if (isMenu) {
    const enter = () => {
      const shown = items.filter(isShown);
      const chosen = shown.find((item) => item.matches("a.md-nav__link--active, label.md-nav__link--active"))
        ?? shown.find((item) => item.matches("a")) ?? shown[0];
      if (chosen) stopAt(chosen);
      return chosen;
    };
    drawer.addEventListener("change", enter);
    for (const label of items.filter((item) => item.matches("label"))) {
      label.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        label.click();
        enter()?.focus();
      });
    }
  }
  for (const item of items) {
    item.addEventListener("focus", () => stopAt(item));
    item.addEventListener("keydown", (event) => {
      const step = keys[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const shown = items.filter(isShown);
      const next = shown[shown.indexOf(item) + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }
}
