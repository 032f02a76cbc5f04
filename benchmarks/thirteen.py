"""A book three times as long as the real one, for measuring how the cost of a build grows.

Thirteen chapters and 76 figures: the real ones and copies of them, with three times the terms and
works. Every copy is salted in every line of prose, every formula and every function, so that what
was remembered of one text answers for no other. Nothing is trained: a copied figure is laid down
as the engine would have made it.
"""

import json
import re
import shutil
import subprocess
from itertools import islice
from pathlib import Path
from typing import Any

from dlbook.base.language import LANGUAGES
from dlbook.engine import made, store
from dlbook.engine.key import Keys
from dlbook.record.records import FILES, RECORD, Project, read_made
from dlbook.site.reading.chapter_order import read_chapters
from dlbook.site.reading.source import Source

CHAPTERS, FIGURES = 13, 76
SALTS = ("alpha", "beta", "gamma")
_PROSE = re.compile(r"^(?=[^\W_])", re.MULTILINE)
_FORMULA = re.compile(r"\\\(|^\$\$$(?=\n)(?=(?:.*\n)+?\$\$$)", re.MULTILINE)
_STATEMENT = re.compile(r"^(\s*(?:def .*:|return [^\n]*[\w)\]\"]))$", re.MULTILINE)
_EXPLORE = re.compile(r"^\[\[explore [^\]]*\]\]$", re.MULTILINE)


def clone(source: Path, target: Path, *, made: bool = True) -> Project:
    """The book as it is in a working tree, with its history and what was made, to be edited."""
    command = ["git", "clone", "--quiet", "--shared", str(source), str(target)]
    subprocess.run(command, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=source, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (source / name).is_file() and not (target / name).is_symlink():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, target / name)
    if made:
        shutil.copytree(source / ".cache" / "dlbook", target / ".cache" / "dlbook")
    (target / "web" / "node_modules").symlink_to((source / "web" / "node_modules").resolve())
    return Project(target)


def lengthen(project: Project) -> None:
    """Make of a clone of the real book one of :data:`CHAPTERS` and :data:`FIGURES`."""
    real = list(project.scripts())
    copies = [(name, salt) for salt in SALTS for name in real][: FIGURES - len(real)]
    renamed = {salt: {name: f"{name}_{salt}" for name, own in copies if own == salt}
               for salt in SALTS}  # fmt: skip
    ids = {claim["id"] for name in real for claim in _made(project, name)[0]["claims"]}
    for name, salt in copies:
        _copy_script(project, name, salt)
    keys = Keys(project)
    for name, salt in copies:
        _lay_down(project, keys, name, salt)
    keys.remember()
    chapters = [each.page.removesuffix(".md") for each in read_chapters(project.root)[0]]
    pairs = [(chapter, salt) for salt in SALTS for chapter in chapters]
    for chapter, salt in islice(pairs, CHAPTERS - len(chapters)):
        names = renamed[SALTS[0]] | renamed[salt]
        _copy_chapter(project.root / "docs", chapter, salt, names, ids)
    _multiply_terms(project.root / "docs" / "terms.yml")
    _multiply_works(project.root / "docs" / "references.bib")


