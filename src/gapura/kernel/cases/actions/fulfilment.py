"""What an approved case results in: the document, its record, the message, the event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.actions.effects import take_effect
from gapura.kernel.cases.actions.steps import country_day, move_case
from gapura.kernel.cases.events import CaseDecided
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_office_title
from gapura.kernel.catalogue.types import PublicService, Reasoned
from gapura.kernel.documents.actions import record_document
from gapura.kernel.documents.types import DocumentOrder, Facts, SealedDocument
from gapura.kernel.exchange.types import Answer, Evidence
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.outbox.actions import publish

_HOUSE = system_actor("cases")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the registers said, the refusal that follows from it, if one does, and whether a human must judge.

    ``answers`` are all that was answered, checks and evidence.
    """

    evidence: tuple[Evidence, ...]
    refusal: Reasoned | None
    referred: bool = False
    answers: tuple[Evidence | Answer, ...] = ()


def facts_of(
    service: PublicService, answers: Mapping[str, str], evidence: Sequence[Evidence], day: date
) -> tuple[Facts, ...]:
    """The evidence as the document states it: narrowed to the depth the applicant chose."""
    needs = {need.type: need for need in service.evidence}
    return tuple(
        Facts(
            evidence_type=one.evidence_type,
            subject=one.subject,
            records=needs[one.evidence_type].narrowed(one.records, answers, day),
            access_id=one.access_id,
            known_at=one.known_at,
            as_of=one.as_of,
            provider=one.provider,
        )
        for one in evidence
    )


def order_document(service: PublicService, case: Case, findings: Findings, issued_at: datetime) -> DocumentOrder | None:
    """The order for the service's document, or None when it has none."""
    output = service.output
    if output is None:
        return None
    day = country_day(issued_at)
    facts = facts_of(service, case.answers, findings.evidence, day)
    return DocumentOrder(
        template=output.template,
        title=output.title,
        service_code=service.code,
        agency_code=service.agency,
        office_name=in_language(get_office_title(service.agency, case.office_code), output.languages[0]),
        case_number=case.number,
        subject=case.subject,
        holder=case.receiver,
        languages=_languages(output.languages, case.language),
        facts=facts,
        legal_ground=service.legal_ground,
        issued_at=issued_at,
        valid_until=day + timedelta(days=output.valid_days) if output.valid_days else None,
        signatory_title=output.signatory,
        options=dict(case.answers) | _on_behalf(case),
        subject_name=_subject_name(facts, case.subject),
    )


def fulfil_case(
    case: Case,
    service: PublicService,
    evidence: Sequence[Evidence],
    sealed: SealedDocument | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Approve the case if nobody did, let it take effect, record its sealed document, and tell the applicant.

    ``actor`` is who set it off: when that is a resident, the documents compare them with who receives it. Raises
    CannotCarryOut when the effect finds that it cannot be; the caller's transaction then ends without a trace.
    """
    code = sealed.code if sealed else ""
    decided_at = case.decided_at or now
    moves = ("fulfill",) if case.status == CaseStatus.APPROVED else ("approve", "fulfill")
    results = take_effect(service, case, evidence, now)
    move_case(
        case,
        *moves,
        actor=_HOUSE,
        now=now,
        document_code=code,
        decided_at=decided_at,
        next_check_at=None,
        results=results,
    )
    if sealed is not None:
        require_same_people(case, sealed.order)
        record_document(actor=actor, sealed=sealed, now=now)
    tell_applicant(case, "document_issued" if sealed else "request_granted", now=now)
    publish(
        CaseDecided(
            number=case.number,
            service_code=case.service_code,
            subject=case.subject,
            approved=True,
            document_code=code,
        )
    )


def require_same_people(case: Case, order: DocumentOrder) -> None:
    """Compare, at issue and always, the person proven and the person asked for with what was sealed.

    Other people's papers were issued in 2024 through a shared buffer; this is the line that would have stopped it.
    Raises WrongPerson.
    """
    if (order.case_number, order.subject, order.holder) != (case.number, case.subject, case.receiver):
        raise WrongPerson(f"Case {case.number}: the sealed document is for another person or case; nothing was issued.")


class WrongPerson(Exception):
    """A document was about to be issued to or about somebody else. Stops the transaction."""


def tell_applicant(case: Case, kind: str, *, now: datetime, **context: str) -> None:
    """Put a message of ``kind`` into the inbox of the applicant and of who gave them a mandate, in the transaction."""
    titles = {f"service_{language}": title for language, title in case.service_title.items()}
    for recipient in sorted({case.applicant, case.receiver}):
        send_message(
            actor=_HOUSE,
            recipient=recipient,
            kind=kind,
            context={**titles, "case_number": case.number, "code": case.document_code, **context},
            case_number=case.number,
            now=now,
        )


def _on_behalf(case: Case) -> dict[str, str]:
    """Who asked in the subject's place, masked, for the document to say so."""
    if not case.is_for_another:
        return {}
    return {"on_behalf": load(settings.GAPURA_JURISDICTION).person_numbers.mask(case.applicant)}


def _languages(offered: Sequence[str], wanted: str) -> tuple[str, ...]:
    """The document's main language, then the applicant's, else the next one offered."""
    second = wanted if wanted in offered[1:] else next(iter(offered[1:2]), None)
    return (offered[0], *([second] if second else []))


def _subject_name(facts: Sequence[Facts], subject: str) -> str:
    """The subject's own name as some register gave it, a company's too; empty where the evidence names nobody."""
    records: list[Mapping[str, Any]] = [record for one in facts for record in one.records]
    own = (r["full_name"] for r in records if r.get("number", subject) == subject and r.get("full_name"))
    legal = (r["legal_name"] for r in records if r.get("business_number") == subject and r.get("legal_name"))
    return str(next(own, None) or next(legal, ""))
