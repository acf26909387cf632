"""The one question: may this actor act for that person in this, now?"""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.texts import Text
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_mandate_rules
from gapura.kernel.catalogue.types import ApplicantRule, MandateKind, PublicService, Relation
from gapura.kernel.exchange.actions import ask_question
from gapura.kernel.exchange.types import EvidenceRequest, ExchangeRefusal
from gapura.kernel.mandates.actions.standing import end_by_law, find_obstacle, tell
from gapura.kernel.mandates.models import Mandate, MandateUse
from gapura.kernel.mandates.queries import find_kind, find_standing
from gapura.kernel.mandates.rules import number_in
from gapura.kernel.mandates.types import NotMandated
from gapura.kernel.notifications.types import MessageKind


def confirm_mandate(
    *,
    actor: Actor,
    principal: str,
    relation: str,
    service: PublicService | None,
    case_number: str,
    now: datetime,
) -> str:
    """The reference under which the actor may act for ``principal`` now; empty when that is themselves.

    ``service`` None asks for the relation alone, as a session does when it begins. Asks no register for oneself, and
    the registers of the country otherwise: must run outside a transaction. Raises NotMandated.
    """
    if relation == Relation.SELF:
        _require_self(actor, principal, service)
        return ""
    kind = find_kind(relation)
    if kind is None:
        raise _not_theirs()
    if actor.principal is not None and (actor.principal, _relation_of(actor)) != (principal, relation):
        raise NotMandated(_("You are acting for somebody else. Stop that first, then choose again."))
    if actor.assurance < kind.assurance:
        raise NotMandated(_("Acting for this person needs a stronger sign-in. Sign in with your second factor."))
    if kind.grant is not None:
        return _confirm_grant(actor, principal, service, case_number, now)
    return _confirm_register(actor, principal, kind, service, case_number, now)


def use_mandate(*, actor: Actor, action: str, service_code: str, title: Text, case_number: str, now: datetime) -> None:
    """Note an act under the actor's grant, in the transaction that writes the act; tell the principal.

    ``title`` is what the principal reads of the service.

    Holds the mandate's row: an act and a revocation at the same moment come one after the other. Does nothing for who
    acts in person or by what a register says. Raises NotMandated, which must undo the act.
    """
    number = number_in(actor.mandate)
    if not number:
        return
    mandate = Mandate.objects.select_for_update().filter(number=number, representative=actor.person_number).first()
    if mandate is None or not mandate.stands(_day(now)) or actor.principal != mandate.principal:
        raise _ended()
    if service_code not in mandate.services:
        raise _not_covered()
    MandateUse.objects.create(
        mandate=mandate, at=now, action=action, service_code=service_code, case_number=case_number
    )
    record_event(
        actor=actor,
        action="mandates.used",
        subject=mandate.principal,
        object_ref=f"mandate:{mandate.number}",
        case_number=case_number,
        detail={"action": action, "service": service_code},
    )
    titles = {f"service_{language}": words for language, words in title.items()}
    tell(mandate, MessageKind.MANDATE_USED, mandate.principal, now=now, case_number=case_number, **titles)


def _require_self(actor: Actor, principal: str, service: PublicService | None) -> None:
    if actor.principal is not None:
        raise NotMandated(_("You are acting for somebody else. Stop that first, then choose again."))
    allowed = service is None or service.find_applicant_rule(Relation.SELF) is not None
    if not allowed or principal != actor.person_number:
        raise _not_theirs()


def _confirm_grant(actor: Actor, principal: str, service: PublicService | None, case_number: str, now: datetime) -> str:
    """Grants are used while acting under them, so that the person always sees for whom."""
    mandate = find_standing(actor.mandate, representative=actor.person_number or "", on=_day(now))
    if mandate is None or mandate.principal != principal:
        raise _ended()
    if service is not None and service.code not in mandate.services:
        raise _not_covered()
    try:
        obstacle = find_obstacle(
            actor=actor,
            principal=mandate.principal,
            representative=mandate.representative,
            case_number=case_number,
            now=now,
        )
    except ExchangeRefusal as refusal:
        raise _cannot_check() from refusal
    if obstacle is not None:
        end_by_law(mandate=mandate, obstacle=obstacle, now=now)
        raise _ended()
    return mandate.reference


def _confirm_register(
    actor: Actor,
    principal: str,
    kind: MandateKind,
    service: PublicService | None,
    case_number: str,
    now: datetime,
) -> str:
    rule = kind.rule if service is None else service.find_applicant_rule(kind.relation)
    if rule is None:
        raise _not_theirs()
    consumer = service.agency if service else get_mandate_rules().agency
    try:
        holds = _ask(actor, principal, rule, consumer, case_number, now)
    except ExchangeRefusal as refusal:
        raise _cannot_check() from refusal
    if holds is not True:
        raise _not_theirs()
    return str(kind.relation)


def _ask(
    actor: Actor, principal: str, rule: ApplicantRule, consumer: str, case_number: str, now: datetime
) -> bool | None:
    request = EvidenceRequest(
        evidence_type=rule.evidence_type,
        subject=principal,
        consumer=consumer,
        case_number=case_number,
        legal_ground=rule.legal_ground,
        purpose=rule.purpose,
        as_of=_day(now),
        question=rule.question,
        parameters=rule.parameters_for(actor.person_number or ""),
    )
    return ask_question(actor=actor, request=request, now=now).holds


def _relation_of(actor: Actor) -> str:
    return actor.mandate.partition(":")[0]


def _day(now: datetime) -> date:
    return local_day(now, settings.TIME_ZONE)


def _not_theirs() -> NotMandated:
    return NotMandated(
        _("You may not apply for this person. You can apply for yourself and for those the register shows as yours.")
    )


def _ended() -> NotMandated:
    return NotMandated(_("Your mandate for this person has ended. Ask them for a new one if they still want it."))


def _not_covered() -> NotMandated:
    return NotMandated(_("Your mandate does not cover this service. The person can grant it in a new mandate."))


def _cannot_check() -> NotMandated:
    return NotMandated(
        _("The register that must confirm your right to act does not answer now. Nothing was done. Try again later.")
    )
