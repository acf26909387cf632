"""Which passwords are refused beyond those too short or common: built from words everybody knows here, or leaked.

NIST SP 800-63B-4 §3.1.1.2 asks for both lists. Django calls these when a password is chosen.
"""

import hashlib
import logging
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gapura.foundation.jurisdictions import load

logger = logging.getLogger(__name__)
LEAST_OF_ONES_OWN = 8
_PREFIX = 5


class KnownWordsValidator:
    """What remains when the words of the house and the country are taken out must still be eight characters."""

    def validate(self, password: str, user: object = None) -> None:
        if len(_without_known_words(password)) < LEAST_OF_ONES_OWN:
            raise ValidationError(
                _("This password is made of words that everybody here would try first. Choose words of your own."),
                code="known_words",
            )

    def get_help_text(self) -> str:
        return _("Names of places, offices and this site count for nothing in a password.")


class BreachedValidator:
    """Not in the list of leaked passwords that the operator keeps on this machine; nothing is asked over a network.

    The list is a folder in the form of Have I Been Pwned: a file for each beginning of five hexadecimal digits of the
    SHA-1 (``21BD1.txt``), with a line for each leaked password: the rest of its digest, a colon, and how often.
    """

    def validate(self, password: str, user: object = None) -> None:
        if _is_leaked(password):
            raise ValidationError(
                _("This password stands in a list of stolen ones. Choose another one."), code="breached"
            )

    def get_help_text(self) -> str:
        return _("Passwords that were stolen somewhere are refused.")


@cache
def _known_words() -> tuple[str, ...]:
    """The longest first, so that a word is not broken by a shorter one inside it."""
    lines = load(settings.GAPURA_JURISDICTION).read("data", "password_words.yaml")
    words = {"gapura", *(str(word).casefold() for line in lines for word in line)}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _without_known_words(password: str) -> str:
    left = "".join(letter for letter in password.casefold() if letter.isalnum())
    for word in _known_words():
        left = left.replace(word, "")
    return left


def _is_leaked(password: str) -> bool:
    if not settings.GAPURA_BREACHED_PASSWORDS:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    file = Path(settings.GAPURA_BREACHED_PASSWORDS) / f"{digest[:_PREFIX]}.txt"
    try:
        with file.open() as lines:
            return any(line.startswith(digest[_PREFIX:]) for line in lines)
    except OSError as error:
        logger.error("The list of leaked passwords cannot be read; this password was not looked up.", exc_info=error)
        return False
