"""Explorables: what a reader may try under a figure, on the reader's own machine.

A page places one by ``[[explore fold]]``, below the figure that it belongs to. Without scripts
nothing shows, and the figure stands for itself; with them there is a button, and the script and the
records come when it is pressed (``web/src/loader.ts``). What there is to try is written here once,
the rest in ``web/src/explore/NAME.ts``.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from dlbook.base.language import Pair, say
from dlbook.base.lookup import unknown
from dlbook.record import page_types
from dlbook.record.typescript import TypeSourceError
from dlbook.site.pages.previews import preview
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import node
from dlbook.site.reading.late import Piece
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.words import writer

ASSETS = "assets"
FOLDER = f"{ASSETS}/explore"
BINARIES = Path("web", "src", "engine", "binaries.ts")
"""The compiled arithmetic of the engine, which :func:`bundles` writes."""


@dataclass(frozen=True)
class Explorable:
    """One of them: the figures whose records it reads, the first being its own, and its words."""

    figures: tuple[str, ...]
    title: Pair
    about: Pair


EXPLORABLES: Mapping[str, Explorable] = {
    "fold": Explorable(
        ("folding_doubles_pieces", "folds_cost_fewer_parameters"),
        ("自己折一折", "Fold it yourself"),
        (
            "选层数，拖动每一层的折点，数一数有几段；旁边是单元数和参数都一样多的单层网络。",
            "Choose the layers, drag each layer’s fold and count the pieces; beside it, one hidden "
            "layer with as many units and as many parameters.",
        ),
    ),
    "curve": Explorable(
        ("error_falls_with_the_square_of_the_pieces",),
        ("自己搭一条曲线", "Build a curve"),
        (
            "选一条曲线，或者自己画一条；摆放、拖动折点，看误差和上界；再让训练来摆。",
            "Choose a curve or draw one. Place and drag the corners, watch the error and its "
            "bound; then let training place them.",
        ),
    ),
    "xor": Explorable(
        ("finding_xor_takes_luck_or_width",),
        ("亲手训练 XOR", "Train XOR yourself"),
        (
            "任选一个种子，重跑书中的那次训练：看隐藏空间和分界怎样变，这个种子成了还是败了，为什么。",
            "Pick a seed and replay the book’s own run: watch the hidden space and the boundary, "
            "see whether it got there, and if not, why.",
        ),
    ),
    "wide": Explorable(
        ("more_units_smaller_median_error", "initial_weights_decide"),
        ("宽就够了吗？自己训练", "Wide enough? Train it"),
        (
            "选目标、宽度、激活函数和初值，在你的机器上训练，看你这一次落在书中各种子的哪里。",
            "Choose target, width, activation and start, train on your own machine, and see where "
            "your run falls among the book’s seeds.",
        ),
    ),
    "capacity": Explorable(
        ("error_peaks_where_a_fit_becomes_exact",),
        ("把特征数拖过尖峰", "Drag across the peak"),
        (
            "拖动特征数，换一批数据，看训练误差和测试误差；没见过的点上，答案离真相有多远。",
            "Drag the number of features, draw new data, watch training and test error, and how "
            "far from the truth the answers at new points are.",
        ),
    ),
    "parity": Explorable(
        ("three_circuits_for_parity",),
        ("拨一拨这些位", "Flip the bits"),
        (
            "点按各位，看同或树、与项清单和阈值层怎样算出答案，数一数各用几个门。",
            "Click the bits and watch the XNOR tree, the list of AND terms and the threshold layer "
            "arrive at the answer; count their gates.",
        ),
    ),
    "sharing": Explorable(
        ("no_learner_beats_half_on_average",),
        ("看过四行，猜另外四行", "Four rows known, four to guess"),
        (
            "拨一张三位的真值表，选给网络看哪四行：看没见过的行有没有着落，五种网络各怎么猜。",
            "Set a truth table of three bits and choose the four rows that are shown: see what is "
            "settled about the others, and what each of five nets guesses.",
        ),
    ),
    "basin": Explorable(
        ("training_finds_folds_only_from_nearby",),
        ("推开它，看它回不回来", "Push it off and see"),
        (
            "把折叠网络的精确权重推开一些，或者从随机的起点出发，在你的机器上训练：看它到不到得了，"
            "书中的种子又有几个到了。",
            "Push the exact folding net off, or begin with random weights, and train it on your "
            "own machine: see whether it gets there, and how many of the book’s seeds do.",
        ),
    ),
    "signal": Explorable(
        ("the_start_decides_which_gradients_survive",),
        ("看信号穿过各层", "Watch a signal cross the layers"),
        (
            "选层数、激活函数和起点，看信号往前、往回每层剩多少，与理论和书中的种子比；再训练它。",
            "Choose depth, activation and start; see what every layer leaves of a signal, beside "
            "theory and the book’s seeds. Then train it.",
        ),
    ),
}


class BundleError(Exception):
    """The scripts of the explorables could not be bundled; the message is for the author."""


def explorable(name: str) -> Explorable:
    """The explorable of that name.

    Raises:
        PageError: there is none.
    """
    if name not in EXPLORABLES:
        raise PageError(unknown("explorable", name, EXPLORABLES))
    return EXPLORABLES[name]


def explore_html(name: str, book: Book, place: Place) -> Piece:
    """The invitation below the figure that the explorable belongs to.

    Raises:
        PageError: there is no such explorable, or one of its figures gives it nothing.
    """
    return Piece("", explore_section(name, book, place), anchors=(f"explore-{name}",))


def explore_section(name: str, book: Book, place: Place, level: int = 3, foot: str = "") -> str:
    """Title, picture and button of an explorable.

    The title is a heading of ``level``: below a section, as in a chapter, or a section of its own.
    ``foot`` stands below the button.

    Raises:
        PageError: there is no such explorable, or one of its figures gives it nothing.
    """
    found, word = explorable(name), writer(book.lang)
    title, about = (say(pair, book.lang) for pair in (found.title, found.about))
    picture = preview(name, _given(name, found, book))
    data = {
        "explore": name,
        "records": " ".join(found.figures),
        "root": place.root,
        "loading": word("explore_loading"),
        "failed": word("explore_failed"),
    }
    attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
    heading = f"h{level}"
    return (
        f'<section class="dl-explore" id="explore-{name}" aria-labelledby="explore-{name}-title"'
        f"{attributes} data-search-exclude>\n{picture}"
        f'<{heading} class="dl-explore__title" id="explore-{name}-title">'
        f"{escape(title)}</{heading}>\n"
        f'<p class="dl-explore__about">{escape(about)}</p>\n'
        f'<button type="button" class="dl-explore__open">{word("explore_open")}</button>'
        f' <span class="dl-explore__told" role="status"></span>\n{foot}</section>'
    )


def _given(name: str, found: Explorable, book: Book) -> dict[str, bytes]:
    given = {figure: book.shelf.figure(figure).explorable for figure in found.figures}
    for figure, text in given.items():
        if not text:
            raise PageError(f"figure '{figure}' gives '{name}' nothing; add explorable(res) to it")
    return given


def bundles(web: Path) -> dict[str, bytes]:
    """The scripts of the explorables and of the search, bundled anew, by their published path.

    Before that, ``web/src/records/`` gets the types of what the figures beside ``web`` give, and
    :data:`BINARIES` the arithmetic of ``web/arithmetic``.

    Raises:
        BundleError: a script is wrong, or a compiler is not installed.
    """
    write_page_types(web)
    return bundled(web)


def write_page_types(web: Path) -> None:
    """Give ``web/src/records/`` the types of what the figures beside ``web`` give.

    Raises:
        BundleError: a figure does not say what it gives.
    """
    try:
        page_types.write_types(web.resolve().parent)
    except TypeSourceError as error:
        raise BundleError(str(error)) from error


def bundled(web: Path) -> dict[str, bytes]:
    """The scripts as :func:`bundles` gives them, where the types are written.

    Raises:
        BundleError: a script is wrong, or a compiler is not installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        finished = subprocess.run(
            [node(), "build.mjs", folder],
            cwd=web,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if finished.returncode:
            if missing := re.search(r"Cannot find package '([^']+)'", finished.stderr):
                raise BundleError(f"{missing[1]} is not installed; run make env")
            said = [line for line in finished.stderr.splitlines() if line.strip()]
            raise BundleError("; ".join(said) or "esbuild failed in silence")
        places = ((FOLDER, "*.js"), (ASSETS, "search/*.js"))
        return {
            f"{place}/{path.name}": path.read_bytes()
            for place, pattern in places
            for path in sorted(Path(folder).glob(pattern))
        }


def explorable_records(shelf: Shelf) -> dict[str, bytes]:
    """What figures give to their explorables, as classic scripts: folders know no other way."""
    published = {}
    for name in shelf.names:
        try:
            given = shelf.figure(name).explorable
        except PageError:
            continue  # pages that place the figure say so
        if given:
            key = json.dumps(name).encode()
            start = b"((globalThis.dlbook??={explorables:{},records:{},plots:0}).records)["
            published[f"{FOLDER}/data/{name}.js"] = start + key + b"]=" + given + b";\n"
    return published
