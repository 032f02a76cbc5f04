"""What takes turns: nobody chooses, and everything comes to its turn."""

from collections import Counter

from tests import turns

COMMITS = [f"{number:040x}" for number in range(300)]


def test_every_choice_comes_to_its_turn_about_as_often():
    drawn = Counter(turns.drawn("page", "abc", 1, commit)[0] for commit in COMMITS)
    assert set(drawn) == set("abc")
    assert min(drawn.values()) > len(COMMITS) / 6


def test_a_commit_draws_once_and_each_subject_by_itself():
    for commit in COMMITS[:9]:
        assert turns.drawn("page", "ab", 1, commit) == turns.drawn("page", "ab", 1, commit)
    both = {
        tuple(turns.drawn(subject, "ab", 1, commit)[0] for subject in ("one", "other"))
        for commit in COMMITS
    }
    assert both == {("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")}


def test_what_is_drawn_keeps_its_order_and_number():
    for commit in COMMITS[:50]:
        drawn = turns.drawn("page", "abcdef", 3, commit)
        assert drawn == sorted(drawn)
        assert len(set(drawn)) == 3


def test_all_can_be_asked_for(monkeypatch):
    monkeypatch.setenv(turns.ALL, "all")
    assert turns.turn("page", "abc") == list("abc")
    assert turns.twins([("one", "ab"), ("other", "cd")]) == list("abcd")
    monkeypatch.delenv(turns.ALL)
    assert turns.twins([("one", "ab"), ("other", "cd")]) == [
        *turns.turn("one", "ab"),
        *turns.turn("other", "cd"),
    ]


def test_this_commit_has_a_hash():
    assert len(turns.commit()) in (40, len("no history"))
