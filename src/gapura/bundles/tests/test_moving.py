"""Moving in: everybody's address and card, with the host's consent, and a word to who lives there."""

import pytest

from gapura.bundles.actions import request_bundle
from gapura.bundles.models import BundleRequest
from gapura.bundles.tests.conftest import AGUS, BUDI, CARD, NOW, SITI, resident, states
from gapura.foundation import clock
from gapura.kernel.cases.actions import answer_consent
from gapura.kernel.cases.queries import Case
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.civil.testing import (
    FamilyEntry,
    FamilyMembership,
    ResidenceEntry,
    make_family,
    make_person,
    make_places,
    make_residence,
)

pytestmark = pytest.mark.usefixtures("town")
TODAY = NOW.date()
SARI, AGUS_CARD = "3273014101950001", "3171010101160002"
NEW = {"new_street": "Jl. Setiabudi 9", "new_area": "003/005", "new_place": "Sarijadi, Sukasari, Bandung"}


def move(person: str, key: str = "form-1", **answers: str) -> BundleRequest:
    return request_bundle(
        actor=resident(person),
        code="moving-in",
        subject=person,
        answers={"move": answers},
        language="en",
        idempotency_key=key,
        now=clock.now(),
    )


def home_of(person: str) -> ResidenceEntry:
    home: ResidenceEntry = ResidenceEntry.objects.filter(number=person).as_of(TODAY).known_at(None).get()
    return home


def card_of(person: str) -> FamilyMembership:
    card: FamilyMembership = FamilyMembership.objects.filter(number=person).as_of(TODAY).known_at(None).get()
    return card


def test_the_head_moves_everybody_and_the_card_keeps_its_number() -> None:
    make_person(SARI, "Sari")
    make_residence(SARI, "32.73.01.1001", street="Jl. Setiabudi 9", rt="003", rw="005")
    request = move(BUDI, who="everybody", **NEW)
    assert set(states(request).values()) == {"granted"}
    for person in (BUDI, SITI):
        assert (home_of(person).street, home_of(person).village_code) == ("Jl. Setiabudi 9", "32.73.01.1001")
        assert card_of(person).family_number == CARD
    assert FamilyEntry.objects.filter(family_number=CARD).as_of(TODAY).known_at(None).get().street == "Jl. Setiabudi 9"
    assert home_of(AGUS).street == "Jl. Merdeka 1"
    assert [message.kind for message in list_messages(SARI)] == ["moved_in"]
    assert "moved_in" not in [message.kind for message in list_messages(SITI)]


def test_who_leaves_alone_gets_a_card_of_their_own() -> None:
    make_places()
    assert set(states(move(SITI, who="alone", **NEW)).values()) == {"granted"}
    card = card_of(SITI)
    assert (card.family_number[:6], card.relation_to_head) == ("327301", "head")
    assert card_of(BUDI).family_number == CARD


@pytest.mark.parametrize(
    ("person", "answers", "said"),
    [
        (SITI, {"who": "everybody", **NEW}, "Only the head"),
        (BUDI, {"who": "alone", **NEW}, "You head the family"),
        (SITI, {"who": "alone", **NEW, "new_place": "Atlantis, Nowhere"}, "cannot be found"),
        (SITI, {"who": "alone", **NEW, "new_area": "somewhere"}, "cannot be found"),
        (SITI, {"who": "alone", "host": AGUS}, "heads no household"),
        (SITI, {"who": "alone", "host": BUDI}, "this person's family card"),
    ],
)
def test_what_cannot_be_is_refused_in_words(person: str, answers: dict[str, str], said: str) -> None:
    make_places()
    request = move(person, **answers)
    case = Case.objects.get(service_code="civil.move")
    if case.status == "consent":
        answer_consent(actor=resident(answers["host"]), number=case.number, agreed=True, now=NOW)
        case.refresh_from_db()
    assert said in case.decision_reason["en"]
    deliver_pending()
    assert states(request) == {
        "move": "ended",
        "residence": "stopped",
        "family-card": "stopped",
        "electricity": "stopped",
    }
    assert home_of(person).street == "Jl. Merdeka 1"


def test_a_guest_moves_in_when_the_head_of_the_household_agrees() -> None:
    make_family(AGUS_CARD, {AGUS: "head"})
    request = move(SITI, who="alone", host=AGUS)
    assert states(request) == {
        "move": "started",
        "residence": "waiting",
        "family-card": "waiting",
        "electricity": "waiting",
    }
    case = Case.objects.get(service_code="civil.move")
    assert case.status == "consent"
    answer_consent(actor=resident(AGUS), number=case.number, agreed=True, now=NOW)
    deliver_pending()
    assert set(states(request).values()) == {"granted"}
    assert (card_of(SITI).family_number, card_of(SITI).relation_to_head) == (AGUS_CARD, "other")
    assert [message.kind for message in list_messages(AGUS)].count("moved_in") == 1


def test_a_head_who_refuses_ends_it_and_nobody_moves() -> None:
    make_family(AGUS_CARD, {AGUS: "head"})
    request = move(SITI, who="alone", host=AGUS)
    case = Case.objects.get(service_code="civil.move")
    answer_consent(actor=resident(AGUS), number=case.number, agreed=False, now=NOW)
    deliver_pending()
    assert states(request)["residence"] == "stopped"
    case.refresh_from_db()
    assert "did not agree" in case.decision_reason["en"]
    assert card_of(SITI).family_number == CARD
