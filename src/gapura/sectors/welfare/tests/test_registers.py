"""The welfare registers refuse what cannot be, and answer what is asked, in both times and nothing more."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.plugin import find_provider, list_evidence_types
from gapura.kernel.exchange.testing import Asker
from gapura.kernel.exchange.types import FieldNotAgreed
from gapura.kernel.registers.actions import correct_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.welfare.testing import make_disability, make_rank, make_recipient

NOW = datetime(2025, 9, 5, 9, tzinfo=UTC)
TODAY = date(2025, 9, 5)
ANI, BUDI = "3171014101900001", "3171010101900002"
HOUSE = system_actor("test")
GROUND = "UU 13/2011 Pasal 11"
ASKER = Asker(GROUND, NOW)

ask, does, request = ASKER.ask, ASKER.does, ASKER.request

pytestmark = pytest.mark.django_db


def test_every_declared_evidence_type_and_question_is_answered_by_the_keeper() -> None:
    declared = [one for one in list_evidence_types() if one.code.startswith("welfare.")]
    assert len(declared) == 3
    for one in declared:
        provider = find_provider(one.code)
        assert provider is not None
        assert provider.agency_code == "kemensos"
        assert set(provider.questions) == {question.code for question in one.questions}


def test_every_field_of_the_standard_is_filled_and_only_the_asked_ones_come_back() -> None:
    make_disability(ANI)
    make_rank(ANI)
    make_recipient(ANI)
    for code in ("disability", "social-registry", "recipient"):
        (record,) = ask(f"welfare.{code}", ANI)
        assert None not in record.values(), code
        assert ask(f"welfare.{code}", BUDI) == []
    assert ask("welfare.recipient", ANI, "social_program") == [{"social_program": "pkh"}]


def test_who_may_ask_yes_or_no_is_given_no_field() -> None:
    make_disability(ANI)
    assert does("welfare.disability", "has-disability", ANI)
    asked = request("welfare.disability", ANI, fields=frozenset({"disability_kind"}))
    with pytest.raises(FieldNotAgreed):
        request_evidence(actor=HOUSE, request=asked, now=NOW)


def test_yes_or_no_where_that_is_enough() -> None:
    make_rank(ANI, 4)
    make_recipient(ANI, "sembako", valid_until=date(2025, 7, 1))
    make_recipient(ANI, "pkh")
    assert does("welfare.recipient", "is-recipient", ANI)
    assert does("welfare.recipient", "is-recipient-of", ANI, social_program="pkh")
    assert does("welfare.recipient", "is-recipient-of", ANI, date(2025, 6, 30), social_program="sembako")
    assert not does("welfare.recipient", "is-recipient-of", ANI, social_program="sembako")
    assert not does("welfare.recipient", "is-recipient", BUDI)
    assert does("welfare.social-registry", "is-within-decile", ANI, decile=4)
    assert not does("welfare.social-registry", "is-within-decile", ANI, decile=3)
    assert does("welfare.social-registry", "is-within-decile", BUDI, decile=10) is None
    assert not does("welfare.disability", "has-disability", ANI)


def test_a_corrected_rank_is_known_from_its_correction_on() -> None:
    entry = make_rank(ANI, 9)
    corrected_at = datetime(2025, 8, 1, tzinfo=UTC)
    source = Source(SourceKind.CASE, "C-1")
    correct_entry(actor=HOUSE, entry=entry, changes={"welfare_decile": 2}, source=source, now=corrected_at)
    assert ask("welfare.social-registry", ANI, "welfare_decile") == [{"welfare_decile": 2}]
    earlier = datetime(2025, 7, 15, tzinfo=UTC)
    assert ask("welfare.social-registry", ANI, "welfare_decile", known_at=earlier) == [{"welfare_decile": 9}]


IMPOSSIBLE = {
    "the eleventh tenth": lambda: make_rank(ANI, 11),
    "the tenth before the first": lambda: make_rank(ANI, 0),
    "an unknown degree": lambda: make_disability(ANI, disability_degree="odd"),
    "a disability of no kind": lambda: make_disability(ANI, ""),
    "assistance of no program": lambda: make_recipient(ANI, ""),
    "assistance by no order": lambda: make_recipient(ANI, order_number=""),
    "two ranks at once": lambda: (make_rank(ANI, 2), make_rank(ANI, 3, valid_from=date(2025, 1, 1))),
    "one program twice": lambda: (make_recipient(ANI), make_recipient(ANI, valid_from=date(2025, 1, 1))),
    "one disability twice": lambda: (make_disability(ANI), make_disability(ANI, valid_from=date(2025, 1, 1))),
}
POSSIBLE = {
    "the tenth tenth": lambda: make_rank(ANI, 10),
    "two disabilities": lambda: (make_disability(ANI, "sight"), make_disability(ANI, "hearing")),
    "two programs": lambda: (make_recipient(ANI, "pkh"), make_recipient(ANI, "sembako")),
    "a new rank after the old": lambda: (
        make_rank(ANI, 2, valid_until=date(2025, 1, 1)),
        make_rank(ANI, 3, valid_from=date(2025, 1, 1)),
    ),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_cannot_be_is_refused_by_the_database(what: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IMPOSSIBLE[what]()


@pytest.mark.parametrize("what", POSSIBLE)
def test_what_can_be_is_kept(what: str) -> None:
    assert POSSIBLE[what]()
