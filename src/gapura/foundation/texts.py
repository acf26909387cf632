"""Texts of the country's data, in every language it is kept in."""

from collections.abc import Mapping

Text = Mapping[str, str]
"""One text by language code (``{"id": …, "en": …, "ko": …}``)."""


def in_language(text: Text, language: str) -> str:
    """The text in ``language``; the country's first language where it is missing."""
    return text.get(language) or next(iter(text.values()))
