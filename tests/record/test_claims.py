import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from dlbook.base.causes import CauseVerdict
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.record.claims import Claim, Convention, Factor, Remark

GOOD = {
    "id": "A25",
    "source": "Source A §6",
    "kind": "theorem",
    "statement": ("折叠 k 次得 2^k 段。", "k folds give 2^k pieces."),
    "measure": lambda res: Estimate(1, 1, 1, res),
    "bound": EVERY,
}
SAID = {key: GOOD[key] for key in ("id", "source", "statement")} | {"kind": "definition"}


@pytest.mark.parametrize(
    ("name", "row"), [("A25", "A25"), ("A25/pieces", "A25"), ("C24c", "C24c"), ("C24c/a-b", "C24c")]
)
def test_a_claim_and_a_remark_know_their_catalogue_row(name, row):
    for made in (Claim(**GOOD | {"id": name}), Remark(**SAID | {"id": name})):
        assert (made.id, made.row) == (name, row)


def test_a_claim_is_judged_on_a_result():
    verdict = Claim(**GOOD).judge(7)
    assert (verdict.outcome, verdict.estimate.n, verdict.bound) == ("supported", 7, EVERY)


@pytest.mark.parametrize(
    "name", ["", "A5", "a25", "A256", "A25C", "A25/", "A25/Pieces", "A25/a/b", "A25 "]
)
def test_an_id_unlike_those_of_the_catalogue_is_refused(name):
    with pytest.raises(ValueError, match=f"claim id '{name}' is not like 'A25' or 'A25/pieces'"):
        Claim(**GOOD | {"id": name})


@pytest.mark.parametrize("kind", ["theorem", "construction", "finding"])
def test_the_kinds_of_claims_are_known_and_no_remark_has_one(kind):
    assert Claim(**GOOD | {"kind": kind}).kind == kind
    with pytest.raises(ValueError, match=f"claim A25: kind '{kind}' is not in definition"):
        Remark(**SAID | {"kind": kind})


@pytest.mark.parametrize("kind", ["definition", "analogy", "opinion", "citation"])
def test_the_kinds_of_remarks_are_known_and_no_claim_has_one(kind):
    assert Remark(**SAID | {"kind": kind}).kind == kind
    with pytest.raises(ValueError, match=f"claim A25: kind '{kind}' is not in theorem"):
        Claim(**GOOD | {"kind": kind})


@pytest.mark.parametrize("pair", [("只有中文", ""), ("", "English only"), ("one",), ()])
def test_a_statement_in_one_language_only_is_refused(pair):
    for kind, fields in ((Claim, GOOD), (Remark, SAID)):
        with pytest.raises(ValueError, match=r"claim A25: 'statement' needs a \(zh, en\) pair"):
            kind(**fields | {"statement": pair})


NAMED = Factor(("宽度", "width"), lambda res: Estimate(res, res, res, 9), rival=False)
RIVAL = Factor(("步数", "steps"), lambda res: Estimate(-res, -res, -res, 9))


def test_a_cause_is_judged_by_its_factors_and_a_setting_has_its_conventions():
    choice = Convention("start", ("起点", "start"), ({"start": "he"}, {"start": "torch"}))
    cause = GOOD | {
        "kind": "cause",
        "measure": lambda res: Estimate(res, res, res, 9),
        "bound": at_least(1, because=("一。", "One.")),
    }
    claim = Claim(**cause, factors=(NAMED, RIVAL), conventions=(choice,))
    verdict = claim.judge(3)
    assert isinstance(verdict, CauseVerdict)
    assert (verdict.outcome, verdict.carrier) == ("supported", "alone")
    assert [each.verdict.outcome for each in verdict.factors] == ["supported", "refuted"]
    assert claim.conventions[0].ways == ({}, {"start": "he"}, {"start": "torch"})


@pytest.mark.parametrize("factors", [(), (NAMED,), (RIVAL,), (RIVAL, RIVAL), (NAMED, NAMED)])
def test_a_cause_without_its_controls_is_no_claim(factors):
    with pytest.raises(ValueError, match="claim A25: a cause needs one factor with rival=False"):
        Claim(**GOOD | {"kind": "cause"}, factors=factors)


@pytest.mark.parametrize("kind", ["theorem", "construction", "finding"])
def test_what_names_factors_is_called_a_cause(kind):
    with pytest.raises(ValueError, match=f"claim A25: kind '{kind}' has no factors; call it a"):
        Claim(**GOOD | {"kind": kind}, factors=(NAMED, RIVAL))


def test_a_convention_is_about_something_that_the_field_knows():
    with pytest.raises(ValueError, match="a convention about 'colour'; use start, rate, loss"):
        Convention("colour", ("颜色", "colour"), ({"colour": "red"},))


def test_a_claim_cannot_be_changed_afterwards():
    claim = Claim(**GOOD)
    with pytest.raises(FrozenInstanceError):
        claim.kind = "finding"


SCRIPT = """
from dataclasses import dataclass
from dlbook.base.causes import CauseVerdict
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.record.claims import Claim, Remark

@dataclass(frozen=True)
class Result:
    best: Estimate

CLAIMS: list[Claim[Result] | Remark] = [
    Claim("A25", "Source A", "finding", ("a", "b"), lambda res: res.best, EVERY),
]
"""


@pytest.mark.parametrize(("field", "code"), [("best", 0), ("bset", 1)])
def test_a_measure_that_names_a_missing_field_fails_the_type_check(tmp_path, field, code):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.replace("lambda res: res.best", f"lambda res: res.{field}"))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    assert ('"Result" has no attribute "bset"' in done.stdout) == bool(code)
