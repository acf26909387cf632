"""The state around the people: agreements, accounts, posts, and what other agencies asked before."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from gapura.demo.simulation.nation import NationPlan
from gapura.demo.simulation.stories import Citizen, StoryFinder
from gapura.demo.types import (
    DEMO_AUTHENTICATOR_SECRET,
    DEMO_PASSWORD,
    Duty,
    SampleOfficial,
    SampleResident,
    Story,
)
from gapura.foundation.jurisdictions import Jurisdiction
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.catalogue.queries import get_agency, list_agreement_declarations
from gapura.kernel.exchange.actions import open_requests
from gapura.kernel.exchange.types import EvidenceRequest
from gapura.kernel.identity.actions import (
    appoint_official,
    create_account,
    create_post,
    create_unit,
    place_post,
    prove_identity,
    register_authenticator,
)
from gapura.sectors.civil.queries import get_owner_agency

_NATIONAL = ""  # the office code of posts of an agency's head office
# Some sign in with a code as well: giving a mandate, asking for all one's data, selling and buying need it.
_WITH_AUTHENTICATOR = (Story.GUARDIAN, Story.MOVER, Story.SINGLE, Story.WIDOWED, Story.OWNER, Story.EMPLOYER)
_AT_EVERY_OFFICE = (Duty.REGISTRAR, Duty.SUPERVISOR)


def open_accounts(*, actor: Actor, finder: StoryFinder, now: datetime) -> list[SampleResident]:
    """An account for every resident with a story; a small nation may lack some."""
    samples = []
    for story in Story:
        if (citizen := finder.residents.get(story)) is not None:
            account_id = _open_account(actor, story.value, citizen, now)
            if story in _WITH_AUTHENTICATOR:
                register_authenticator(actor=actor, account_id=account_id, secret=DEMO_AUTHENTICATOR_SECRET)
            samples.append(SampleResident(story, story.value, citizen.number, citizen.full_name, citizen.office_code))
    return samples


def appoint_officials(
    *, actor: Actor, country: Jurisdiction, finder: StoryFinder, plan: NationPlan, now: datetime
) -> list[SampleOfficial]:
    """A registrar and a supervisor for every office that has a sample resident, and the head office's posts."""
    posts = _demonstration(country)["posts"]
    _make_units(actor, country)
    officials = []
    for duty, office, citizen in _duties(finder):
        place = office.replace(".", "")
        login = f"{duty.value}-{place}" if office else duty.value
        post = posts[duty.value]
        agency = post.get("agency", get_owner_agency())
        code = f"{agency}/{office}/{duty.value}" if office else f"{agency}/{duty.value}"
        create_post(
            actor=actor,
            code=code,
            agency_code=agency,
            office_code=office,
            title=post["title"],
            roles=post["roles"],
        )
        if "unit" in post:
            place_post(actor=actor, code=code, unit_code=post["unit"], rank=post["rank"])
        account_id = _open_account(actor, login, citizen, now)
        register_authenticator(actor=actor, account_id=account_id, secret=DEMO_AUTHENTICATOR_SECRET)
        appoint_official(actor=actor, account_id=account_id, post_code=code, valid_from=plan.on, valid_until=None)
        officials.append(SampleOfficial(duty, login, citizen.number, citizen.full_name, agency, office))
    return officials


def log_earlier_accesses(*, country: Jurisdiction, residents: Sequence[SampleResident], now: datetime) -> None:
    """Log what other agencies asked about the sample residents in the past months."""
    subjects = {resident.story: resident for resident in residents}
    for access in _demonstration(country)["accesses"]:
        resident = subjects.get(Story(access["story"]))
        if resident is not None:
            asked_at = now - timedelta(days=access["days_ago"], hours=3)
            open_requests(
                actor=_clerk(access["consumer"]),
                requests=[_request(access, resident, asked_at)],
                now=asked_at,
            )


def _make_units(actor: Actor, country: Jurisdiction) -> None:
    """Each below the one that its code names."""
    for code, title in _demonstration(country)["units"].items():
        above = code.rpartition("/")[0]
        create_unit(
            actor=actor,
            code=code,
            agency_code=code.split("/")[0],
            office_code=_NATIONAL,
            title=title,
            parent=above if "/" in above else "",
        )


def _duties(finder: StoryFinder) -> Iterator[tuple[Duty, str, Citizen]]:
    """Those of every office first; a small nation may lack people for all posts of the head office."""
    others: list[Citizen] = []
    for office, citizens in sorted(finder.officials.items()):
        for duty, citizen in zip(_AT_EVERY_OFFICE, citizens, strict=False):
            yield duty, office, citizen
        others += citizens[len(_AT_EVERY_OFFICE) :]
    at_head_office = [duty for duty in Duty if duty not in _AT_EVERY_OFFICE]
    for duty, citizen in zip(at_head_office, others, strict=False):
        yield duty, _NATIONAL, citizen


def _open_account(actor: Actor, login: str, citizen: Citizen, now: datetime) -> int:
    account = create_account(
        actor=actor,
        login=login,
        password=DEMO_PASSWORD,
        email=f"{login}@example.invalid",
        language="id",
        now=now,
    )
    prove_identity(
        actor=actor,
        account_id=account.pk,
        person_number=citizen.number,
        level=AssuranceLevel.SUBSTANTIAL,
        method="demo",
        now=now,
    )
    return int(account.pk)


def _clerk(agency_code: str) -> Actor:
    agency = get_agency(agency_code)
    return Actor(
        kind=ActorKind.OFFICIAL,
        label=next(iter(agency.title.values())),
        post_code=f"{agency_code}/clerk",
        agency_code=agency_code,
        assurance=AssuranceLevel.SUBSTANTIAL,
        channel="exchange",
    )


def _request(access: Mapping[str, Any], resident: SampleResident, asked_at: datetime) -> EvidenceRequest:
    agreement = next(
        declared
        for declared in list_agreement_declarations()
        if (declared.consumer, declared.evidence_type) == (access["consumer"], access["evidence_type"])
    )
    question = access.get("question")
    return EvidenceRequest(
        evidence_type=access["evidence_type"],
        subject=resident.number,
        consumer=access["consumer"],
        case_number=access["case"],
        legal_ground=agreement.legal_ground,
        purpose=agreement.purpose,
        as_of=asked_at.date(),
        fields=frozenset(access.get("fields", ())),
        question=question,
        parameters={"region_code": resident.office_code} if question == "lives-in-region" else {},
    )


def _demonstration(country: Jurisdiction) -> Any:
    return country.read("data", "demonstration.yaml")
