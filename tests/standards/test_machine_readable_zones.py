"""Zones of our own making, against the specimens of ICAO Doc 9303 and a parser that is not ours."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mrz.checker.td1 import TD1CodeChecker
from mrz.checker.td3 import TD3CodeChecker

from gapura.foundation.mrz import CannotWriteZone, Holder, check_digit, name_field, transliterate, write_zone

ANNA = Holder("Eriksson", date(1974, 8, 12), "female", "UTO", "Anna Maria")
EXPIRES = date(2012, 4, 15)


def test_the_specimen_passport_is_written_letter_by_letter() -> None:
    assert write_zone("td3", "P", "UTO", "L898902C3", ANNA, EXPIRES, "ZE184226B") == (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )


def test_the_specimen_card_is_written_letter_by_letter() -> None:
    assert write_zone("td1", "I", "UTO", "D23145890", ANNA, EXPIRES) == (
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    )


@pytest.mark.parametrize(
    ("primary", "secondary", "length", "written"),
    [
        ("Nilavadhanananda", "Arnpol Petch Charonguang", 30, "NILAVADHANANANDA<<ARNPOL<PETCH"),
        ("Suharto", "", 30, "SUHARTO" + "<" * 23),
        ("Siti Nur-Aini d'Or", "", 30, "SITI<NUR<AINI<DOR" + "<" * 13),
        ("Bennelong Wooloomooloo Warrandyte", "Dingo", 30, "BENNELONG<WOOLOOMOOLOO<WARR<<D"),
        ("Bennelong Wooloomooloo Warran", "Dingo", 31, "BENNELONG<WOOLOOMOOLOO<WARRA<<D"),
    ],
)
def test_names_are_cut_so_that_a_letter_says_so(primary: str, secondary: str, length: int, written: str) -> None:
    field = name_field(Holder(primary, date(1990, 5, 2), "female", "IDN", secondary), length)
    assert field == written


def test_letters_of_the_world_are_transliterated_and_the_rest_left_out() -> None:
    assert transliterate("Müller-Łódź, Þór 3rd") == "MUELLER<LODZ<THOR<RD"
    assert transliterate("Ngọc Ánh") == "NGOC<ANH"
    with pytest.raises(CannotWriteZone):
        name_field(Holder("김", date(1990, 5, 2), "female", "KOR"), 30)


def test_what_does_not_fit_is_refused_rather_than_cut() -> None:
    for number in ("D2314589012", "D23-4589", "d23145890"):
        with pytest.raises(CannotWriteZone):
            write_zone("td1", "I", "UTO", number, ANNA, EXPIRES)


names = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ abcäöñß'-"), min_size=1, max_size=80).filter(
    lambda name: any(one.isalpha() for one in name)
)
numbers = st.from_regex(r"[A-Z][0-9]{7}", fullmatch=True)
days = st.dates(date(1930, 1, 1), date(2026, 1, 1))


@given(primary=names, secondary=names | st.just(""), number=numbers, born=days, sex=st.sampled_from(["male", "female"]))
def test_every_zone_is_read_by_a_foreign_parser(
    primary: str, secondary: str, number: str, born: date, sex: str
) -> None:
    holder = Holder(primary, born, sex, "IDN", secondary)
    for size, letters, parser in (("td1", "I", TD1CodeChecker), ("td3", "P", TD3CodeChecker)):
        lines = write_zone(size, letters, "IDN", number, holder, date(2036, 1, 1))
        assert all(re.fullmatch("[A-Z0-9<]+", line) for line in lines)
        assert {len(line) for line in lines} == {30 if size == "td1" else 44}
        read = parser("\n".join(lines))
        assert (read.final_hash, read.document_number_hash) == (True, True)
        assert (read.birth_date_hash, read.expiry_date_hash) == (True, True)
        assert read.fields().document_number == number


@given(number=numbers, position=st.integers(0, 7), put=st.sampled_from("0123456789"))
def test_a_changed_digit_is_noticed(number: str, position: int, put: str) -> None:
    changed = number[:position] + put + number[position + 1 :]
    if position and changed != number:
        assert check_digit(changed) != check_digit(number)


def test_a_card_for_life_has_fillers_where_others_have_their_end() -> None:
    assert write_zone("td1", "I", "UTO", "D23145890", ANNA, None)[1][8:15] == "<<<<<<0"
