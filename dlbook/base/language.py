"""The two languages of the book, and what is said in both."""

LANGUAGES = ("zh", "en")
Pair = tuple[str, str]  # one text in Chinese and in English


def say(pair: Pair, lang: str) -> str:
    """What a pair says in one language.

    Raises:
        ValueError: the book is not written in that language.
    """
    return pair[LANGUAGES.index(lang)]
