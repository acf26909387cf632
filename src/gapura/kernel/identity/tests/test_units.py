"""Parts of an office: making, merging, and who has their work today."""

from datetime import date

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import create_post, create_unit, merge_units, place_post
from gapura.kernel.identity.queries import (
    get_post,
    get_unit,
    get_unit_today,
    list_parts_of,
    list_posts_of_unit,
    list_units_above,
    list_units_merged_into,
)
from gapura.kernel.identity.types import CannotChangeUnit, UnknownUnit

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUSE = system_actor("test")
ON = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def units(db):
    for code, parent in (("m", ""), ("m/a", "m"), ("m/a/x", "m/a"), ("m/b", "m"), ("m/c", "m")):
        make(code, parent)


def make(code, parent, agency="ministry"):
    titles = dict.fromkeys(("id", "en", "ko"), code)
    create_unit(actor=HOUSE, code=code, agency_code=agency, office_code="", title=titles, parent=parent)


def merge(code, successor):
    merge_units(actor=HOUSE, code=code, successor=successor, on=ON)


def above(code):
    return [unit.code for unit in list_units_above(code)]


def test_what_is_above_and_what_is_below():
    assert above("m/a/x") == ["m/a/x", "m/a", "m"]
    assert list_parts_of(["m"]) == ["m", "m/a", "m/b", "m/c", "m/a/x"]


def test_a_merged_units_posts_and_parts_are_its_successors():
    create_post(actor=HOUSE, code="p", agency_code="ministry", office_code="", title={"id": "P"}, roles=[])
    place_post(actor=HOUSE, code="p", unit_code="m/a", rank="staff")
    merge("m/a", "m/b")
    assert (get_post("p").unit_code, get_post("p").rank) == ("m/b", "staff")
    assert [post.code for post in list_posts_of_unit("m/b")] == ["p"]
    assert get_unit("m/a/x").parent == "m/b"
    assert (get_unit("m/a").successor, get_unit("m/a").ended_on) == ("m/b", ON)


def test_work_of_units_that_merged_twice_is_found():
    merge("m/a", "m/b")
    merge("m/b", "m/c")
    assert get_unit_today("m/a").code == "m/c"
    assert list_units_merged_into("m/c") == ["m/c", "m/b", "m/a"]
    assert above("m/a") == ["m/a", "m/b", "m/c", "m"]
    assert list_parts_of(["m/c"]) == ["m/c", "m/a/x", "m/b", "m/a"]


@pytest.mark.parametrize(
    ("code", "successor"),
    [("m/a", "m/a"), ("m/a", "m/a/x"), ("m/a", "elsewhere"), ("m/a", "unknown"), ("unknown", "m/a")],
)
def test_a_merger_that_makes_no_sense_is_refused(code, successor):
    make("elsewhere", "", agency="another")
    with pytest.raises(CannotChangeUnit):
        merge(code, successor)
    assert get_unit("m/a").ended_on is None


def test_an_ended_unit_takes_nothing_more():
    merge("m/a", "m/b")
    for act in (lambda: merge("m/a", "m/c"), lambda: merge("m/c", "m/a"), lambda: make("m/a/y", "m/a")):
        with pytest.raises(CannotChangeUnit):
            act()


def test_a_post_works_in_a_unit_of_its_own_agency():
    create_post(actor=HOUSE, code="p", agency_code="another", office_code="", title={"id": "P"}, roles=[])
    with pytest.raises(CannotChangeUnit):
        place_post(actor=HOUSE, code="p", unit_code="m/a", rank="staff")


def test_an_unknown_unit_is_said_to_be_unknown():
    with pytest.raises(UnknownUnit):
        get_unit("nothing")
