// Runs in the home page of one language: puts the pages given into one document, for printing.
// Every id gets its page's name in front, and links between the pages become links in the book.
async (pages) => {
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");
  const home = location.href;
  const addresses = pages.map((page) => new URL(page, home).href);
  // As written where it is no encoded text, as in a link to a page elsewhere.
  const decoded = (fragment) => {
    try {
      return decodeURIComponent(fragment);
    } catch {
      return fragment;
    }
  };
  const prefix = (number) => `p${number}-`;
  const chapters = [];
  for (const [number, address] of addresses.entries()) {
    const article = parse(await (await fetch(address)).text()).querySelector("article");
    for (const waste of article.querySelectorAll(
      ".headerlink, .dl-about, .dl-picture--dark, .dl-tip, .dl-filters, script, noscript, input",
    )) waste.remove();
    for (const details of article.querySelectorAll("details")) details.open = true;
    for (const element of article.querySelectorAll("[id]")) {
      element.id = prefix(number) + element.id;
    }
    for (const name of ["aria-labelledby", "aria-describedby"]) {
      for (const element of article.querySelectorAll(`[${name}]`)) element.removeAttribute(name);
    }
    for (const image of article.querySelectorAll("img")) {
      image.src = new URL(image.getAttribute("src"), address).href;
      image.loading = "eager";
    }
    for (const link of article.querySelectorAll("a[href]")) {
      const target = new URL(link.getAttribute("href"), address);
      const hash = decoded(target.hash.slice(1));
      target.hash = "";
      const found = addresses.indexOf(target.href.replace(/#$/, ""));
      if (found >= 0) link.setAttribute("href", `#${prefix(found)}${hash}`);
      else if (target.origin === location.origin) link.removeAttribute("href");
    }
    const chapter = document.createElement("section");
    chapter.className = "dl-bound-page md-typeset";
    chapter.id = prefix(number);
    chapter.append(...article.childNodes);
    chapters.push(chapter);
  }
  const title = document.createElement("header");
  title.className = "dl-title-page md-typeset";
  title.innerHTML = "<h1></h1><p></p><p></p>";
  const [name, about, licence] = title.children;
  name.textContent = document.querySelector(".md-header__topic").textContent.trim();
  about.textContent = document.querySelector("meta[name=description]").content;
  licence.textContent = "CC BY 4.0";
  const contents = document.createElement("nav");
  contents.className = "dl-contents md-typeset";
  const list = document.createElement("ol");
  for (const chapter of chapters) {
    const link = document.createElement("a");
    link.href = `#${chapter.id}`;
    link.textContent = chapter.querySelector("h1").textContent.trim();
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  }
  contents.append(list);
  document.body.setAttribute("data-md-color-scheme", "default");
  document.body.replaceChildren(title, contents, ...chapters);
  await Promise.all([...document.images].map((image) => image.decode()));
  await document.fonts.ready;
  // A link that leads nowhere would be dropped from the PDF without a word.
  return [...document.querySelectorAll("a[href^='#']")]
    .map((link) => decoded(link.getAttribute("href").slice(1)))
    .filter((id) => !document.getElementById(id));
}
