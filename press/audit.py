"""``make audit``: Lighthouse and axe over the built site, as one table.

Lighthouse measures every page in both languages (its mobile profile, median of ``--runs``);
axe and the scale look at the same. Of pages that nobody wrote it takes a sample, unless ``--only``
asks for them. Exit code 1 says that something misses its goal.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dlbook.base.progress import Report, listen, steps
from press.reader import Site, browser, visited
from tests.browser import find

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "out" / "audit"
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
SHIFT = 0.02  # cumulative layout shift
WEIGHT = 400_000  # bytes of a first visit
LAB_WEIGHT = 210_000  # its menu names all chapters
# Nobody looks at every picture of the gallery, of all stories or of a lab on a first visit.
LOOSE = re.compile("gallery/|contested/|labs/")
Row = dict[str, Any]


def measure(site: Site, paths: Sequence[str], runs: int) -> Iterable[Row]:
    """Lighthouse's findings, a page at a time."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    urls = [site.url + path for path in paths]
    command = ["node", "press/lighthouse.mjs", str(find()), str(runs), str(REPORTS), *urls]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield from map(json.loads, process.stdout or ())
    if process.returncode:
        raise SystemExit(f"audit: Lighthouse failed on one of {', '.join(paths)}; see above")


def misses(path: str, row: Mapping[str, Any]) -> list[str]:
    """What of a page's row misses its goal."""
    missed = [name for name, least in GOALS.items() if row.get(name, least) < least]
    missed += ["shift"] if row.get("shift", 0) >= SHIFT else []
    missed += ["weight"] if row["weight"] >= (LAB_WEIGHT if "labs/" in path else WEIGHT) else []
    return missed + (["axe"] if row["axe"] else [])


def line(path: str, row: Mapping[str, Any]) -> str:
    """One line of the table; a star marks what misses its goal."""
    missed = misses(path, row)

    def cell(name: str, text: str) -> str:
        return text + ("*" if name in missed else "")

    cells = [cell(name, str(row.get(name, "–"))) for name in GOALS]
    cells.append(cell("shift", f"{row['shift']:.3f}" if "shift" in row else "–"))
    cells.append(cell("weight", f"{row['weight'] / 1000:.0f}"))
    cells.append(cell("axe", str(len(row["axe"]))))
    return f"| /{path} | " + " | ".join(cells) + " |"


def look(site: Site, runs: int, only: str) -> dict[str, Row]:
    """Every page's row: weight and axe in both themes; Lighthouse where ``runs`` is not 0."""
    paths = [path for path in (site.paths if only else site.sample) if only in path]
    rows: dict[str, Row] = {}
    for k in steps(len(paths), "axe and weight"):
        rows[paths[k]] = {
            "weight": site.weight(paths[k], whole=not LOOSE.search(paths[k])),
            "axe": site.violations(paths[k], every=True),
        }
    found = iter(measure(site, paths, runs) if runs else ())
    for k in steps(len(paths) if runs else 0, "Lighthouse"):
        rows[paths[k]] |= next(found)
    return rows


def say(report: Report) -> None:
    """One line of progress, on the terminal only."""
    if sys.stderr.isatty():
        left = f"{report.what}: {report.done}/{report.total}, {report.left:.0f} s left"
        print(f"\r{left:<60}", end="", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at the site and print the table."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="Lighthouse runs a page; 0 for none")
    parser.add_argument("--only", default="", help="only pages whose path contains this")
    chosen = parser.parse_args(arguments)
    folder = ROOT / "site"
    if not (folder / "index.html").is_file():
        raise SystemExit("audit: there is no site; run make site")
    with browser(find()) as chromium, visited(folder, chromium) as site, listen(say):
        rows = look(site, chosen.runs, chosen.only)
    print("| page | perf | a11y | practice | SEO | CLS | kB | axe, both themes |")
    print("|---|---|---|---|---|---|---|---|")
    for path, row in rows.items():
        print(line(path, row))
    for path, row in rows.items():
        for what in (*row["axe"], *row.get("failed", ())):
            print(f"/{path}: {what}")
    return int(any(misses(path, row) for path, row in rows.items()))


if __name__ == "__main__":
    sys.exit(main())
