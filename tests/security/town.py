"""The town of the permission table: who lives and works there, and one of everything that can be asked for."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from gapura.bundles.actions import request_bundle
from gapura.bundles.models import BundleRequest
from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.agreements import actions as agreement_actions
from gapura.kernel.agreements import testing as agreements
from gapura.kernel.agreements.actions import refuse_request, withdraw_request
from gapura.kernel.approvals.actions import deny_approval, start_line
from gapura.kernel.approvals.testing import official
from gapura.kernel.approvals.types import LineContent, PlannedStep, StepTask
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.cases.actions import (
    appeal_decision,
    close_finished_cases,
    refuse_case,
    request_supplement,
    submit_application,
    withdraw_case,
)
from gapura.kernel.cases.testing import Case, make_consent
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import list_life_events
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.credentials.actions import ask_to_show
from gapura.kernel.credentials.testing import make_credential
from gapura.kernel.documents.actions import revoke_document
from gapura.kernel.editions import testing as editions
from gapura.kernel.exchange.testing import without_agreements
from gapura.kernel.federation.testing import make_site
from gapura.kernel.identity import testing as identity
from gapura.kernel.identity.actions import enter_visit
from gapura.kernel.identity.queries import find_account_of
from gapura.kernel.mandates.testing import make_mandate
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.operations.actions import declare_outage
from gapura.kernel.payments.testing import Difference, make_bill
from gapura.kernel.photos.testing import make_photo
from gapura.kernel.production.testing import make_card, make_ready_card
from gapura.kernel.wallet.actions import make_link, send_document, share_facts
from gapura.sectors.civil import testing as civil
from gapura.sectors.civil.actions.corrections import propose_correction
from gapura.sectors.civil.actions.findings import examine_look_ups
from gapura.sectors.civil.actions.look_ups import open_look_up
from gapura.sectors.civil.types import Correction, LookUpQuery
from gapura.sectors.education import testing as education
from gapura.sectors.insight import testing as insight
from gapura.sectors.justice import testing as justice
from gapura.sectors.justice.actions import open_reading
from gapura.sectors.tax import testing as tax
from gapura.sectors.withholding import testing as withholding
from gapura.sectors.withholding.queries import get_terms
from tests.security.matrix import Town
from tests.security.people import APPLICANT, CHILD, EVERYBODY, HOUSE, NEWCOMER, NOW, OFFICIALS, STRANGER, resident
from tests.security.town_office import keep_office


def found_town() -> Town:
    """Everybody signed in, one object of each kind in each state. Call with the clock at ``NOW``."""
    town = Town()
    _settle()
    _open_doors(town)
    town.objects |= {
        "service": {"in force": {"code": "civil.never-married"}, "unknown": {"code": "civil.nothing"}},
        "bundle": {"known": {"code": "moving-in"}, "unknown": {"code": "nothing"}},
        "bundle request": {"sent": {"number": _ask_for_bundle().number}},
        "life event": {"known": {"code": list_life_events()[0].code}},
        **_bring_cases(),
        "document": _issue_documents(),
        "shared link": {"open": {"token": _make_link()}, "unknown": {"token": new_code(26)}},
        "delivery": {"to the asker's agency": {"number": _send("kua")}, "to another": {"number": _send("djp")}},
        "sharing": {"with the asker's agency": {"number": _share_facts()}},
        "credential kind": {"known": {"kind": "identity"}, "unknown": {"kind": "unknown"}},
        "credential": {"standing": {"number": make_credential(APPLICANT, now=NOW).number}},
        "showing": {"asked": {"number": _ask_to_show()}, "unknown": {"number": new_code(26)}},
        "message": {"unread": {"message_id": _send_message()}},
        **_look_ups(),
        "approval": _propose(),
        "approval line": {"open": {"number": _draw_line()}},
        "finding": {"open": {"finding_id": _find_outlier()}},
        "agreement request": _ask_for_agreements(),
        "agreement": _agree(),
        "edition": _write_editions(),
        "policy run": {
            "own": {"number": insight.make_run("kemenpan-rb", now=NOW).number},
            "of another agency": {"number": insight.make_run("djp", now=NOW).number},
        },
        "session": {"foreign": {"session_id": 987654}},
        "visit": {"entered": {"visit_id": _enter_visit()}},
        "outage": {"running": {"outage_id": _declare_outage()}},
        "mandate": _give_mandate(),
        "photo": {"unused": {"code": make_photo(APPLICANT, now=NOW).code}, "unknown": {"code": new_code()}},
        "photo of a case": _photograph(),
        "bill": {"open": {"number": _issue_bill()}},
        "card order": _order_cards(),
        **_keep_taxes(),
        **_keep_bars(),
        "departure": {"left": {"entry_id": education.make_departure(STRANGER).pk}, "unknown": {"entry_id": 987654}},
        **keep_office(),
        **_report(),
        "difference": {"open": {"difference_id": _find_difference()}},
        "site": {"registered": {"client_id": _register_site()}},
    }
    return town


def _bring_cases() -> dict[str, dict[str, Any]]:
    """Cases in every status; one that is its official's own, and one that only an approval of its own approves."""
    own = _bring_to(CaseStatus.REVIEW, OFFICIALS["registrar"][2], "own")
    return {
        "case": _open_cases(APPLICANT, "case"),
        "consent": {"asked": {"number": _ask_to_agree()}},
        "own case of the registrar": {"review": {"number": own}},
        "request for a correction": {"review": {"number": _ask_for_correction()}},
    }


