"""Whose consent a case needs: found in the form and the evidence, asked once, waited for with the clock stopped."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions.fulfilment import tell_applicant
from gapura.kernel.cases.actions.steps import country_day, move_case
from gapura.kernel.cases.models import Case, CaseConsent
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.catalogue.types import ConsentNeed, PublicService
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.notifications.actions import send_message

_HOUSE = system_actor("cases")


def find_missing_consents(
    case: Case, service: PublicService, evidence: Sequence[Evidence]
) -> list[tuple[ConsentNeed, str]]:
    """Whom the case needs as the registers stand now, and who has not agreed. No query where nobody is needed."""
    needed = [(need, person) for need in service.consents for person in _people(case, service, need, evidence)]
    if not needed:
        return []
    given = set(case.consents.filter(agreed=True).values_list("code", "person"))
    return [(need, person) for need, person in needed if (need.code, person) not in given]


def _people(case: Case, service: PublicService, need: ConsentNeed, evidence: Sequence[Evidence]) -> Iterator[str]:
    """Everybody the need names, once; never who signed already: the applicant, and who gave them a mandate for it."""
    signed = {case.applicant, case.receiver}
    named = [case.answers.get(need.form_field, "")]
    for one in evidence if need.evidence_type else ():
        if one.evidence_type == need.evidence_type:
            records = service.find_need(one.evidence_type).matching(one.records, case.answers)
            named += [str(record.get(need.evidence_field) or "") for record in records]
    return (person for person in dict.fromkeys(named) if person and person not in signed)


def ask_consents(case: Case, missing: Sequence[tuple[ConsentNeed, str]], *, now: datetime) -> None:
    """Let the case wait for these signatures, and tell each person once. In a transaction."""
    today = country_day(now)
    for need, person in missing:
        until = get_working_calendar().add_working_days(today, need.working_days)
        CaseConsent.objects.get_or_create(
            case=case, code=need.code, person=person, defaults={"asked_at": now, "until": until}
        )
    move_case(case, "request_consent", actor=_HOUSE, now=now, paused_at=now, next_check_at=None)
    for person in dict.fromkeys(person for _, person in missing):
        titles = {f"service_{language}": title for language, title in case.service_title.items()}
        send_message(
            actor=_HOUSE,
            recipient=person,
            kind="consent_asked",
            context={**titles, "case_number": case.number},
            case_number=case.number,
            now=now,
        )
    tell_applicant(case, "consent_requested", now=now)
