"""What an approved case does in the registers of a sector."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.plugin import CaseEffect, find_case_effect, get_case_effect
from gapura.kernel.cases.queries.cases import get_service_of
from gapura.kernel.cases.types import Application
from gapura.kernel.catalogue.types import PublicService, Reasoned
from gapura.kernel.exchange.types import Evidence

_HOUSE = system_actor("cases")


def find_obstacle(service: PublicService, case: Case, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
    """Why the effect cannot be carried out as things stand, or None. Nothing is asked where there is no effect."""
    if not service.effect:
        return None
    effect = get_case_effect(service.effect)
    return effect.find_refusal(application=get_application(case), evidence=evidence, now=now)


def take_effect(service: PublicService, case: Case, evidence: Sequence[Evidence], now: datetime) -> dict[str, str]:
    """Write to the registers in the caller's transaction; gives the results. Raises CannotCarryOut."""
    if not service.effect:
        return {}
    results = get_case_effect(service.effect).carry_out(
        actor=_HOUSE, application=get_application(case), evidence=evidence, now=now
    )
    undeclared = results.keys() - {one.code for one in service.results}
    if undeclared:
        raise LookupError(f"{service.effect} gave results that {service.code} does not declare: {sorted(undeclared)}.")
    return dict(results)


def get_application(case: Case) -> Application:
    """The case as effects see it."""
    consents: dict[str, tuple[str, ...]] = {}
    for code, person in case.consents.filter(agreed=True).order_by("pk").values_list("code", "person"):
        consents[code] = (*consents.get(code, ()), person)
    return Application(
        number=case.number,
        service_code=case.service_code,
        agency_code=case.agency_code,
        office_code=case.office_code,
        applicant=case.applicant,
        subject=case.subject,
        relation=case.relation,
        answers=dict(case.answers),
        consents=consents,
        submitted_at=case.submitted_at,
        decided_by=case.decided_by,
    )


def agency_of(service: PublicService, answers: Mapping[str, str]) -> str:
    """Who works a case of the service with these answers."""
    chosen = get_case_effect(service.effect).find_agency(answers) if service.effect else ""
    return chosen or service.agency


def limits_of(case: Case) -> CaseEffect:
    """The effect of the case's service, for the names of its terms."""
    return find_case_effect(get_service_of(case).effect)
