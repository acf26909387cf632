from datetime import UTC, datetime
from pathlib import Path

import pytest

from gapura.foundation.personal_data import BadDeclaration, Ending, RetentionClass, find_faults, read_declarations

ONE = "a.T:\n  title: {en: T}\n  retention: x\n  columns: {none: id, personal: name}\n"


def declare(folder: Path, text: str) -> tuple[Path, ...]:
    folder.mkdir(exist_ok=True)
    (folder / "personal_data.yaml").write_text(text)
    return (folder,)


def test_what_is_declared_and_what_exists_are_compared_both_ways(tmp_path: Path) -> None:
    declared = read_declarations(declare(tmp_path, ONE))
    assert find_faults(declared, {"a.T": ["id", "name"]}) == []
    assert len(find_faults(declared, {"a.T": ["id", "nickname"]})) == 2
    assert len(find_faults(declared, {"a.U": ["id"]})) == 2


@pytest.mark.parametrize("wrong", [ONE.replace("none: id", "none: id name"), ONE + "  surprise: 1\n"])
def test_a_column_classed_twice_and_an_unknown_word_are_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(BadDeclaration):
        read_declarations(declare(tmp_path, wrong))


def test_a_table_declared_in_two_places_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDeclaration, match="twice"):
        read_declarations((*declare(tmp_path / "a", ONE), *declare(tmp_path / "b", ONE)))


def test_a_period_of_years_ends_on_the_28th_where_there_is_no_29th() -> None:
    rule = RetentionClass("x", {}, Ending.DESTROY, "", years=1)
    assert rule.started_before(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2027, 2, 28, tzinfo=UTC)
