"""When a register is corrected, or a thing changes hands, what was sealed from it ends; and the control of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from gapura.foundation import clock
from gapura.foundation.canonical import digest
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.checks import evidence_requests
from gapura.kernel.cases.actions.fulfilment import (
    Findings,
    facts_of,
    order_document,
    require_same_people,
    tell_applicant,
)
from gapura.kernel.cases.actions.steps import country_day, lock_case, new_step, one_write
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.plugin import get_population_register
from gapura.kernel.cases.queries.cases import get_service_of
from gapura.kernel.catalogue.types import PublicService
from gapura.kernel.documents.actions import (
    render_document,
    replace_document,
    revoke_document,
)
from gapura.kernel.documents.queries import Document, find_document, get_facts, list_valid_documents_about
from gapura.kernel.documents.types import Facts
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Evidence

CORRECTED = "register-corrected"
CHANGED = "register-changed"
NOT_IN_REGISTER = "no-longer-in-register"


def replace_documents_about(*, actor: Actor, person_number: str, now: datetime) -> int:
    """After a correction: end every valid document that says otherwise than the register now does of that day.

    Papers of everyone on the same family card are looked at too, since they show each other. A document whose
    evidence is gone is revoked, any other replaced. Returns how many ended. Safe to repeat.
    """
    family = get_population_register().list_family_of(person_number, country_day(now))
    ended = 0
    for subject in sorted({person_number, *family}):
        for document in list_valid_documents_about(subject):
            stated, case = get_facts(document), _find_case(document)
            if case is None:
                continue
            service = get_service_of(case)
            known_now = ask_again(actor=actor, case=case, service=service, stated=stated, known_at=now, now=now)
            if facts_digest(known_now) == facts_digest(stated):
                continue
            _end(actor, case, service, document.code, known_now, CORRECTED)
            ended += 1
    return ended


def end_outdated_documents_about(*, actor: Actor, person_number: str, outdated_on: date, now: datetime) -> int:
    """After something changed hands: end every valid document of the person that the change touches.

    It does when the registers say of ``outdated_on`` otherwise than of the day before. A document whose evidence is
    gone is revoked, any other replaced by one of that day. Returns how many ended. Safe to repeat.
    """
    ended = 0
    for document in list_valid_documents_about(person_number):
        stated, case = get_facts(document), _find_case(document)
        if case is None:
            continue
        service = get_service_of(case)
        until_then, since = (
            ask_again(actor=actor, case=case, service=service, stated=stated, known_at=now, now=now, on=day)
            for day in (outdated_on - timedelta(days=1), outdated_on)
        )
        if facts_digest(since) in (facts_digest(until_then), facts_digest(stated)):
            continue
        _end(actor, case, service, document.code, since, CHANGED)
        ended += 1
    return ended


def is_faithful(*, actor: Actor, code: str, now: datetime) -> bool:
    """Whether the registers, as known at issue, say of that day what the document states.

    Asks and logs; changes nothing. Raises LookupError when there is no such document.
    """
    document = find_document(code)
    if document is None:
        raise LookupError(f"There is no document {code}.")
    stated, case = get_facts(document), _find_case(document)
    if case is None:
        return True
    service = get_service_of(case)
    known_at = stated[0].known_at if stated else now
    known_then = ask_again(actor=actor, case=case, service=service, stated=stated, known_at=known_at, now=now)
    return facts_digest(known_then) == facts_digest(stated)


def _find_case(document: Document) -> Case | None:
    """None for what no case brought, a mandate or a receipt: they state what was signed or paid, whatever holds now."""
    return Case.objects.filter(number=document.case_number).first()


def ask_again(
    *,
    actor: Actor,
    case: Case,
    service: PublicService,
    stated: tuple[Facts, ...],
    known_at: datetime,
    now: datetime,
    on: date | None = None,
) -> tuple[Facts, ...]:
    """What the registers, as known at ``known_at``, say of the day ``on`` (None: of which the document was made).

    Logged as any request.
    """
    if not stated:
        return ()
    day = on or stated[0].as_of
    requests = [replace(r, known_at=known_at) for r in evidence_requests(service, case, day) if not r.question]
    with one_write():
        opened = open_requests(actor=actor, requests=requests, now=now)
    evidence = [found for found in answer_requests(opened) if isinstance(found, Evidence)]
    return facts_of(service, case.answers, evidence, day)


def facts_digest(facts: tuple[Facts, ...]) -> bytes:
    """Equal for facts that state the same, whoever asked and when."""
    return digest([[one.evidence_type, one.subject, list(one.records)] for one in facts])


def _end(actor: Actor, case: Case, service: PublicService, code: str, facts: tuple[Facts, ...], reason: str) -> None:
    gone = {one.evidence_type for one in facts if not one.records}
    if any(need.required and need.type in gone for need in service.evidence):
        _revoke(actor, case, code)
    else:
        _reissue(actor, case, service, code, facts, reason)


def _revoke(actor: Actor, case: Case, code: str) -> None:
    now = clock.now()
    with one_write():
        held = lock_case(case.number)
        revoke_document(actor=actor, code=code, reason=NOT_IN_REGISTER, now=now)
        new_step(held, "revoke_document", actor=actor, now=now).save()
        tell_applicant(held, "document_revoked", now=now)


def _reissue(
    actor: Actor, case: Case, service: PublicService, code: str, facts: tuple[Facts, ...], reason: str
) -> None:
    evidence = tuple(
        Evidence(f.evidence_type, f.subject, f.records, f.provider, f.as_of, f.known_at, f.access_id) for f in facts
    )
    order = order_document(service, case, Findings(evidence, None), clock.now())
    if order is None:
        return
    sealed = render_document(order)
    now = clock.now()
    with one_write():
        held = lock_case(case.number)
        require_same_people(held, order)
        replace_document(actor=actor, code=code, replacement=sealed, reason=reason, now=now)
        held.document_code = sealed.code
        held.save(update_fields=["document_code"])
        new_step(held, "replace_document", actor=actor, now=now).save()
        tell_applicant(held, "document_replaced", now=now)
