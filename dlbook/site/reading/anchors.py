"""Where things stand on a page: the ids that links from other pages lead to."""

EXERCISES = "exercises"  # the section that holds them
CLAIMS_DATA = "data/claims.json"  # every claim as data, from the site's root


def claim_anchor(claim_id: str) -> str:
    """The anchor of a claim's row: ``A25/pieces -> claim-A25-pieces``."""
    return f"claim-{claim_id.replace('/', '-')}"


def ledger_anchor(claim_id: str) -> str:
    """The anchor of a claim's row in the ledger."""
    return f"ledger-{claim_id.replace('/', '-')}"


def term_anchor(term_id: str) -> str:
    """The anchor of a term's entry in the glossary."""
    return f"term-{term_id}"


def exercise_anchor(number: int) -> str:
    """The anchor of a page's exercise: ``3 -> exercise-3``."""
    return f"exercise-{number}"
