"""Cases that a case brings: submitted by the house in the name of whoever asked for them beforehand."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.cases.actions.applications import submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.queries.cases import get_service_of
from gapura.kernel.cases.rules import follow_up_key
from gapura.kernel.cases.types import CannotSubmitApplication
from gapura.kernel.catalogue.types import ANSWERED, RESULTED, FollowUp, InvalidAnswers

_log = logging.getLogger(__name__)


def submit_for(
    *,
    person: str,
    service_code: str,
    subject: str,
    relation: str,
    answers: Mapping[str, str],
    language: str,
    key: str,
    now: datetime,
) -> Case:
    """Submit what ``person`` asked for before it could be. The same ``key`` gives the same case.

    Whoever calls this has seen them sign for it, as strongly as the service wants. Raises what ``submit_application``
    raises.
    """
    actor = Actor(
        kind=ActorKind.RESIDENT,
        label=_("On your earlier request"),
        person_number=person,
        assurance=AssuranceLevel.HIGH,
        channel="house",
    )
    return submit_application(
        actor=actor,
        service_code=service_code,
        subject=subject,
        relation=relation,
        answers=answers,
        language=language,
        idempotency_key=key,
        now=now,
    )


def submit_follow_ups(*, number: str, now: datetime) -> list[Case]:
    """Everything that the fulfilled case brings. Done again it gives the same cases.

    What cannot be submitted is logged and left: the person can ask for it as for anything.
    """
    case = Case.objects.get(number=number)
    service = get_service_of(case)
    found = []
    for position, follow_up in enumerate(service.follow_ups):
        if not _person(case, follow_up.by):
            continue  # the case names nobody whom it is for
        try:
            found.append(_submit(case, follow_up, f"{follow_up_key(case.number)}{position}", now))
        except (CannotSubmitApplication, InvalidAnswers) as refusal:
            _log.warning("Case %s brings no %s: %s", number, follow_up.service, refusal)
    return found


def _submit(case: Case, follow_up: FollowUp, key: str, now: datetime) -> Case:
    return submit_for(
        person=_person(case, follow_up.by),
        service_code=follow_up.service,
        subject=_person(case, follow_up.of),
        relation=follow_up.relation,
        answers={field: _said(case, answer) for field, answer in follow_up.answers.items()},
        language=case.language,
        key=key,
        now=now,
    )


def _person(case: Case, named: str) -> str:
    if named in ("applicant", "subject"):
        return str(getattr(case, named))
    return str(case.results.get(named) or case.answers.get(named, ""))


def _said(case: Case, answer: str) -> str:
    if answer.startswith(ANSWERED):
        return str(case.answers.get(answer.removeprefix(ANSWERED), ""))
    if answer.startswith(RESULTED):
        return str(case.results.get(answer.removeprefix(RESULTED), ""))
    return answer