def _report() -> dict[str, dict[str, Any]]:
    """What a business and an agency reported about people, and what they let others see of it."""
    agency = get_terms().agency_numbers["dukcapil"]
    consent = withholding.make_report_consent(APPLICANT, STRANGER, now=NOW)
    return {
        "report": {
            "of a business": {"number": withholding.make_delivery(sent_by=STRANGER, now=NOW).number},
            "of an agency": {"number": withholding.make_delivery(agency, sent_by=STRANGER, now=NOW).number},
        },
        "release": {"open": {"number": withholding.make_release(APPLICANT, now=NOW).number}},
        "report consent": {"given": {"consent_id": consent.pk}},
    }


def _keep_bars() -> dict[str, dict[str, Any]]:
    """A person's bars, opened by the keeper today and yesterday."""
    post, roles, person = OFFICIALS["bar keeper"]
    keeper = official(person, roles=roles, agency_code="kejaksaan", office_code="", post=post.rpartition("/")[2])
    given: dict[str, Any] = {"actor": keeper, "person_number": STRANGER, "ground": "warrant", "letter": "B-1"}
    entry = justice.make_warrant(STRANGER)
    states = {"today": open_reading(**given, now=NOW), "yesterday": open_reading(**given, now=NOW - timedelta(days=1))}
    return {
        "bar reading": {state: {"number": one.number} for state, one in states.items()},
        "bar": {state: {"number": one.number, "entry_id": entry.pk} for state, one in states.items()},
    }


def _keep_taxes() -> dict[str, dict[str, Any]]:
    """The applicant's account and returns, with something that waits for an officer of each kind."""
    return {
        "tax period": {"with credit": {"owner": "me", "tax": "income", "period": "2025"}},
        "tax account": {"own": {"owner": "me"}, "of another": {"owner": "3171010101800099"}},
        "tax look-up": {"opened": tax.make_look_up(APPLICANT, post_code=OFFICIALS["tax officer"][0], now=NOW)},
        "tax refund": {"asked": {"number": tax.make_refund_request(APPLICANT, now=NOW).number}},
        "tax plan": {"asked": {"number": tax.make_plan(APPLICANT, now=NOW).number}},
        "tax return": _file_returns(),
        "tax audit": {"open": {"number": tax.make_audit(APPLICANT, now=NOW).number}},
    }


def _settle() -> None:
    people = [APPLICANT, STRANGER, *(number for _post, _roles, number in OFFICIALS.values())]
    for number in people:
        civil.make_person(number, f"Person {number[-4:]}")
        civil.make_residence(number)
    civil.make_person(CHILD, "Budi", birth_on=date(2018, 3, 2), sex="male", mother_number=APPLICANT)
    civil.make_residence(CHILD)
    civil.make_person(NEWCOMER, "Nina Kartika")
    civil.make_person("3171010101900078", "Dewi Kartika")
    stand_all_agreements()


