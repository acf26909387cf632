"""Person and family numbers: 16 digits PPRRDD-ddmmyy-ssss, the day plus 40 for women, no check digit.

Source: Perpres 25/2008 art. 1 and 37 as continued by UU 24/2013 art. 13; a NIK never changes on moving.
"""

from datetime import date

from gapura.foundation.clock import today
from gapura.foundation.jurisdictions import BadPersonNumber, NumberFacts

_WOMEN_DAY_OFFSET = 40
_TIMEZONE = "Asia/Jakarta"


class NikScheme:
    """Nomor Induk Kependudukan (NIK) and Nomor Kartu Keluarga (KK)."""

    name = "NIK"

    def parse(self, number: str) -> NumberFacts:
        """Region (dotted, district level), date of birth and sex. Raises BadPersonNumber.

        The two-digit year is read as the latest one that is not in the future.
        """
        if len(number) != 16 or not number.isascii() or not number.isdigit():
            raise BadPersonNumber("A NIK has exactly 16 digits.")
        if number[12:] == "0000":
            raise BadPersonNumber("The serial (last four digits) starts at 0001.")
        day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
        sex = "female" if day > _WOMEN_DAY_OFFSET else "male"
        day -= _WOMEN_DAY_OFFSET if sex == "female" else 0
        return NumberFacts(number, _dotted(number[:6]), _latest_date(day, month, year), sex)

    def mask(self, number: str) -> str:
        return number[:6] + "•" * 6 + number[12:]

    def compose(self, district_code: str, birth_on: date, sex: str, serial: int) -> str:
        """The NIK of a person first registered in ``district_code``."""
        return nik(district_code, birth_on, sex, serial)

    def compose_family(self, district_code: str, issued_on: date, serial: int) -> str:
        """The KK number of a card first issued in ``district_code``."""
        return family_number(district_code, issued_on, serial)


def nik(district_code: str, birth_on: date, sex: str, serial: int) -> str:
    """Compose a NIK. ``district_code`` is dotted (``31.71.01``); ``serial`` is 1 to 9999 per district and day."""
    day = birth_on.day + (_WOMEN_DAY_OFFSET if sex == "female" else 0)
    return f"{district_code.replace('.', '')}{day:02d}{birth_on:%m%y}{serial:04d}"


def family_number(district_code: str, issued_on: date, serial: int) -> str:
    """Compose a KK number: like a NIK, with the day the card was first issued."""
    return f"{district_code.replace('.', '')}{issued_on:%d%m%y}{serial:04d}"


def _dotted(digits: str) -> str:
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}"


def _latest_date(day: int, month: int, year: int) -> date:
    try:
        found = date(2000 + year, month, day)
    except ValueError as error:
        raise BadPersonNumber("Digits 7 to 12 are not a date (day, month, year; the day plus 40 for women).") from error
    return found if found <= today(_TIMEZONE) else _century_earlier(found)


def _century_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 100)
    except ValueError as error:  # 29 February 2000 exists, 1900 does not
        raise BadPersonNumber("Digits 7 to 12 are 29 February of a year that has none.") from error
