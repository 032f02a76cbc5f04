"""What the experiments of Source E cost here, beside what its code costs.

    python -m benchmarks.atoms

For each of its twelve experiments of which some claim is judged by a figure: the figures, how many
runs they train from how many seeds, controls among them, and the CPU-seconds of their making, as
their passports say. The published code's CPU-seconds, one to five repeats of each experiment on a
machine of two cores, are cited and not measured here.
"""

import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from dlbook.record.records import Project, read_made
from tests.scripts import ROOT

# CPU-seconds of the twelve.
PUBLISHED = (32.9, 21.7, 45.4, 111.4, 99.1, 66.4, 9.4, 191.2, 12.6, 10.5, 0.9, 4.2)
_CLAIM = re.compile(r"E(\d\d)")


@dataclass(frozen=True)
class Cost:
    """What a figure's making took: CPU-seconds, and of what it trained the runs and the seeds."""

    seconds: float
    runs: int
    seeds: tuple[int, ...]


def cost_of(passport: dict[str, Any]) -> Cost:
    """That of a figure, from its passport."""
    seeds = tuple(each["seeds"] for each in passport["trained"])
    return Cost(passport["cpu_seconds"], sum(seeds), seeds)


def experiments(claims: dict[str, list[str]]) -> dict[int, list[str]]:
    """The figures that judge claims of each experiment, by its number, from the ids of claims."""
    found: dict[int, set[str]] = defaultdict(set)
    for figure, ids in claims.items():
        for match in filter(None, map(_CLAIM.match, ids)):
            found[int(match[1])].add(figure)
    return {n: sorted(found[n]) for n in sorted(found) if n <= len(PUBLISHED)}


def main() -> int:
    """Print the table; how many experiments cost more here than there."""
    project, dearer = Project(ROOT), 0
    made = {name: read_made(project, name) for name in project.scripts()}
    if missing := sorted(name for name, version in made.items() if version is None):
        print(f"not made yet: {', '.join(missing)}; make build", file=sys.stderr)
        return 1
    passports = {name: version.passport for name, version in made.items() if version is not None}
    claims = {
        name: [claim["id"] for claim in json.loads(project.accepted(name).read_bytes())["claims"]]
        for name in made
        if project.accepted(name).is_file()
    }
    print(f"{'experiment, and its figures':<48}{'runs':>7}{'seeds':>10}{'a run':>9}{'all':>8}"
          f"{'published':>11}")  # fmt: skip
    for number, names in experiments(claims).items():
        costs = {name: cost_of(dict(passports[name])) for name in names}
        trained = {name: cost for name, cost in costs.items() if cost.runs}
        runs, seconds = (
            sum(getattr(cost, field) for cost in trained.values()) for field in ("runs", "seconds")
        )
        published = PUBLISHED[number - 1]
        dearer += seconds > published
        print(f"{number:<48}{_row(runs, [s for c in trained.values() for s in c.seeds], seconds)}"
              f"{published:>11.1f}")  # fmt: skip
        for name, cost in trained.items():
            print(f"  {name:<46}{_row(cost.runs, list(cost.seeds), cost.seconds)}")
    print("CPU-seconds; a run is one network trained from one seed; published: one to five repeats")
    return dearer


def _row(runs: int, seeds: list[int], seconds: float) -> str:
    spread = f"{min(seeds)}-{max(seeds)}" if len(set(seeds)) > 1 else str(seeds[0] if seeds else 0)
    each = f"{seconds / runs:.3f}" if runs else "-"
    return f"{runs:>7}{spread:>10}{each:>9}{seconds:>8.1f}"


if __name__ == "__main__":
    sys.exit(main())