def _open_doors(town: Town) -> None:
    def browser() -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    town.browsers = {who: browser() for who in EVERYBODY}
    identity.sign_in(town.browsers["unproven"], identity.make_resident("unproven", person_number=None))
    identity.sign_in(town.browsers["stranger"], identity.make_resident("stranger", person_number=STRANGER))
    identity.sign_in(town.browsers["applicant"], identity.make_resident("applicant", person_number=APPLICANT))
    for who, (post_code, roles, number) in OFFICIALS.items():
        login = who.replace(" ", "-")
        account = identity.make_official(login, person_number=number, post_code=post_code, roles=roles)
        identity.sign_in(town.browsers[who], account, post_code=post_code)
    second = identity.make_official("off-duty", person_number="3171010101800007", post_code="dukcapil/31.71/second")
    identity.sign_in(town.browsers["off duty"], second, second_factor=True)


def _ask_for_correction() -> str:
    words = {"mistake": "My name is misspelt.", "proof": "School certificate"}
    return _apply(APPLICANT, "correction", "records.correction", words).number


def _apply(number: str, key: str, service: str = "civil.never-married", answers: dict[str, str] | None = None) -> Case:
    return submit_application(
        actor=resident(number),
        service_code=service,
        subject=number,
        relation="self",
        answers=answers or {},
        language="en",
        idempotency_key=key,
        now=NOW,
    )


def _ask_for_bundle() -> BundleRequest:
    return request_bundle(
        actor=resident(APPLICANT),
        code="moving-in",
        subject=APPLICANT,
        answers={"move": {"who": "alone"}},
        language="en",
        idempotency_key="bundle",
        now=NOW,
    )


def _open_cases(applicant: str, key: str) -> dict[str, dict[str, str]]:
    """A case of the applicant in every status there is, brought there the way cases go."""
    return {str(status): {"number": _bring_to(status, applicant, f"{key}-{status}")} for status in CaseStatus}


def _bring_to(status: CaseStatus, applicant: str, key: str) -> str:
    if status == CaseStatus.FULFILLED:
        return _apply(applicant, key).number
    number = _apply_in_vain(applicant, key)
    desk, person = official("3171010101800099"), resident(applicant)
    words = {"id": "Tidak.", "en": "No.", "ko": "아니요."}
    ways: dict[CaseStatus, list[Callable[[], object]]] = {
        CaseStatus.SUPPLEMENT: [lambda: request_supplement(actor=desk, number=number, question="What?", now=NOW)],
        CaseStatus.REFUSED: [lambda: refuse_case(actor=desk, number=number, reason=words, remedy=words, now=NOW)],
        CaseStatus.WITHDRAWN: [lambda: withdraw_case(actor=person, number=number, now=NOW)],
    }
    ways[CaseStatus.APPEALED] = [
        *ways[CaseStatus.REFUSED],
        lambda: appeal_decision(actor=person, number=number, grounds="It is wrong.", now=NOW),
    ]
    ways[CaseStatus.CLOSED] = [
        *ways[CaseStatus.WITHDRAWN],
        lambda: close_finished_cases(actor=HOUSE, now=NOW),
    ]
    for step in ways.get(status, []):
        step()
    if status in (CaseStatus.CONSENT, CaseStatus.PAYMENT):
        Case.objects.filter(number=number).update(status=status, paused_at=NOW)
    if status in (CaseStatus.RECEIVED, CaseStatus.APPROVED):
        # The house is about to move these itself: nobody's step leads there and stays.
        Case.objects.filter(number=number).update(status=status, next_check_at=NOW + timedelta(days=1))
    return number


def _ask_to_agree() -> str:
    number = _bring_to(CaseStatus.CONSENT, APPLICANT, "consent")
    case = Case.objects.get(number=number)
    make_consent(case, STRANGER, asked_at=NOW)
    return number


def _apply_in_vain(applicant: str, key: str) -> str:
    """An application that waits for an official, because no agreement stood when it came."""
    with without_agreements("dukcapil"):
        return _apply(applicant, key).number


def _issue_documents() -> dict[str, dict[str, str]]:
    valid, revoked = _apply(APPLICANT, "paper-1"), _apply(APPLICANT, "paper-2")
    revoke_document(actor=HOUSE, code=revoked.document_code, reason="test", now=NOW)
    return {"valid": {"code": valid.document_code}, "revoked": {"code": revoked.document_code}}


def _make_link() -> str:
    code = _apply(APPLICANT, "paper-3").document_code
    terms = {"purpose": "For the wedding.", "days": 1, "openings": 1, "send_key": "link"}
    return make_link(actor=resident(APPLICANT), code=code, now=NOW, **terms).token


def _share_facts() -> str:
    terms = {"purpose": "For the wedding.", "days": 1, "is_once": True, "form_key": "facts"}
    facts = {"civil.person": ["full_name"]}
    return share_facts(actor=resident(APPLICANT), receiver="kua", facts=facts, now=NOW, **terms).number


