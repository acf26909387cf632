"""Facts shared with a receiver: chosen fields and no others, each reading seen, stopped at once."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from gapura.foundation import clock
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.exchange.actions import suspend_agreement
from gapura.kernel.exchange.testing import AccessRecord, MemoryProvider, agree, memory_providers
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.wallet import endpoints
from gapura.kernel.wallet.actions import fetch_facts, share_facts, stop_sharing
from gapura.kernel.wallet.models import FactFetch, Sharing
from gapura.kernel.wallet.queries import get_sharing_terms
from gapura.kernel.wallet.testing import CLERK, HOLDER, PERSON
from gapura.kernel.wallet.types import RECEIVER_ROLE, CannotFetch, CannotShare

GROUND = "UU 27/2022 Pasal 20"
FACTS = {"civil.person": ["full_name", "birth_on"], "civil.residence": ["regency"]}
GIVEN = {
    "civil.person": ({"full_name": "Sri Wahyuni Lestari", "birth_on": "1990-08-05"},),
    "civil.residence": ({"regency": "Kota Jakarta Pusat"},),
}
Known = dict[str, MemoryProvider]


@pytest.fixture
def known(db: None) -> Iterator[Known]:
    agree(
        "kua",
        "civil.person",
        GROUND,
        fields=["full_name", "birth_on", "birth_place"],
        posts=["house", "role:wallet.receiver"],
    )
    agree("kua", "civil.residence", GROUND, fields=["regency", "province"], posts=["house", "role:wallet.receiver"])
    with memory_providers("civil.person", "civil.residence") as providers:
        person = {"full_name": "Sri Wahyuni Lestari", "birth_on": "1990-08-05", "religion": "islam"}
        providers["civil.person"].records[PERSON] = [person]
        providers["civil.residence"].records[PERSON] = [{"regency": "Kota Jakarta Pusat", "province": "DKI Jakarta"}]
        yield providers


def share(**changes: Any) -> Sharing:
    asked = {"actor": HOLDER, "receiver": "kua", "facts": FACTS, "purpose": "Wedding", "days": 30, "is_once": False}
    return share_facts(**{**asked, "form_key": "form", "now": clock.now(), **changes})


def fetch(sharing: Sharing, **changes: Any) -> Any:
    asked = {"actor": CLERK, "receiver_agency": "kua", "attempt": secrets.token_hex(8), "now": clock.now()}
    return fetch_facts(number=sharing.number, **{**asked, **changes})


def test_the_receiver_reads_the_chosen_facts_and_no_others_and_the_person_sees_it(known: Known) -> None:
    sharing = share()
    assert fetch(sharing) == GIVEN
    asked = AccessRecord.objects.filter(subject=PERSON, case_number=f"FACTS-{sharing.number}").order_by("evidence_type")
    assert [(one.consumer, one.legal_ground, one.fields) for one in asked] == [
        ("kua", GROUND, ["birth_on", "full_name"]),
        ("kua", GROUND, ["regency"]),
    ]
    [seen] = FactFetch.objects.all()
    assert (seen.sharing_id, seen.label) == (sharing.pk, CLERK.label)
    actions = AuditEvent.objects.filter(object_ref=f"sharing:{sharing.number}").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["wallet.facts_shared", "wallet.facts_fetched"]


def test_what_was_stopped_is_not_given_and_no_register_is_asked(known: Known) -> None:
    sharing = share()
    assert fetch(sharing)
    stop_sharing(actor=HOLDER, number=sharing.number, now=clock.now())
    before = AccessRecord.objects.count()
    with pytest.raises(CannotFetch):
        fetch(sharing)
    assert AccessRecord.objects.count() == before


def test_once_is_once_and_a_register_that_was_down_does_not_count(known: Known) -> None:
    sharing = share(is_once=True)
    known["civil.person"].is_down = True
    with pytest.raises(Exception, match="down"):
        fetch(sharing)
    known["civil.person"].is_down = False
    assert fetch(sharing) == GIVEN
    with pytest.raises(CannotFetch):
        fetch(sharing)
    assert FactFetch.objects.count() == 1


def test_a_term_ends(known: Known) -> None:
    sharing = share()
    assert fetch(sharing, now=clock.now() + timedelta(days=29))
    with pytest.raises(CannotFetch):
        fetch(sharing, now=clock.now() + timedelta(days=30))


def test_the_same_request_again_is_refused(known: Known) -> None:
    sharing = share()
    assert fetch(sharing, attempt="one")
    with pytest.raises(CannotFetch):
        fetch(sharing, attempt="one")
    assert fetch(sharing, attempt="two")


def test_another_receiver_gets_nothing(known: Known) -> None:
    sharing = share()
    for agency in ("djp", ""):
        with pytest.raises(AccessDenied):
            fetch(sharing, receiver_agency=agency)


def test_only_what_the_agreement_covers_can_be_shared(known: Known) -> None:
    for facts in ({"civil.person": ["religion"]}, {"tax.taxpayer": ["taxpayer_number"]}, {}, {"civil.person": []}):
        with pytest.raises(CannotShare):
            share(facts=facts)
    with pytest.raises(CannotShare):
        share(days=9999)
    assert share()


def test_an_agreement_that_ended_gives_nothing_even_for_what_was_shared(known: Known) -> None:
    sharing = share()
    suspend_agreement(actor=HOLDER, code=f"kua:civil.person:{GROUND}".replace("/", "-"), now=clock.now())
    with pytest.raises(CannotFetch):
        fetch(sharing)
    sharing.refresh_from_db()
    assert sharing.fetch_count == 0


def test_nobody_shares_or_stops_anothers_facts(known: Known) -> None:
    sharing = share()
    for actor in (replace(HOLDER, person_number="3171010101800009"), replace(HOLDER, principal=PERSON), CLERK):
        with pytest.raises(AccessDenied):
            stop_sharing(actor=actor, number=sharing.number, now=clock.now())
    with pytest.raises(AccessDenied):
        share(actor=CLERK)


def test_the_same_form_shares_once(known: Known) -> None:
    assert share().pk == share().pk
    assert share(form_key="another").pk != share().pk


# Machines


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> ECKey:
    settings.GAPURA_PUBLIC_ADDRESS = "https://gapura.example"
    key = ECKey.generate_key("P-256", private=True)
    terms = replace(get_sharing_terms(), keys={"kua": (key.as_dict(private=False),)})
    monkeypatch.setattr(endpoints, "get_sharing_terms", lambda: terms)
    return key


def knock(sharing: Sharing, key: ECKey, **claims: Any) -> Any:
    address = f"/shared-facts/{sharing.number}/"
    now = int(clock.now().timestamp())
    said = {"iss": "kua", "aud": f"https://gapura.example{address}", "iat": now, "jti": secrets.token_hex(8)}
    token = jwt.encode({"alg": "ES256"}, said | claims, key, algorithms=["ES256"])
    return Client().post(address, headers={"Authorization": f"Bearer {token}"})


def test_a_receivers_machine_fetches_with_its_own_key(known: Known, key: ECKey) -> None:
    sharing = share()
    answer = knock(sharing, key)
    assert answer.json() == {"facts": {name: list(records) for name, records in GIVEN.items()}}
    assert answer.headers["Cache-Control"] == "no-store"
    assert FactFetch.objects.get().fetched_by == "system:receiver-kua"
    stop_sharing(actor=HOLDER, number=sharing.number, now=clock.now())
    assert knock(sharing, key).status_code == 410


@pytest.mark.parametrize(
    "claims",
    [{"iss": "djp"}, {"aud": "https://gapura.example/shared-facts/another/"}, {"iat": 1}, {"jti": ""}, {"iat": "now"}],
)
def test_a_request_signed_for_something_else_is_refused(known: Known, key: ECKey, claims: dict[str, Any]) -> None:
    sharing = share()
    assert knock(sharing, key, **claims).status_code == 401
    assert knock(sharing, key).status_code == 200


def test_a_foreign_key_and_a_replayed_request_are_refused(known: Known, key: ECKey) -> None:
    sharing = share()
    assert knock(sharing, ECKey.generate_key("P-256", private=True)).status_code == 401
    assert Client().post(f"/shared-facts/{sharing.number}/").status_code == 401
    assert knock(sharing, key, jti="one").status_code == 200
    assert knock(sharing, key, jti="one").status_code == 410


# Pages


def test_a_person_shares_a_bundle_sees_the_reading_and_stops(known: Known) -> None:
    holder, clerk = Client(headers={"accept-language": "en"}), Client(headers={"accept-language": "en"})
    sign_in(holder, make_resident("holder", person_number=PERSON))
    post = "kua//reception"
    account = make_official("clerk", person_number="3171010101800021", post_code=post, roles=[RECEIVER_ROLE])
    sign_in(clerk, account, post_code=post)
    assert "/facts/share/kua/?bundle=wedding" in holder.get("/facts/").content.decode()
    page = holder.get("/facts/share/kua/?bundle=wedding").content.decode()
    assert 'value="civil.person/full_name"' in page
    form = {
        "facts": ["civil.person/full_name"],
        "purpose": "Wedding",
        "is_once": "no",
        "days": "1",
        "form_key": "0" * 16,
    }
    answer = holder.post("/facts/share/kua/", form)
    sharing = Sharing.objects.get()
    assert answer.headers["Location"] == f"/facts/{sharing.number}/"
    assert PERSON not in clerk.get("/desk/received/").content.decode()
    facts = clerk.post(f"/desk/received-facts/{sharing.number}/", {"attempt": "1" * 16}).content.decode()
    assert "Sri Wahyuni Lestari" in facts
    assert "1990-08-05" not in facts
    assert account.pk
    seen = holder.get(f"/facts/{sharing.number}/").content.decode()
    assert "Not yet." not in seen
    holder.post(f"/facts/{sharing.number}/stop/")
    assert clerk.post(f"/desk/received-facts/{sharing.number}/", {"attempt": "2" * 16}).status_code == 302
    assert "Stopped" in holder.get(f"/facts/{sharing.number}/").content.decode()
