// Lighthouse over the addresses given: its mobile profile, one Chromium, the median of RUNS runs.
// Prints one JSON object a line. Each report goes to REPORTS as HTML.
// Usage: node lighthouse.mjs CHROMIUM RUNS REPORTS URL...
import { launch } from "chrome-launcher";
import lighthouse, { generateReport } from "lighthouse";
import { writeFileSync } from "node:fs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const [chromePath, runs, reports, ...urls] = process.argv.slice(2);

async function once(url, port) {
  const options = { port, logLevel: "error", onlyCategories: CATEGORIES };
  const { lhr } = await lighthouse(url, options);
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  return lhr;
}

function summary(url, lhr) {
  const value = (audit) => lhr.audits[audit].numericValue;
  const scores = CATEGORIES.map((name) => [name, Math.round(100 * lhr.categories[name].score)]);
  const refs = CATEGORIES.slice(1).flatMap((name) => lhr.categories[name].auditRefs);
  const failed = refs.filter(({ id, weight }) => weight > 0 && lhr.audits[id].score < 1)
    .filter(({ id }) => lhr.audits[id].score !== null).map(({ id }) => id);
  return {
    url, ...Object.fromEntries(scores), failed,
    shift: value("cumulative-layout-shift"), paint: value("first-contentful-paint"),
    largest: value("largest-contentful-paint"), blocked: value("total-blocking-time"),
  };
}

const chromeFlags = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"];
const chrome = await launch({ chromePath, chromeFlags });
try {
  for (const url of urls) {
    const found = [];
    for (let run = 0; run < Number(runs); run += 1) found.push(await once(url, chrome.port));
    found.sort((a, b) => a.categories.performance.score - b.categories.performance.score);
    const median = found[Math.floor(found.length / 2)];
    const name = new URL(url).pathname.replaceAll("/", "-").replace(/^-|-$/g, "") || "home";
    writeFileSync(`${reports}/${name}.html`, generateReport(median, "html"));
    console.log(JSON.stringify(summary(url, median)));
  }
} finally {
  await chrome.kill();
}