def _ask_to_show() -> str:
    post_code, roles, number = OFFICIALS["asker"]
    agency, powers = post_code.partition("/")[0], frozenset(roles)
    asker = Actor(
        ActorKind.OFFICIAL, "Asker", person_number=number, post_code=post_code, agency_code=agency, roles=powers
    )
    return ask_to_show(actor=asker, terms="over-17", now=NOW).number


def _send(receiver: str) -> str:
    code = _apply(APPLICANT, f"paper-{receiver}").document_code
    terms = {"receiver": receiver, "purpose": "For the wedding.", "days": 1, "send_key": receiver}
    return str(send_document(actor=resident(APPLICANT), code=code, now=NOW, **terms).number)


def _send_message() -> int:
    context = {"service_id": "Surat", "service_en": "Paper", "service_ko": "서류", "case_number": "X", "code": "Y"}
    message = send_message(actor=HOUSE, recipient=APPLICANT, kind="document_issued", context=context, now=NOW)
    return int(message.pk)


def _acting(who: str) -> Actor:
    post_code, roles, number = OFFICIALS[who]
    reached = find_account_of(number)
    assert reached is not None
    post = post_code.split("/")[2]
    return official(number, roles=roles, post=post, account_id=reached.account_id)


def _enter_visit() -> int:
    """Somebody came to the counter; a second official has to confirm it."""
    visit = enter_visit(
        actor=_acting("counter"),
        person_number=NEWCOMER,
        full_name="Nina Kartika",
        document="passport",
        reason="New.",
        now=NOW,
    )
    return int(visit.pk)


def _declare_outage() -> int:
    words = {"id": "Mati.", "en": "Down.", "ko": "중단."}
    outage = declare_outage(
        actor=_acting("duty"), component="sign-in", agencies=["dukcapil"], words=words, started_at=NOW, now=NOW
    )
    return int(outage.pk)


def _photograph() -> dict[str, dict[str, str]]:
    """A photo that a case in an official's hands has."""
    number = _bring_to(CaseStatus.REVIEW, APPLICANT, "photo")
    photo = make_photo(APPLICANT, used_in=number, agency_code="dukcapil", now=NOW)
    return {"review": {"number": number, "code": photo.code}, "of no photo": {"number": number, "code": new_code()}}


def _give_mandate() -> dict[str, dict[str, str]]:
    """One waiting to be accepted, one that stands: the applicant's, given to the stranger."""

    def give(accepted: bool, service: str) -> dict[str, str]:
        terms = {"services": [service], "grant_key": service, "representative_name": f"Person {STRANGER[-4:]}"}
        return {"number": make_mandate(APPLICANT, STRANGER, accepted=accepted, **terms).number}

    return {"waiting": give(False, "civil.residence-certificate"), "standing": give(True, "civil.never-married")}


def _issue_bill() -> str:
    return make_bill(now=NOW, payer=APPLICANT).number


def _file_returns() -> dict[str, dict[str, str]]:
    """One being worked on, and one that was filed; other people meet their own under the same addresses."""
    tax.make_return(APPLICANT, "2024", now=NOW)
    tax.make_return(APPLICANT, "2025-01", now=NOW, filed=True)
    return {"draft": {"code": "annual", "period": "2024"}, "filed": {"code": "small-business", "period": "2025-01"}}


def _order_cards() -> dict[str, dict[str, str]]:
    """One identity card that waits for fingerprints, and one that waits to be collected."""
    return {
        "fingerprints": {"number": make_card(APPLICANT, now=NOW, fingerprints=True).number},
        "ready": {"number": make_ready_card(APPLICANT, now=NOW).number},
    }


def _find_difference() -> int:
    """One that concerns the agency of the town's treasurer."""
    found = Difference.objects.create(
        provider="bank",
        day=NOW.date(),
        kind="balance",
        transaction_id="balance",
        agency_code="dukcapil",
        at_bank=1,
        in_books=2,
        found_at=NOW,
    )
    return int(found.pk)


def _register_site() -> str:
    return make_site("town-site", agency="dukcapil").client_id


def _registrar() -> Actor:
    return official(OFFICIALS["registrar"][2], roles=["civil.registrar"], post="registrar")


