"""Preview pictures of the explorables: what stands on a page before one is opened.

Each is drawn from what the figures gave to the explorable, when the site is built, in the variables
of the page's theme. It has no words, says nothing that the text beside it does not say, and is away
as soon as the explorable is there.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dlbook.record.palette import variable

WIDTH, HEIGHT = 240, 120
_EDGE = 8
Given = Mapping[str, Any]
"""What the figures of an explorable gave, by figure."""


def preview(name: str, given: Mapping[str, bytes]) -> str:
    """The picture of an explorable as SVG, from its figures' JSON; nothing for one without."""
    draw = _DRAWN.get(name)
    if draw is None:
        return ""
    marks = "".join(draw({figure: json.loads(text) for figure, text in given.items()}))
    return (
        f'<svg class="dl-explore__preview" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true"'
        f' focusable="false">{marks}</svg>\n'
    )


def _path(points: Sequence[tuple[float, float]], role: str, width: float, dash: str = "") -> str:
    """A line through points that lie in the unit square, y upwards."""
    d = "L".join(f"{_x(x)} {_y(y)}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{d}" fill="none" stroke="var({variable(role)})" stroke-width="{width:g}"'
        f' stroke-linejoin="round" stroke-linecap="round"{dashed}/>'
    )


def _x(x: float) -> str:
    return f"{_EDGE + x * (WIDTH - 2 * _EDGE):.1f}".removesuffix(".0")


def _y(y: float) -> str:
    return f"{HEIGHT - _EDGE - y * (HEIGHT - 2 * _EDGE):.1f}".removesuffix(".0")


def _dots(points: Sequence[tuple[float, float]], role: str) -> str:
    """Discs, as lines of no length with round ends."""
    d = "".join(f"M{_x(x)} {_y(y)}h0" for x, y in points)
    return f'<path d="{d}" stroke="var({variable(role)})" stroke-width="8" stroke-linecap="round"/>'


def _fold(given: Given) -> list[str]:
    """The zigzag of three folds, and how far a shallow net of as many units follows it."""
    pieces = given["folding_doubles_pieces"]["pieces"][2]
    zigzag = [(k / pieces, 1.0 - k % 2) for k in range(pieces + 1)]
    return [_path(zigzag, "deep", 2.5), _path(zigzag[:-2], "shallow", 5, "0.1 9")]


def _curve(given: Given) -> list[str]:
    """A curve and the polyline of some equal pieces, with its corners."""
    pieces = given["error_falls_with_the_square_of_the_pieces"]["curves"]["sine"]["pieces"][3]

    def at(x: float) -> tuple[float, float]:
        return x, 0.5 + 0.42 * math.sin(12 * (2 * x - 1))

    corners = [at(k / pieces) for k in range(pieces + 1)]
    fine = [at(k / 100) for k in range(101)]
    return [_path(fine, "line", 4), _path(corners, "exact", 2), _dots(corners, "exact")]


_COLUMNS = 64


def _xor(given: Given) -> list[str]:
    """A mark for each seed of the first way of training, filled where XOR was learned."""
    settings = given["finding_xor_takes_luck_or_width"]["settings"]
    asked = {"activation": "relu", "width": 2, "method": "adam", "loss": "cross_entropy"}
    ends = next(each["ends"] for each in settings if asked.items() <= each.items())
    pitch = (WIDTH - 2 * _EDGE) / _COLUMNS
    size = 0.7 * pitch
    rows = math.ceil(len(ends) / _COLUMNS)
    top = (HEIGHT - pitch * rows) / 2
    lines = "".join(
        f"M{_EDGE} {top + pitch * row + size / 2:.1f}h{WIDTH - 2 * _EDGE}" for row in range(rows)
    )
    solved = "".join(
        f"M{_EDGE + pitch * (k % _COLUMNS):.1f} {top + pitch * (k // _COLUMNS) + size / 2:.1f}"
        f"h{size:.1f}"
        for k, end in enumerate(ends)
        if end == "0"
    )
    dashes = f' stroke-dasharray="{size:.3f} {pitch - size:.3f}"'
    return [
        f'<path d="{d}" stroke="var({variable(role)})" stroke-width="{size:.1f}"{more}/>'
        for d, role, more in ((lines, "grid", dashes), (solved, "shallow", ""))
    ]


