"""From the request over the holder's opinion to the authority's decision."""

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.agreements.actions.steps import check_one_side, record_step
from gapura.kernel.agreements.models import AgreementCase
from gapura.kernel.agreements.permissions import can_act_for
from gapura.kernel.agreements.queries import access_request
from gapura.kernel.agreements.rules import TRANSITIONS
from gapura.kernel.agreements.types import CannotChangeAgreement, CaseStatus, Parties, Side, Terms, Wish
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import (
    get_exchange_authority,
    get_limit,
    get_working_calendar,
    is_known_ground,
)
from gapura.kernel.exchange.actions import adopt_agreements
from gapura.kernel.exchange.plugin import find_evidence_type, find_provider
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.exchange.types import HOUSE, AgreementTerms
from gapura.kernel.identity.queries import get_post
from gapura.kernel.identity.types import AccessDenied, UnknownPost


def request_agreement(*, actor: Actor, wish: Wish, now: datetime) -> AgreementCase:
    """Ask the holder of an evidence type for an agreement for the actor's agency; the holder's clock starts.

    Raises AccessDenied without the role, CannotChangeAgreement for terms that cannot be. Publishes AgreementMoved.
    """
    provider = find_provider(wish.evidence_type)
    parties = Parties(actor.agency_code or "", provider.agency_code if provider else "", get_exchange_authority().code)
    if not can_act_for(actor, Side.CONSUMER, parties):
        raise AccessDenied
    today = local_day(now, settings.TIME_ZONE)
    _check_wish(wish, parties, today)
    case = AgreementCase(
        number=f"AG{new_code(9)}",
        consumer=parties.consumer,
        holder=parties.holder,
        authority=parties.authority,
        evidence_type=wish.evidence_type,
        wanted=wish.terms.as_json(),
        valid_from=wish.valid_from,
        task=wish.task,
        legal_ground=wish.legal_ground,
        purpose=dict(wish.purpose),
        monthly_volume=wish.monthly_volume,
        renews=wish.renews,
        due_on=_due("agreement_opinion_working_days", today),
        requested_at=now,
        requested_by_person=actor.person_number or "",
    )
    with transaction.atomic():
        _store_once(case)
        record_step(actor, case.number, parties, "request", side=Side.CONSUMER, note=wish.task, now=now)
    return case


def judge_request(
    *, actor: Actor, number: str, in_favor: bool, terms: Terms, conditions: str, now: datetime
) -> AgreementCase:
    """The holder's opinion: in favor or not, on these terms, which may be narrower than asked and never wider.

    Raises AccessDenied or CannotChangeAgreement. The authority's clock starts. Publishes AgreementMoved.
    """
    if not in_favor and not conditions.strip():
        raise CannotChangeAgreement(_("Say why you advise against it, so that the others can judge."))
    with transaction.atomic():
        case = _lock(actor, number, "judge")
        if terms.exceeds(case.wanted_terms):
            raise CannotChangeAgreement(_("An opinion may take away from what was asked, never add to it."))
        _check_not_empty(terms, case.valid_from)
        case.in_favor, case.judged, case.conditions = in_favor, terms.as_json(), conditions.strip()
        case.judged_by_person = actor.person_number or ""
        case.due_on = _due("agreement_decision_working_days", local_day(now, settings.TIME_ZONE))
        _move(actor, case, "judge", note=case.conditions, now=now)
    return case


def approve_request(*, actor: Actor, number: str, reason: str, now: datetime) -> AgreementCase:
    """Put the agreement in force on the terms that the holder's opinion left. Against its advice only with a reason.

    Raises AccessDenied or CannotChangeAgreement. Publishes AgreementMoved.
    """
    with transaction.atomic():
        case = _lock(actor, number, "approve")
        if not case.in_favor and not reason.strip():
            raise CannotChangeAgreement(_("The holder advises against it. Say why you approve all the same."))
        if case.terms.valid_until <= local_day(now, settings.TIME_ZONE):
            raise CannotChangeAgreement(_("The term that was asked for is over. Refuse it; it can be asked for anew."))
        _decide(actor, case, "approve", reason, now)
        terms = AgreementTerms(
            code=case.number,
            consumer=case.consumer,
            evidence_type=case.evidence_type,
            fields=sorted(case.terms.fields),
            questions=sorted(case.terms.questions),
            posts=sorted(case.terms.posts),
            legal_ground=case.legal_ground,
            purpose=case.purpose,
            valid_from=case.valid_from,
            valid_until=case.terms.valid_until,
        )
        adopt_agreements(actor=actor, terms=[terms])
    return case


