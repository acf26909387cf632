"""Machine-readable zones of cards (TD1) and passports (TD3), as ICAO Doc 9303 parts 3, 4 and 5 write them.

Only A-Z, 0-9 and the filler ``<`` ever stand in one; whatever a name holds beyond is transliterated or left out.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

FILLER = "<"
_WEIGHTS = (7, 3, 1)
_NAME_LENGTH = {"td1": 30, "td3": 39}

# Part 3, section 6 A: letters that are more than a base letter with a mark.
_LETTERS = str.maketrans(
    {
        "Ä": "AE", "Æ": "AE", "Å": "AA", "Đ": "D", "Ð": "D", "Ħ": "H", "Ĳ": "IJ", "ĸ": "Q", "Ł": "L",
        "Ŋ": "N", "Ñ": "N", "Ö": "OE", "Ø": "OE", "Œ": "OE", "Þ": "TH", "Ŧ": "T", "Ü": "UE", "ẞ": "SS",
    }
)  # fmt: skip
_SEXES = {"female": "F", "male": "M"}


class CannotWriteZone(ValueError):
    """A value has no place in the zone: too long, or of characters that it does not know."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who the document is about. ``primary`` is the whole name where the state does not part it (Part 3, 4.6)."""

    primary: str
    birth_on: date
    sex: str
    nationality: str
    secondary: str = ""


def write_zone(
    size: str, letters: str, state: str, number: str, holder: Holder, expires_on: date | None, optional: str = ""
) -> tuple[str, ...]:
    """The lines of a zone of ``size`` td1 or td3. ``letters``: kind of document; a document without an end has fillers.

    Raises CannotWriteZone for a number, code or remark that does not fit. Names always fit: they are truncated.
    """
    write = {"td1": _write_card, "td3": _write_passport}[size]
    return write(letters, state, number, holder, _day(expires_on), optional)


def _write_card(letters: str, state: str, number: str, holder: Holder, expires: str, optional: str) -> tuple[str, ...]:
    first = _fit(letters, 2) + _fit(state, 3) + _checked(_fit(number, 9)) + _fit(optional, 15)
    second = _checked(_day(holder.birth_on)) + _sex(holder) + _checked(expires) + _fit(holder.nationality, 3)
    second += FILLER * 11
    composite = first[5:] + second[0:7] + second[8:15] + second[18:29]
    return first, second + check_digit(composite), name_field(holder, _NAME_LENGTH["td1"])


def _write_passport(
    letters: str, state: str, number: str, holder: Holder, expires: str, optional: str
) -> tuple[str, ...]:
    first = _fit(letters, 2) + _fit(state, 3) + name_field(holder, _NAME_LENGTH["td3"])
    second = _checked(_fit(number, 9)) + _fit(holder.nationality, 3) + _checked(_day(holder.birth_on))
    second += _sex(holder) + _checked(expires) + _checked(_fit(optional, 14))
    return first, second + check_digit(second[0:10] + second[13:20] + second[21:43])


def check_digit(characters: str) -> str:
    """Part 3, 4.9: weights 7, 3, 1; letters count from ten, the filler nothing."""
    values = (0 if one == FILLER else int(one, 36) for one in characters)
    return str(sum(value * _WEIGHTS[position % 3] for position, value in enumerate(values)) % 10)


def name_field(holder: Holder, length: int) -> str:
    """Both parts of a name in ``length`` characters; a letter in the last place says that it was cut (Part 3, 4.6)."""
    primary, secondary = transliterate(holder.primary), transliterate(holder.secondary)
    if not primary:
        raise CannotWriteZone("A name without a single letter of the Latin alphabet cannot be written.")
    if not secondary:
        return _cut(primary, length)
    if len(primary) + 2 + len(secondary) > length:
        primary = primary[: length - 3].rstrip(FILLER)  # room for the gap and the first letter of the second part
    return _cut(f"{primary}{FILLER * 2}{secondary}", length)


def _cut(text: str, length: int) -> str:
    """Where it would fall on a filler, the longest component before gives letters away until one stands last."""
    while len(text) > length and text[length - 1] == FILLER:
        longest = max(re.finditer("[A-Z]+", text[: length - 1]), key=lambda found: len(found[0]))
        lost = (longest.end() - 1, longest.end()) if len(longest[0]) > 1 else (longest.start(), longest.end() + 1)
        text = text[: lost[0]] + text[lost[1] :]
    return text[:length].ljust(length, FILLER)


def transliterate(name: str) -> str:
    """Letters A-Z only; spaces and hyphens become one filler, apostrophes, commas and all else vanish (Part 3, 6)."""
    plain = unicodedata.normalize("NFC", name).upper().translate(_LETTERS)
    letters = unicodedata.normalize("NFD", plain)
    marked = "".join(_in_zone(one) for one in letters)
    return FILLER.join(part for part in marked.split(FILLER) if part)


def _in_zone(character: str) -> str:
    if "A" <= character <= "Z":
        return character
    return FILLER if character.isspace() or unicodedata.category(character) == "Pd" else ""


def _day(day: date | None) -> str:
    return f"{day:%y%m%d}" if day else FILLER * 6


def _sex(holder: Holder) -> str:
    return _SEXES.get(holder.sex, FILLER)


def _checked(characters: str) -> str:
    return characters + check_digit(characters)


def _fit(value: str, length: int) -> str:
    if len(value) > length or not all("A" <= one <= "Z" or "0" <= one <= "9" for one in value):
        raise CannotWriteZone(f"{value!r} does not fit into {length} characters A-Z and 0-9.")
    return value.ljust(length, FILLER)
