import pytest

from dlbook.record.typescript import Declarations, TypeSource, TypeSourceError

HEAD = "from typing import Literal, NotRequired, TypedDict\n"


def declared(folder, text, name="Explorable"):
    path = folder / "script.py"
    path.write_text(HEAD + text, encoding="utf-8")
    found = Declarations(TypeSource(path, "figures_src/script.py"))
    found.add(name, None)
    return found


def typed(folder, annotation):
    """How TypeScript writes the type of a field."""
    text = f"class Explorable(TypedDict):\n    field: {annotation}\n"
    (line,) = (
        line for line in declared(folder, text).text.splitlines() if line.startswith("  readonly")
    )
    return line.removeprefix("  readonly ").removesuffix(";")


@pytest.mark.parametrize(
    ("annotation", "typescript"),
    [
        ("int", "number"),
        ("float", "number"),
        ("str", "string"),
        ("bool", "boolean"),
        ("None", "null"),
        ("list[int]", "readonly number[]"),
        ("Sequence[int]", "readonly number[]"),
        ("list[list[float]]", "readonly (readonly number[])[]"),
        ("list[int | None]", "readonly (number | null)[]"),
        ("tuple[float, ...]", "readonly number[]"),
        ("tuple[int, str]", "readonly [number, string]"),
        ("tuple[int]", "readonly [number]"),
        ("dict[str, list[int]]", "Readonly<Record<string, readonly number[]>>"),
        ("Mapping[str, int]", "Readonly<Record<string, number>>"),
        ("list[dict[str, int]]", "readonly (Readonly<Record<string, number>>)[]"),
        ("dict[Literal['a', 'b'], int]", 'Readonly<Partial<Record<"a" | "b", number>>>'),
        ("Literal['a', 1, True, None]", '"a" | 1 | true | null'),
        ("Literal['“一”']", '"“一”"'),
        ("int | str | None", "number | string | null"),
        ("Optional[int]", "number | null"),
        ("typing.Optional[int]", "number | null"),
        ("Union[int, str]", "number | string"),
        ("'list[int]'", "readonly number[]"),
    ],
)
def test_types_are_written_as_typescript_has_them(tmp_path, annotation, typescript):
    assert typed(tmp_path, annotation) == f"field: {typescript}"


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        ("NotRequired[int]", "field?"),
        ("Required[int]", "field"),
        ("ReadOnly[NotRequired[int]]", "field?"),
    ],
)
def test_a_field_that_may_miss_is_told_apart(tmp_path, annotation, name):
    assert typed(tmp_path, annotation) == f"{name}: number"


def test_without_total_every_field_may_miss_but_those_that_are_required(tmp_path):
    text = "class Explorable(TypedDict, total=False):\n    a: int\n    b: Required[str]\n"
    assert "  readonly a?: number;\n  readonly b: string;\n" in declared(tmp_path, text).text


def test_types_are_declared_once_in_the_order_of_the_file_with_all_that_they_need(tmp_path):
    text = '''
class Unused(TypedDict):
    a: int

Loss = Literal["squared", "entropy"]

class Point(TypedDict):
    """A place; */ ends no comment."""

    x: float

class Tree(Point):
    """Two lines.

    The other.
    """

    loss: Loss
    parts: "list[Tree]"
    middle: Point

class Explorable(TypedDict):
    trees: dict[Loss, Tree]
    best: Tree
'''
    assert (
        declared(tmp_path, text).text
        == """export type Loss = "squared" | "entropy";

/** A place; * / ends no comment. */
export interface Point {
  readonly x: number;
}

/**
 * Two lines.
 *
 * The other.
 */
export interface Tree extends Point {
  readonly loss: Loss;
  readonly parts: readonly Tree[];
  readonly middle: Point;
}

export interface Explorable {
  readonly trees: Readonly<Partial<Record<Loss, Tree>>>;
  readonly best: Tree;
}
"""
    )


def test_what_the_file_imports_from_the_book_is_foreign(tmp_path):
    text = """
from dlbook.training.page_run import PageRun as Run
class Explorable(TypedDict):
    first: Run
    others: list[Run]
"""
    found = declared(tmp_path, text)
    assert found.foreign == [("dlbook.training.page_run", "PageRun")]
    assert "  readonly others: readonly PageRun[];" in found.text


@pytest.mark.parametrize(
    ("annotation", "told"),
    [
        ("Any", "4: the page has no type Any"),
        ("Tensor", "4: the page has no type Tensor"),
        ("set[int]", "4: the page has no type set[int]"),
        ("list", "4: the page has no type list"),
        ("list[int, str]", "4: the page has no type list[int, str]"),
        ("Callable[[int], int]", "4: the page has no type Callable[[int], int]"),
        ("list[NotRequired[int]]", "4: the page has no type NotRequired[int]"),
        ("dict[int, str]", "4: a key of JSON is text: give a list instead"),
        ("dict[str]", "4: the page has no type dict[str]"),
        ("Literal[Loss]", "4: the page has no literal Loss"),
        ("Literal[b'a']", "4: the page has no literal b'a'"),
        ("Literal[1j]", "4: the page has no literal 1j"),
        ("Plain", "2: Plain is no TypedDict"),
        ("int = 3", "4: a TypedDict holds fields with their types"),
        ("f(3)", "4: the page has no type f(3)"),
        ("3", "4: the page has no type 3"),
    ],
)
def test_what_the_page_cannot_have_is_refused_with_its_line(tmp_path, annotation, told):
    text = f"class Plain: pass\nclass Explorable(TypedDict):\n    field: {annotation}\n"
    with pytest.raises(TypeSourceError) as refused:
        declared(tmp_path, text)
    assert str(refused.value) == f"figures_src/script.py:{told}"


def test_a_file_that_is_no_python_is_refused_with_its_line(tmp_path):
    path = tmp_path / "script.py"
    path.write_text("a = 1\nclass 3:\n", encoding="utf-8")
    with pytest.raises(TypeSourceError, match=r"^figures_src/script\.py:2: invalid syntax"):
        TypeSource(path, "figures_src/script.py")


def test_the_source_is_read_and_never_run(tmp_path):
    assert (
        "a: number"
        in declared(tmp_path, "raise SystemExit\nclass Explorable(TypedDict):\n    a: int\n").text
    )