def _wide(given: Given) -> list[str]:
    """How the errors of the seeds fell: from the least to the most, and the median."""
    record = given["more_units_smaller_median_error"]
    asked = {"curve": "sine", "width": 16, "points": 100}
    cell = next(each for each in record["cells"] if asked.items() <= each.items())
    steps = [step for step in record["steps"] if step > 0]
    logs = [[math.log(y) for y in row[-len(steps) :]] for row in cell["band"]]
    low, high = min(map(min, logs)), max(map(max, logs))
    last = math.log(steps[-1])
    rows = [
        [
            (math.log(step) / last, (y - low) / (high - low))
            for step, y in zip(steps, row, strict=True)
        ]
        for row in logs
    ]
    outline = [*rows[0], *reversed(rows[-1])]
    around = "L".join(f"{_x(x)} {_y(y)}" for x, y in outline)
    area = f'<path d="M{around}Z" fill="var({variable("grid")})"/>'
    return [area, _path(rows[len(rows) // 2], "ink", 2, "6 4"), _path(rows[1], "shallow", 2.5)]


def _parity(given: Given) -> list[str]:
    """How many gates each of the three circuits takes, by the number of bits."""
    record = given["three_circuits_for_parity"]
    shown = {name: record[name][:5] for name in ("tree", "and_or", "threshold")}
    most = max(map(max, shown.values()))
    looks = {"tree": ("deep", ""), "and_or": ("shallow", ""), "threshold": ("extra", "3 6")}
    lines = {
        name: [(k / (len(counts) - 1), count / most) for k, count in enumerate(counts)]
        for name, counts in shown.items()
    }
    return [_path(lines[name], role, 2.5, dash) for name, (role, dash) in looks.items()] + [
        _dots(lines[name], role) for name, (role, _) in looks.items()
    ]


def _capacity(given: Given) -> list[str]:
    """Training error as far as there is one, and the peak of the median test error."""
    record = given["error_peaks_where_a_fit_becomes_exact"]
    features, median = record["features"], record["band"][1]
    first, last = math.log(features[0]), math.log(features[-1])
    low, high = math.log(min(median) / 4), math.log(max(median))

    def at(p: int, error: float) -> tuple[float, float]:
        height = (math.log(error) - low) / (high - low) if error > 0 else 0.0
        return (math.log(p) - first) / (last - first), min(1.0, max(0.0, height))

    pairs = zip(features, record["train"], strict=True)
    train = [at(p, error) for p, error in pairs if p < record["points"]]
    test = [at(p, error) for p, error in zip(features, median, strict=True)]
    return [_path(train, "extra", 2.5, "6 4"), _path(test, "shallow", 2.5)]


def _sharing(given: Given) -> list[str]:
    """How often two nets are right on four kinds of functions, around one half."""
    nets = {each["name"]: each for each in given["no_learner_beats_half_on_average"]["nets"]}
    kinds = ("one bit", "majority", "everything", "parity")
    rows = {
        name: [(k / (len(kinds) - 1), nets[name]["accuracy"][kind]) for k, kind in enumerate(kinds)]
        for name in ("memory", "deep")
    }
    half = _path([(0.0, 0.5), (1.0, 0.5)], "line", 2, "2 6")
    looks = (("memory", "exact"), ("deep", "deep"))
    return [half] + [
        mark
        for name, role in looks
        for mark in (_path(rows[name], role, 2.5), _dots(rows[name], role))
    ]


def _basin(given: Given) -> list[str]:
    """The share of seeds that come home by the size of the noise, for one fold and for most."""
    record = given["training_finds_folds_only_from_nearby"]
    near = [each for each in record["seeds"] if each["noise"] is not None]
    folds = sorted({each["folds"] for each in near})

    def shares(k: int) -> list[tuple[float, float]]:
        row = sorted((each["noise"], each["errors"]) for each in near if each["folds"] == k)
        home = [sum(error < record["close"] for error in errors) / len(errors) for _, errors in row]
        return [(i / (len(home) - 1), share) for i, share in enumerate(home)]

    first, *between, last = folds
    return [
        *(_path(shares(k), "line", 1.5) for k in between),
        _path(shares(first), "shallow", 2.5, "6 4"),
        _path(shares(last), "deep", 2.5),
        _dots(shares(last), "deep"),
    ]


def _signal(given: Given) -> list[str]:
    """What comes back through twenty layers: sigmoids and ReLUs, each from its usual start."""
    record = given["the_start_decides_which_gradients_survive"]
    nets = {(each["activation"], each["start"]): each["back"] for each in record["nets"]}
    lost, kept = nets["sigmoid", "xavier_uniform"], nets["relu", "he_normal"]
    least = math.log(lost[0][0])

    def middle(back: list[list[float]]) -> list[tuple[float, float]]:
        low, high = back
        logs = [(math.log(a) + math.log(b)) / 2 for a, b in zip(low, high, strict=True)]
        return [(k / (len(low) - 1), 0.85 * (1 - each / least)) for k, each in enumerate(logs)]

    return [
        _path(middle(lost), "muted", 2.5, "2 6"),
        _dots(middle(lost), "muted"),
        _path(middle(kept), "deep", 2.5),
        _dots(middle(kept), "deep"),
    ]


_DRAWN: Mapping[str, Callable[[Given], list[str]]] = {
    "fold": _fold,
    "curve": _curve,
    "xor": _xor,
    "wide": _wide,
    "parity": _parity,
    "capacity": _capacity,
    "sharing": _sharing,
    "basin": _basin,
    "signal": _signal,
}
