"use strict";

// The language link leads to what the reader is looking at: the last section or figure that
// begins in the upper half of the screen, or anywhere on it at the end of the page.
const place = () => {
  const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  const line = atEnd ? innerHeight : innerHeight / 2;
  return [...document.querySelectorAll("article :is(h2, h3, figure)[id]")]
    .filter((element) => element.getBoundingClientRect().top < line)
    .at(-1)?.id ?? "";
};
for (const link of document.querySelectorAll("[data-dl-language]")) {
  link.addEventListener("click", () => {
    link.hash = place();
  });
}

// What is wider than the screen scrolls inside itself, so the keyboard must be able to reach it.
const WIDE = ".dl-equation, .md-typeset__scrollwrap";
const label = document.documentElement.lang === "en" ? "Scrolls sideways" : "可左右滚动";
const markWide = (element) => {
  if (element.scrollWidth > element.clientWidth) {
    element.tabIndex = 0;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", label);
  } else {
    element.removeAttribute("tabindex");
  }
};
const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => markWide(target)));
for (const element of document.querySelectorAll(WIDE)) watcher.observe(element);

// A link into a folded answer opens it.
const openAround = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let box = target?.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
};
addEventListener("hashchange", openAround);
openAround();
