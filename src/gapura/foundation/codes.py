"""Codes that people read aloud and type: Crockford base 32 with a check character.

No I, L, O, U; case and hyphens do not matter; one wrong character or one swap of neighbours is noticed
(ISO/IEC 7064 MOD 37,36 over the Crockford values would need a 36-letter alphabet, so the check is a
weighted sum modulo 31, whose symbol is drawn from the same alphabet).
"""

import secrets
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})


def _check_character(body: str) -> str:
    total = sum((position + 1) * ALPHABET.index(letter) for position, letter in enumerate(body))
    return ALPHABET[total % 31]


def new_code(letters: int = 15) -> str:
    """A random code of ``letters`` characters (5 bits each) and one check character, ungrouped."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(letters))
    return body + _check_character(body)


def code_of(secret: bytes, letters: int = 15) -> str:
    """The one code that ``secret`` stands for: as hard to guess as the secret, at most 5 bits a letter."""
    number = int.from_bytes(sha256(secret).digest())
    body = "".join(ALPHABET[number >> (5 * position) & 31] for position in range(letters))
    return body + _check_character(body)


def grouped(code: str, size: int = 4) -> str:
    """The code as printed: groups of ``size`` joined by hyphens."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def normalized(text: str) -> str | None:
    """What a person typed, as the stored code, or None when no code could look like this."""
    code = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_FORGIVEN)
    if len(code) < 2 or any(letter not in ALPHABET for letter in code):
        return None
    return code if _check_character(code[:-1]) == code[-1] else None