def refuse_request(*, actor: Actor, number: str, reason: str, now: datetime) -> AgreementCase:
    """Refuse it with the reason. Raises AccessDenied or CannotChangeAgreement. Publishes AgreementMoved."""
    if not reason.strip():
        raise CannotChangeAgreement(_("Say why it is refused, so that the agency can ask for less or do without."))
    with transaction.atomic():
        case = _lock(actor, number, "refuse")
        _decide(actor, case, "refuse", reason, now)
    return case


def withdraw_request(*, actor: Actor, number: str, reason: str, now: datetime) -> AgreementCase:
    """Take the request back before it is decided. Raises AccessDenied or CannotChangeAgreement."""
    with transaction.atomic():
        case = _lock(actor, number, "withdraw")
        case.due_on = None
        _move(actor, case, "withdraw", note=reason.strip(), now=now)
    return case


def _check_wish(wish: Wish, parties: Parties, today: date) -> None:
    declared = find_evidence_type(wish.evidence_type)
    if declared is None or not parties.holder:
        raise CannotChangeAgreement(_("No agency answers for this evidence now; ask for it when one does."))
    unknown = wish.terms.fields - declared.field_codes | wish.terms.questions - {q.code for q in declared.questions}
    if unknown:
        raise CannotChangeAgreement(_("The evidence has no %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if not is_known_ground(wish.legal_ground):
        raise CannotChangeAgreement(
            _("The legal ground has to begin with a law of the country's list, like “UU 23/2006 Pasal 58”.")
        )
    if wish.valid_from < today:
        raise CannotChangeAgreement(_("An agreement begins today or later."))
    if (wish.terms.valid_until - wish.valid_from).days > get_limit("agreement_longest_days"):
        raise CannotChangeAgreement(_("The term is longer than an agreement may last; it can be renewed in time."))
    _check_not_empty(wish.terms, wish.valid_from)
    _check_posts(wish.terms.posts, parties.consumer)
    _check_renewal(wish, parties)


def _check_not_empty(terms: Terms, valid_from: date) -> None:
    if not (terms.fields or terms.questions):
        raise CannotChangeAgreement(_("Choose at least one field or question."))
    if not terms.posts:
        raise CannotChangeAgreement(_("Choose at least one role or post that may ask."))
    if terms.valid_until <= valid_from:
        raise CannotChangeAgreement(_("The agreement has to end after it begins."))


def _check_posts(posts: frozenset[str], consumer: str) -> None:
    for code in sorted(posts):
        if code == HOUSE or code.startswith("role:"):
            continue
        try:
            known = get_post(code).agency_code == consumer
        except UnknownPost:
            known = False
        if not known:
            raise CannotChangeAgreement(_("Your agency has no post %(code)s.") % {"code": code})


def _check_renewal(wish: Wish, parties: Parties) -> None:
    terms = (parties.consumer, wish.evidence_type, wish.legal_ground)
    renewable = [(one.consumer, one.evidence_type, one.legal_ground) for one in list_agreements(code=wish.renews)]
    if wish.renews and terms not in renewable:
        raise CannotChangeAgreement(
            _("A renewal asks for the same evidence on the same ground; otherwise ask for a new agreement.")
        )


def _store_once(case: AgreementCase) -> None:
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise CannotChangeAgreement(
            _("Your agency already asks for this evidence on this ground; wait for the decision or withdraw it.")
        ) from error


def _lock(actor: Actor, number: str, action: str) -> AgreementCase:
    """The request, if the actor may take this step now; whoever comes second waits here and is told."""
    access_request(actor, number)
    case = AgreementCase.objects.select_for_update().get(pk=number)
    side, before, _after = TRANSITIONS[action]
    if not can_act_for(actor, side, case.parties):
        raise AccessDenied
    if case.status not in before:
        raise CannotChangeAgreement(_("The request has moved on; this can no longer be done."))
    check_one_side(actor, [number], side)
    return case


def _decide(actor: Actor, case: AgreementCase, action: str, reason: str, now: datetime) -> None:
    case.reason, case.decided_at, case.due_on = reason.strip(), now, None
    case.decided_by_person = actor.person_number or ""
    _move(actor, case, action, note=case.reason, now=now)


def _move(actor: Actor, case: AgreementCase, action: str, *, note: str, now: datetime) -> None:
    side, _before, after = TRANSITIONS[action]
    case.status = CaseStatus(after)
    case.save()
    record_step(actor, case.number, case.parties, action, side=side, note=note, now=now)


def _due(limit: str, today: date) -> date:
    return get_working_calendar().add_working_days(today, get_limit(limit))
