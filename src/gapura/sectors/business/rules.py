"""What a name may be, which names are alike, and what a line of business needs. The words are the country's."""

import re
from collections.abc import Collection

from gapura.sectors.business.types import FormTerms, NameRules


def name_key(name: str, rules: NameRules) -> str:
    """Equal for names that people would take for one: other order, spelling, doubled letters, legal form, fillers."""
    words = {_folded(word, rules) for word in _words(name) if word not in rules.fillers}
    return " ".join(sorted(words))


def name_fault(name: str, form: FormTerms, rules: NameRules) -> str:
    """What speaks against the name itself, as a name in refusals.yaml; empty: nothing."""
    words = [word for word in _words(name) if word != form.title.lower()]
    if len(words) < form.words:
        return "name-too-short"
    if any(_is_no_word(word, rules) for word in words) or not name_key(name, rules):
        return "name-no-words"
    folded = {_folded(word, rules) for word in words}
    if folded & _all_folded(rules.reserved, rules):
        return "name-reserved"
    if folded & _all_folded(rules.guarded, rules):
        return "name-guarded"
    return ""


def full_name(name: str, form: FormTerms) -> str:
    """The name as it is registered: with the title of its form, once."""
    words = name.split()
    if form.title and words and words[0].strip(".").upper() == form.title:
        words = words[1:]
    return " ".join([form.title, *words] if form.title else words)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.lower())


def _is_no_word(word: str, rules: NameRules) -> bool:
    return not word.isascii() or not word.isalpha() or len(word) < rules.letters_of_a_word


def _folded(word: str, rules: NameRules) -> str:
    for spelled, meant in rules.folds:
        word = word.replace(spelled, meant)
    return re.sub(r"(.)\1+", r"\1", word)


def _all_folded(words: Collection[str], rules: NameRules) -> set[str]:
    return {_folded(word, rules) for word in words}