def _made(project: Project, name: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    current = read_made(project, name)
    if current is None:
        raise SystemExit(f"benchmarks: figure '{name}' is not made; run dlbook build")
    return current.record(), {file: current.read(file) for file in FILES}


def _salted_id(claim: str, salt: str) -> str:
    return f"{claim}-{salt}" if "/" in claim else f"{claim}/{salt}"


def _salted(text: str, salt: str) -> str:
    return _PROSE.sub(f"{salt} ", _FORMULA.sub(lambda match: f"{match[0]}{{}}", text))


def _copy_script(project: Project, name: str, salt: str) -> None:
    script = project.script(name)
    source, texts = script.read_text("utf-8"), script.with_suffix(".md").read_text("utf-8")
    for claim in sorted({each["id"] for each in _made(project, name)[0]["claims"]}):
        source = source.replace(f'"{claim}"', f'"{_salted_id(claim, salt)}"')
        texts = re.sub(rf"(?<=^# ){claim}(?= )", _salted_id(claim, salt), texts, flags=re.M)
    copy = script.with_name(f"{name}_{salt}.py")
    copy.write_text(_STATEMENT.sub(rf"\1  # {salt}", source), encoding="utf-8")
    copy.with_suffix(".md").write_text(_salted(texts, salt), encoding="utf-8")


def _lay_down(project: Project, keys: Keys, name: str, salt: str) -> None:
    """Make the copy current, as the engine does after training and drawing."""
    record, contents = _made(project, name)
    copy, original = f"{name}_{salt}", read_made(project, name)
    assert original is not None
    key = keys.of(copy)
    record |= {"figure": copy, "texts": _salted_tree(record["texts"], salt)}
    for claim in record["claims"]:
        claim["id"] = _salted_id(claim["id"], salt)
        for part in ("statement", "quantity", "truth", "control"):
            claim[part] = _salted_tree(claim[part], salt)
    contents[RECORD] = json.dumps(record, ensure_ascii=False).encode()
    passport = {**original.passport, "key": key.run,
                "source": project.shown(project.script(copy))}  # fmt: skip
    made.make_current(project, copy, key, contents, passport)
    project.accepted(copy).write_bytes(contents[RECORD])
    stored = store.load_result(project, name, original.run_key)
    if stored is not None:
        payload, known = stored
        store.save_result(project, copy, payload, store.Circumstances(
            key.run, known.made_on, known.cpu_seconds, known.trained))  # fmt: skip


def _salted_tree(tree: Any, salt: str) -> Any:
    if isinstance(tree, dict):
        return {key: _salted_tree(value, salt) for key, value in tree.items()}
    return _salted(tree, salt) if isinstance(tree, str) else tree


def _copy_chapter(
    docs: Path, chapter: str, salt: str, names: dict[str, str], ids: set[str]
) -> None:
    """A salted copy of a chapter, which places the copied figures and cites their numbers."""
    salted = {each: _salted_id(each, salt if salt in SALTS[:1] else SALTS[0]) for each in ids}
    for lang in LANGUAGES:
        text = (docs / lang / f"{chapter}.md").read_text(encoding="utf-8")
        text = _EXPLORE.sub("", text)
        text = re.sub(r"\b[a-z]\w+\b", lambda match: names.get(match[0], match[0]), text)
        text = re.sub(r"(?<=\[\[verdict )[^\] ]+",
                      lambda match: salted.get(match[0], match[0]), text)  # fmt: skip
        copy = _salted_page(text, salt)
        (docs / lang / f"{chapter}-{salt}.md").write_text(copy, encoding="utf-8")
    with (docs / "chapters.yml").open("a", encoding="utf-8") as listed:
        listed.write(f"- {chapter}-{salt}\n")


def _salted_page(text: str, salt: str) -> str:
    source, parts, last = Source(text, ""), [], 0
    for token in source.tokens:
        parts.append(_PROSE.sub(f"{salt} ", text[last : token.start]))
        written = text[token.start : token.end]
        opening = 2 if written.startswith(("$$", "\\(", "\\[")) else 1
        is_formula = token.kind in ("display", "inline")
        parts.append(f"{written[:opening]}{{}}{written[opening:]}" if is_formula else written)
        last = token.end
    return "".join([*parts, _PROSE.sub(f"{salt} ", text[last:])])


def _multiply_terms(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    entries = text[text.index("- id:") :]
    for salt, mark in zip(SALTS[:2], "甲乙", strict=True):
        copy = re.sub(r"^(- id: .*)$", rf"\1-{salt}", entries, flags=re.M)
        copy = re.sub(r"^(  zh: .*)$", rf"\1{mark}", copy, flags=re.M)
        copy = re.sub(r"^(  en: .*)$", rf"\1 {salt}", copy, flags=re.M)
        copy = re.sub(r"^  (also|never): .*\n", "", copy, flags=re.M)
        text = f"{text.rstrip()}\n{copy}"
    path.write_text(text, encoding="utf-8")


def _multiply_works(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    entries = "\n".join(re.findall(r"^@(?s:.*?)^\}\n", text, flags=re.M))
    for salt in SALTS[:2]:
        copy = re.sub(r"^(@\w+\{\w+)", rf"\1{salt}", entries, flags=re.M)
        copy = re.sub(r"^  (shorthand|eprint|doi|archiveprefix).*\n", "", copy, flags=re.M | re.I)
        copy = re.sub(r"(author = \{)", rf"\1{salt.title()}", copy)
        text = f"{text.rstrip()}\n\n{copy}"
    path.write_text(text, encoding="utf-8")
