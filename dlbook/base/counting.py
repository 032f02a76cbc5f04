"""Counts in sentences: ``1 problem``, ``3 problems``."""


def counted(number: int, one: str, several: str | None = None) -> str:
    """A number and what it counts, in the singular or plural."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
