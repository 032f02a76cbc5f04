/* What a reader types, rewritten as words that the index has. Published in front of the theme's
   search worker, which cuts Chinese by itself but never looks at the last character of a query, so
   that 过拟合 is searched for as 过 and 梯度下降 as 梯度.

   Chinese is cut into words of the index. Characters that make none stay together, so that 折旧 is
   not taken for 折. English loses its endings, for the index keeps words whole and the search
   completes what it is given: folds -> fold finds folding, initialization -> initiali finds both
   spellings. */
"use strict";
(() => {
  const SETUP = 0, QUERY = 2;
  const EXPERT = /["*~^]|(^|\s)[+-]/; // the operators of the search; left alone
  const LITTLE = new Set("的了着过和与或及是在有不也都就把被对从到为给让要会能吗呢吧么什怎哪这那它个们");
  const ENDINGS = [ // what is left of a word, and how many letters that must be
    [/^(.*i)[sz](?:e[sdr]?|ing|ations?)$/, 4],
    [/^(.*)(?:ies|y)$/, 6],
    [/^(.*)(?:es|ed|ing)$/, 4],
    [/^(.*[^s])s$/, 4],
  ];
  const NAMES = new Map(Object.entries(self.dlNames)); // other names of terms; see finder.py
  const chinese = new Set(), latin = new Set();

  function learn(docs) {
    for (const {title, text} of docs) {
      const words = `${title} ${text}`.replace(/<[^>]*>/g, " ").toLowerCase();
      for (const [word] of words.matchAll(/\p{sc=Han}+/gu)) chinese.add(word);
      for (const [word] of words.matchAll(/[a-z]+/g)) latin.add(word);
    }
  }

  /* The fewest words that cover most of a run, and the characters that they leave. */
  function cover(run) {
    const best = [];
    best[run.length] = {cost: 0, parts: []};
    for (let start = run.length - 1; start >= 0; start--) {
      const {cost, parts} = best[start + 1];
      best[start] = {cost: cost + 1000, parts: [{text: run[start], known: false}, ...parts]};
      for (let end = start + 2; end <= run.length; end++) {
        const text = run.slice(start, end);
        if (chinese.has(text) && best[end].cost + 1 < best[start].cost) {
          best[start] = {cost: best[end].cost + 1, parts: [{text, known: true}, ...best[end].parts]};
        }
      }
    }
    return best[0].parts;
  }

  /* The words of a run of Chinese characters. A character that makes no word belongs to the word
     beside it: 交叉商 is not 交叉. */
  function cut(run) {
    const pieces = [];
    for (const {text, known} of cover(run)) {
      const kind = known ? "word" : LITTLE.has(text) ? "little" : "gap";
      const last = pieces[pieces.length - 1];
      if (kind === "gap" && last?.kind === "gap") last.text += text;
      else pieces.push({text, kind});
    }
    pieces.forEach((piece, at) => {
      if (piece.kind !== "gap" || piece.text.length > 1 || chinese.has(piece.text)) return;
      const [before, after] = [pieces[at - 1], pieces[at + 1]];
      if (before?.kind === "word") before.text += piece.text;
      else if (after?.kind === "word") after.text = piece.text + after.text;
      else return;
      piece.kind = "little";
    });
    const words = pieces.filter(piece => piece.kind !== "little").map(piece => piece.text);
    return words.length ? words : [run];
  }

  /* An English word without its ending, or as the two words of which it is made. */
  function stem(typed) {
    const word = typed.toLowerCase();
    const left = ([ending, least]) => word.match(ending)?.slice(1).filter(it => it.length >= least);
    const [short = word] = ENDINGS.flatMap(rule => left(rule) ?? []);
    if ([...latin].some(known => known.startsWith(short))) return short;
    for (let at = 4; at < word.length - 3; at++) {
      if (latin.has(word.slice(0, at)) && latin.has(word.slice(at))) {
        return `${word.slice(0, at)} ${word.slice(at)}`;
      }
    }
    return word;
  }

  function rewrite(query) {
    if (EXPERT.test(query)) return query;
    const typed = query.trim().toLowerCase().replace(/[\s-]+/g, " ");
    const names = NAMES.get(typed) ?? NAMES.get(typed.replace(/s$/, "")) ?? [];
    // Words of a name in the other language are no words of this one, and 'S 形函数' no s.
    return (names.length && typed.includes(" ") ? names : [query, ...names]).join(" ")
      .replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, wide => wide.normalize("NFKC"))
      .replace(/[A-Za-z]{5,}/g, stem)
      .replace(/\p{sc=Han}+/gu, run => ` ${cut(run).join(" ")} `);
  }

  /* Let the theme find no word of the index in a query, for then it leaves the query as it is. */
  function keepWhole(lunr) {
    const build = lunr.Builder.prototype.build;
    lunr.Builder.prototype.build = function () {
      const index = build.call(this);
      index.invertedIndex = new Proxy(index.invertedIndex, {has: () => false});
      return index;
    };
  }

  addEventListener("message", ({data: message}) => {
    if (message.type === SETUP) {
      learn(message.data.docs);
      keepWhole(self.lunr);
    } else if (message.type === QUERY) {
      message.data = rewrite(message.data);
    }
  });
})();
