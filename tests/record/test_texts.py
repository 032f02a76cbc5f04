"""The texts beside a script: what keeps a file from being read is one line with its place."""

import pytest

from dlbook.record.texts import TextError, read_texts

SHOWN = "figures_src/saw.md"
TEXT = "# title\n\n折一\n次 [[.a]]\n\nFold\nonce [[.b]]\n"


@pytest.fixture
def path(tmp_path):
    (tmp_path / "figures_src").mkdir()
    return tmp_path / SHOWN


@pytest.mark.parametrize("data", [TEXT.encode("utf-8-sig"), TEXT.replace("\n", "\r\n").encode()])
def test_marks_of_byte_order_and_line_ends_mean_nothing(path, data):
    path.write_bytes(data)
    assert read_texts(path, SHOWN)["title"] == ("折一次 [[.a]]", "Fold once [[.b]]")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (TEXT.encode("gb18030"), r"saw.md:3: not UTF-8 \(byte 0xd5\); save the file as UTF-8"),
        (b"# title\n\n\x00a\n\nb", r"saw.md:3: the control character U\+0000 stands here"),
        (b"a\n", "saw.md:1: text before the first heading"),
        (b"# titel\n\na\n\nb", "saw.md:1: '# titel' is no section"),
        (b"\n# title\n\na\n", "saw.md:2: '# title' has 1 paragraph; give two"),
        (b"# title\n\na\n\nb\n\nc\n\nd\n", "saw.md:7: '# title' has 4 paragraphs; give two"),
        (
            b"# title\n\na\n\nb\n\n#caption\n\na\n",
            "saw.md:7: no heading as it stands; write '# c",
        ),
        ("# title\n\na\n\nb\n\n＃　A22 truth\n".encode(), "saw.md:7: no heading .* '# A22 truth'"),
        (b"  # title\n\na\n\nb\n", "saw.md:1: no heading as it stands; write '# title'"),
        (b"# title\n\na\n<<<<<<< HEAD\n\nb\n", "saw.md:4: a merge left this line; keep one"),
        (b"# title\n\na\n\nb\n=======\n", "saw.md:6: a merge left this line; keep one"),
        (b"# title\n\na\n\nb\n>>>>>>> x\n", "saw.md:6: a merge left this line; keep one"),
        (b"# title\n\na <!-- later -->\n\nb\n", "saw.md:3: readers would see this remark; del"),
    ],
)
def test_a_file_that_is_no_text_names_its_line(path, data, message):
    path.write_bytes(data)
    with pytest.raises(TextError, match=f"^figures_src/{message}"):
        read_texts(path, SHOWN)


def test_what_is_no_file_says_so(path):
    with pytest.raises(TextError, match=r"^figures_src/saw.md: missing; it holds"):
        read_texts(path, SHOWN)
    path.symlink_to(path.name)
    with pytest.raises(TextError, match=r"^figures_src/saw.md: Too many levels .*; a link leads"):
        read_texts(path, SHOWN)
    path.unlink()
    path.mkdir()
    with pytest.raises(TextError, match=r"^figures_src/saw.md: Is a directory; .* move it away"):
        read_texts(path, SHOWN)


def test_the_line_of_what_is_written_in_either_language_is_known(path):
    path.write_text(TEXT, encoding="utf-8")
    section = read_texts(path, SHOWN).sections["title"]
    assert section.line == 1
    assert [section.line_of("[[.a]]", lang) for lang in ("zh", "en")] == [4, 6]
    assert [section.line_of("[[.b]]", lang) for lang in ("zh", "en")] == [3, 7]
    assert [section.line_of("", lang) for lang in ("zh", "en")] == [3, 6]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("折一\n次", "折一次"),
        ("折一次，\n两次", "折一次，两次"),
        ("所谓\n“折”，\n“叠”", "所谓“折”，“叠”"),
        ("到第\n[[.a]]\n步", "到第 [[.a]] 步"),
        ("层\n\\(k\\)，\nReLU\n的", "层 \\(k\\)，ReLU 的"),
    ],
)
def test_a_chinese_line_ends_without_a_space_and_beside_latin_with_one(path, lines, joined):
    path.write_text(f"# title\n\n{lines}\n\nThe two\n“folds”\nare\n", encoding="utf-8")
    assert read_texts(path, SHOWN)["title"] == (joined, "The two “folds” are")