def _look_ups() -> dict[str, dict[str, Any]]:
    return {
        "look-up": _look_up(),
        "look-up entry": _look_up_entry(),
        "look-up of the dead": {"today": _look_up_dead()},
    }


def _look_up() -> dict[str, dict[str, str]]:
    query = LookUpQuery(ground="counter", reason="At the counter.", number=APPLICANT)
    today = open_look_up(actor=_registrar(), query=query, now=NOW)
    with clock.frozen(NOW - timedelta(days=1)):
        yesterday = open_look_up(actor=_registrar(), query=query, now=NOW - timedelta(days=1))
    return {"today": {"number": today.number}, "yesterday": {"number": yesterday.number}}


def _look_up_entry() -> dict[str, dict[str, Any]]:
    entry = civil.ResidenceEntry.objects.get(number=APPLICANT)
    return {state: {**found, "register": "residence", "entry_id": entry.pk} for state, found in _look_up().items()}


def _look_up_dead() -> dict[str, Any]:
    dead = "3171014205400007"
    civil.make_person(dead, "Warti")
    civil.make_residence(dead)
    entry = civil.make_death(dead, NOW.date() - timedelta(days=9))
    query = LookUpQuery(ground="counter", reason="She stands at the counter.", number=dead)
    return {"number": open_look_up(actor=_registrar(), query=query, now=NOW).number, "entry_id": entry.pk}


def _ask_for_agreements() -> dict[str, dict[str, str]]:
    refused, withdrawn = agreements.judge(agreements.ask("UU 1/1974 Pasal 3")), agreements.ask("UU 1/1974 Pasal 4")
    refuse_request(actor=agreements.DECIDING, number=refused.number, reason="No.", now=NOW)
    withdraw_request(actor=agreements.APPLYING, number=withdrawn.number, reason="", now=NOW)
    cases = {
        "requested": agreements.ask("UU 1/1974 Pasal 5"),
        "judged": agreements.judge(agreements.ask("UU 1/1974 Pasal 6")),
        "approved": agreements.agreed("UU 1/1974 Pasal 8"),
        "refused": refused,
        "withdrawn": withdrawn,
    }
    return {state: {"number": case.number} for state, case in cases.items()}


def _agree() -> dict[str, dict[str, str]]:
    in_force, suspended, given_up = (agreements.agreed(f"UU 1/1974 Pasal {article}").number for article in (9, 10, 11))
    agreement_actions.suspend_agreement(actor=agreements.HOLDING, code=suspended, reason="Misuse.", now=NOW)
    agreement_actions.give_up_agreement(actor=agreements.APPLYING, code=given_up, reason="Done.", now=NOW)
    return {"in force": {"code": in_force}, "suspended": {"code": suspended}, "given up": {"code": given_up}}


def _write_editions() -> dict[str, dict[str, str]]:
    return {
        "draft": {"number": editions.begin().number},
        "proposed": {"number": editions.propose(editions.begin("civil.never-married")).number},
    }


def _find_outlier() -> int:
    """Yesterday's look-up was on a Sunday."""
    examine_look_ups(actor=HOUSE, now=NOW)
    return int(civil.LookUpFinding.objects.order_by("pk")[0].pk)


def _draw_line() -> str:
    """A decision that the registrar proposed and the supervisor is to take."""
    line = start_line(
        actor=official(OFFICIALS["registrar"][2], post="registrar"),
        kind="cases.decision",
        object_ref="case:LINE",
        title="A decision",
        payload={"refuse": False, "reason": "Proven.", "remedy": ""},
        content=LineContent("text/plain", b"A decision."),
        steps=[PlannedStep(OFFICIALS["supervisor"][0], StepTask.APPROVAL, 1)],
        case_number="LINE",
        now=NOW,
    )
    return line.number


def _propose() -> dict[str, dict[str, int]]:
    look_up = _look_up()["today"]["number"]
    entry = civil.PersonEntry.objects.get(number=APPLICANT)

    def propose(field: str) -> int:
        correction = Correction("person", entry.pk, field, "Ani Widjaja", "Certificate 1", answers="")
        return propose_correction(
            actor=_registrar(), look_up_number=look_up, correction=correction, today=NOW.date(), now=NOW
        )

    decided = propose("full_name")
    supervisor = official(OFFICIALS["supervisor"][2], roles=["civil.supervisor"])
    deny_approval(actor=supervisor, request_id=decided, note="No.", now=NOW)
    return {"open": {"request_id": propose("full_name")}, "decided": {"request_id": decided}}
