"""A book three times as long as the real one, for measuring how the cost of a build grows.

Thirteen chapters and 76 figures: the real ones and copies of them, with three times the terms and
works. Every copy is salted in every paragraph, every formula and every function, so that what was
remembered of one text answers for no other. Nothing is trained: a copied figure is laid down as the
engine would have made it. What was registered is registered of the copy too, committed before its
record, and its grid stands beside it; seeds are those that follow from that registration, though
the numbers are the original's. A figure that is older than registrations is not copied: nothing may
be added to the list of those.
"""

import json
import re
import shutil
import subprocess
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from dlbook.base.language import LANGUAGES
from dlbook.engine import files, made, store
from dlbook.engine.key import Keys
from dlbook.record.records import FILES, RECORD, Project, read_made
from dlbook.record.registrations import FIRST_SEED, REGISTERED, Registration, read_registration
from dlbook.site.reading.chapter_order import read_chapters
from dlbook.site.reading.source import Source

CHAPTERS, FIGURES = 13, 76
SALTS = ("alpha", "beta", "gamma")
_PARAGRAPH = re.compile(r"(?:\A|(?<=\n\n))(?=[^\W_])")
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
    whole = [name for name in real if project.registered(name).exists()]
    copies = [(name, salt) for salt in SALTS for name in whole][: FIGURES - len(real)]
    renamed = {salt: {name: f"{name}_{salt}" for name, own in copies if own == salt}
               for salt in SALTS}  # fmt: skip
    twice = renamed[SALTS[0]]  # a verdict on another figure is cited where it stands
    ids = {claim["id"] for name in twice for claim in _made(project, name)[0]["claims"]}
    for name, salt in copies:
        _copy_script(project, name, salt)
        _register(project, name, salt)
    _commit(project, "Register the copies")
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
    _commit(project, "Records and pages of the copies")


def _commit(project: Project, message: str) -> None:
    given = ("user.name=benchmarks", "user.email=benchmarks@localhost", "commit.gpgsign=false")
    settings = [part for each in given for part in ("-c", each)]
    for command in (["add", "--all"], [*settings, "commit", "--quiet", "-m", message]):
        subprocess.run(["git", *command], cwd=project.root, check=True)


def _made(project: Project, name: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    current = read_made(project, name)
    if current is None:
        raise SystemExit(f"benchmarks: figure '{name}' is not made; run dlbook build")
    return current.record(), {file: current.read(file) for file in FILES}


def _salted_id(claim: str, salt: str) -> str:
    return f"{claim}-{salt}" if "/" in claim else f"{claim}/{salt}"


def _salted(text: str, salt: str) -> str:
    return _PARAGRAPH.sub(f"{salt} ", _FORMULA.sub(lambda match: f"{match[0]}{{}}", text))


def _copy_script(project: Project, name: str, salt: str) -> None:
    script = project.script(name)
    source, texts = script.read_text("utf-8"), script.with_suffix(".md").read_text("utf-8")
    for claim in sorted({each["id"] for each in _made(project, name)[0]["claims"]}):
        source = source.replace(f'"{claim}"', f'"{_salted_id(claim, salt)}"')
        texts = re.sub(rf"(?<=^# ){claim}(?= )", _salted_id(claim, salt), texts, flags=re.M)
    copy = script.with_name(f"{name}_{salt}.py")
    copy.write_text(_STATEMENT.sub(rf"\1  # {salt}", source), encoding="utf-8")
    copy.with_suffix(".md").write_text(_salted(texts, salt), encoding="utf-8")


def _register(project: Project, name: str, salt: str) -> None:
    """Write down of the copy what was written down of a figure, and its grid."""
    registration, copy = _registered(project, name), f"{name}_{salt}"
    claims = {
        _salted_id(claim, salt): {
            **written,
            "known": None,
            "statement": _salted_tree(written["statement"], salt),
            "quantity": _salted_tree(written["quantity"], salt),
        }
        for claim, written in registration.claims.items()
    }
    told = {**registration.content, "claims": claims, "replaces": None, "because": None}
    project.registered(copy).write_bytes(files.to_json(told))
    if project.grid(name).exists():
        grid = json.loads(project.grid(name).read_bytes())
        for claim in grid["claims"]:
            claim["id"] = _salted_id(claim["id"], salt)
        config = _seeded(grid["config"], _registered(project, copy))
        project.grid(copy).write_bytes(files.to_json({**grid, "figure": copy, "config": config}))


def _registered(project: Project, name: str) -> Registration:
    found = read_registration(project, name)
    assert found is not None
    return found


def _seeded(config: dict[str, Any], registration: Registration) -> dict[str, Any]:
    """A configuration whose seeds follow from a registration."""
    return config | ({FIRST_SEED: registration.first_seed} if FIRST_SEED in config else {})


def _retold(trained: list[dict[str, Any]], before: int, after: int) -> list[dict[str, Any]]:
    """Runs as they are noted, from the seeds of another registration."""
    return [{**run, "first_seed": run["first_seed"] - before + after} for run in trained]


def _lay_down(project: Project, keys: Keys, name: str, salt: str) -> None:
    """Make the copy current, as the engine does after training and drawing."""
    record, contents = _made(project, name)
    copy, original = f"{name}_{salt}", read_made(project, name)
    assert original is not None
    key, trained = keys.of(copy), original.passport["trained"]
    record |= {"figure": copy, "texts": _salted_tree(record["texts"], salt)}
    own = _registered(project, copy)
    trained = _retold(trained, _registered(project, name).first_seed, own.first_seed)
    record |= {REGISTERED: own.mark, "config": _seeded(record["config"], own)}
    for claim in record["claims"]:
        claim["id"] = _salted_id(claim["id"], salt)
        for part in ("statement", "quantity", "truth", "control"):
            claim[part] = _salted_tree(claim[part], salt)
    contents[RECORD] = files.to_json(record)
    passport = {**original.passport, "key": key.run, "config": record["config"], "trained": trained,
                "source": project.shown(project.script(copy))}  # fmt: skip
    made.make_current(project, copy, key, contents, passport)
    project.accepted(copy).write_bytes(contents[RECORD])
    stored = store.load_result(project, name, original.run_key)
    if stored is not None:
        payload, known = stored
        store.save_result(project, copy, payload, store.Circumstances(
            key.run, known.made_on, known.cpu_seconds, trained))  # fmt: skip


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
    """A page with a word before each paragraph of prose and an empty group in each formula."""
    tokens = Source(text, "").tokens
    put: dict[int, str] = {}
    for match in _PARAGRAPH.finditer(text):
        if not any(token.start < match.start() < token.end for token in tokens):
            put[match.start()] = f"{salt} "
    for token in tokens:
        if token.kind in ("display", "inline"):
            opening = 2 if text.startswith(("$$", "\\(", "\\["), token.start) else 1
            put[token.start + opening] = "{}"
    places = [0, *sorted(put), len(text)]
    return "".join(put.get(a, "") + text[a:b] for a, b in pairwise(places))


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
