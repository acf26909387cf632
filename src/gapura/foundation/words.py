"""Words as people write them, brought to one form for comparison."""

import unicodedata
from collections.abc import Collection


def folded(text: str) -> str:
    """Lower case, without accents and punctuation, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    composed = unicodedata.normalize("NFC", bare)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in composed).split())


def without(text: str, fillers: Collection[str]) -> str:
    """A folded text less the words that say nothing."""
    return " ".join(word for word in text.split() if word not in fillers)


def has_phrase(text: str, phrase: str) -> bool:
    """Whether a folded phrase stands in a folded text, word by word."""
    return f" {phrase} " in f" {text} "
