"""The language in which a page is read, and the country's texts in it."""

from django.conf import settings
from django.utils.translation import get_language

from gapura.foundation.texts import Text, in_language


def reader_language() -> str:
    """The language of the request, or the country's first where there is no request."""
    return get_language() or settings.LANGUAGE_CODE


def localized(text: Text) -> str:
    """A text of the country's data in the reader's language."""
    return in_language(text, reader_language())
