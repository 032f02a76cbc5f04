import pytest
import yaml

from dlbook.site.reading.input_file import InputError, read_text
from dlbook.site.reading.yaml_source import compose, compose_as_mkdocs, constructed


def said(tmp_path, text: str | bytes) -> str:
    """What is wrong with a file of YAML."""
    path = tmp_path / "a.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        constructed(compose(path, "docs/a.yml") or yaml.ScalarNode("", ""), "docs/a.yml")
    return str(caught.value)


def test_plain_data_is_what_yaml_says(tmp_path):
    path = tmp_path / "a.yml"
    path.write_bytes(b"\xef\xbb\xbfa: [1, x, 2.5]\r\nb: &c {d: '2024-01-01'}\r\ne: *c\r\n")
    node = compose(path, "a.yml")
    assert node is not None
    same = {"d": "2024-01-01"}
    assert constructed(node, "a.yml") == {"a": [1, "x", 2.5], "b": same, "e": same}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: !nope b\n", 1, "'!nope' means nothing here"),
        ("a: !!python/object:os.x {}\n", 1, "the tag '!!python/object:os.x' means nothing"),
        ("a:\n  b: 2024-13-45\n", 2, "'2024-13-45' is read as a date; put it in quotes"),
        ("a: !!int x\n", 1, "is not what its tag says"),
        ("? [a]\n: b\n", 1, "a key is a word"),
        ("a: 1\nb: 2\na: 3\n", 3, "'a' stands in line 1 already"),
        ("a: 1\n<<: 3\n", 2, "'<<' takes in another mapping"),
        ("a: &x [1, *x]\n", 1, "an alias stands within what it repeats"),
        ("a: [\n", 2, "not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ("a: 1\n--- \nb: 2\n", 2, "not valid YAML"),
        ("- " * 5000 + "x\n", 1, "too deep"),
        ("a: *nobody\n", 1, "undefined alias"),
        ("a: " + "[" * 5000 + "\n", 1, "too deep"),
        ("a: 1\nb: 甲\n".encode("gb18030"), 2, "not UTF-8 (byte 0xbc); save the file as UTF-8"),
        ("a: 1\nb: x\0y\n", 2, "the control character U+0000 stands here; delete it"),
    ],
)
def test_what_is_no_plain_data_is_one_line_with_its_place(tmp_path, text, line, message):
    found = said(tmp_path, text)
    assert found.startswith(f"docs/a.yml:{line}: ")
    assert message in found
    assert "\n" not in found


def test_what_mkdocs_reads_too_is_refused_where_mkdocs_would_refuse_it(tmp_path):
    path = tmp_path / "mkdocs.yml"
    for text in ("a:\tb\n", "[a?b: c]\n"):  # libyaml takes both
        path.write_text(text)
        with pytest.raises(yaml.YAMLError):
            yaml.load(text, yaml.Loader)
        with pytest.raises(InputError, match=r"mkdocs.yml:1: not valid YAML"):
            compose_as_mkdocs(path, "mkdocs.yml")


def test_what_is_no_file_is_one_line(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    for name, message in {
        "folder": "is a folder",
        "loop": "is a link that leads to no file",
        "none": "missing",
    }.items():
        with pytest.raises(InputError, match=f"docs/x:1: {message}"):
            read_text(tmp_path / name, "docs/x")
