"""The table of the security standard is whole, names tests that exist, and counts what is open."""

from tools.asvs import PAGE, draw_page, find_mistakes, read_table, state_of

OPEN_AT_MOST = 6  # may only get smaller


def test_every_requirement_stands_once_and_what_it_names_exists() -> None:
    assert list(find_mistakes(*read_table())) == []


def test_the_page_is_what_the_table_gives() -> None:
    assert PAGE.read_text() == draw_page(*read_table())


def test_what_is_open_is_counted_and_grows_no_more() -> None:
    _, requirements = read_table()
    still_open = [one["id"] for one in requirements if state_of(one) == "open"]
    assert len(still_open) <= OPEN_AT_MOST


def test_a_test_that_does_not_exist_a_missing_line_and_a_place_that_is_gone_are_found() -> None:
    files, requirements = read_table()
    shown = {"id": "V1.1.1", "level": 2, "about": "x", "shown_by": ["sign-in::nothing_of_the_kind"]}
    moved = {"id": "V1.1.2", "level": 2, "about": "x", "design": "x", "where": "nowhere.py"}
    both = {"id": "V1.2.1", "level": 1, "about": "x", "design": "x", "where": "README.md", "open": "x"}
    mistakes = " ".join(find_mistakes(files, [shown, moved, both, *requirements[4:]]))
    for words in ("by level", "there is no test sign-in::nothing", "there is no nowhere.py", "V1.2.1 needs exactly"):
        assert words in mistakes
