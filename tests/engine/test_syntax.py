import textwrap

import pytest

from dlbook.engine.syntax import fingerprint
from dlbook.record.statements import parse

PLAIN = """
import math

def area(r):
    return math.pi * r * r

class Shape:
    def __init__(self):
        self.r = 2
"""
DRESSED = '''
"""About shapes."""
# Circles, mostly.
import math
def area(r):  # of a circle
    """The area."""
    return (math.pi
            * r * r)


class Shape:
    """A shape."""

    "and a remark in quotes"

    def __init__(self):
        "Two."
        self.r = 2
'''


def tree(text):
    return parse(textwrap.dedent(text).encode(), "figures_src/x.py")


def test_comments_docstrings_and_layout_leave_the_fingerprint_alone():
    assert fingerprint([tree(PLAIN)]) == fingerprint([tree(DRESSED)])


@pytest.mark.parametrize(
    ("old", "new"),
    [("r * r", "r * r * r"), ("self.r = 2", "self.r = 3"), ("import math", "import cmath as math")],
)
def test_a_change_of_code_changes_the_fingerprint(old, new):
    assert fingerprint([tree(PLAIN)]) != fingerprint([tree(PLAIN.replace(old, new))])


def test_a_string_that_is_used_is_no_docstring():
    assert fingerprint([tree("x = 'a'")]) != fingerprint([tree("x = 'b'")])
