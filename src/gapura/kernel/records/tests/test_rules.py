"""What of a row its reader may see."""

from gapura.kernel.records.rules import Reader

ME, HER = "1111111111111111", "2222222222222222"
READER = Reader(ME, lambda number: number[:4] + "•", lambda text: len(text) == 16)


def test_a_record_of_somebody_else_leaves_only_the_masked_number() -> None:
    records = [{"number": ME, "full_name": "Me"}, {"number": HER, "full_name": "Her", "religion": "x"}]
    assert READER.masked(records) == [{"number": ME, "full_name": "Me"}, {"number": "2222•", "withheld": True}]


def test_the_other_side_of_a_marriage_is_withheld_and_the_own_side_told() -> None:
    marriage = {
        "husband_name": "Me",
        "husband_number": ME,
        "wife_name": "Her",
        "wife_number": HER,
        "married_on": "2012",
    }
    assert READER.masked(marriage) == {
        "husband_name": "Me",
        "husband_number": ME,
        "wife_name": "withheld",
        "wife_number": "2222•",
        "married_on": "2012",
    }


def test_a_name_in_a_role_without_a_number_is_withheld() -> None:
    assert READER.masked({"head_name": "Her", "street": "Jl. 1"}) == {"head_name": "withheld", "street": "Jl. 1"}


def test_numbers_in_running_text_are_masked_but_for_the_own() -> None:
    assert READER.masked(f"{ME} asked {HER} twice") == f"{ME} asked 2222• twice"
