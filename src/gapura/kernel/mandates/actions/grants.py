"""Granting, accepting and ending a mandate between two persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import digest
from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.jurisdictions import BadPersonNumber, load
from gapura.foundation.texts import Text, in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency, get_mandate_rules, get_service
from gapura.kernel.catalogue.types import GrantTerms, MandateKind
from gapura.kernel.documents.actions import record_document, render_document
from gapura.kernel.documents.types import CannotSealDocument, DocumentOrder, Facts, SealedDocument
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Evidence, EvidenceRequest, ExchangeRefusal
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions.standing import find_obstacle, tell, write_end
from gapura.kernel.mandates.events import MandateAccepted, MandateGranted
from gapura.kernel.mandates.models import Mandate
from gapura.kernel.mandates.permissions import acts_in_person, can_see_mandate, is_representative
from gapura.kernel.mandates.queries import find_kind, list_grantable
from gapura.kernel.mandates.rules import is_fresh
from gapura.kernel.mandates.types import CannotChangeMandate, CannotGrantMandate, EndedBy
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import publish
from gapura.web.languages import localized


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the principal signs."""

    relation: str
    representative: str
    representative_name: str
    services: tuple[str, ...]
    valid_from: date
    valid_until: date

    @property
    def digest(self) -> str:
        names = (self.relation, self.representative, list(self.services), self.valid_from, self.valid_until)
        return digest(list(names)).hex()


def grant_mandate(
    *,
    actor: Actor,
    relation: str,
    representative: str,
    representative_name: str,
    services: Sequence[str],
    valid_from: date,
    valid_until: date,
    signed_at: datetime,
    grant_key: str,
    now: datetime,
) -> Mandate:
    """Sign a mandate over named services for a term (``valid_until``: the first day after it), sealed as a document.

    ``signed_at`` is when the principal last showed a second factor. It stands once the representative accepts. The same
    ``grant_key`` gives the same mandate, however often it is sent; with other terms it is refused. Asks registers: must
    run outside a transaction. Raises CannotGrantMandate. Publishes MandateGranted.
    """
    terms = _Terms(relation, representative, representative_name.strip(), tuple(services), valid_from, valid_until)
    kind = _require_grantor(actor, terms, signed_at, now)
    if earlier := _find_earlier(actor, grant_key, terms):
        return earlier
    _require_terms(actor, kind, terms, now)
    number = new_code(11)
    names = _require_registered(actor, terms, number, now)
    try:
        sealed = render_document(_order(actor, kind, terms, names, number, signed_at, now))
    except CannotSealDocument as error:
        raise _out_of_order() from error
    mandate = _new_mandate(actor, terms, names, number)
    mandate.grant_key, mandate.granted_at, mandate.document_code = grant_key, now, sealed.code
    try:
        return _write_grant(actor, mandate, sealed, signed_at, now)
    except IntegrityError:
        if twin := _find_earlier(actor, grant_key, terms):
            return twin
        raise


def accept_mandate(*, actor: Actor, number: str, now: datetime) -> Mandate:
    """Let the mandate stand. Raises AccessDenied to all but the representative, CannotChangeMandate when too late.

    Publishes MandateAccepted. Accepting twice changes nothing.
    """
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().filter(number=number).first()
        if mandate is None or not is_representative(actor, mandate):
            raise AccessDenied
        if mandate.accepted_at is not None and mandate.ended_at is None:
            return mandate
        if mandate.ended_at is not None or local_day(now, settings.TIME_ZONE) >= mandate.valid_until:
            raise CannotChangeMandate(_("This mandate has ended. Ask for a new one if it is still wanted."))
        mandate.accepted_at = now
        mandate.save(update_fields=["accepted_at"])
        _record(actor, "mandates.accepted", mandate)
        tell(mandate, MessageKind.MANDATE_ACCEPTED, mandate.principal, now=now)
        publish(MandateAccepted(mandate.number, mandate.principal, mandate.representative))
        return mandate


def end_mandate(*, actor: Actor, number: str, now: datetime) -> Mandate:
    """Revoke, decline or give back, at once and for good; open sessions notice at their next request.

    Raises AccessDenied to all but the two parties. Ending twice changes nothing. Publishes MandateEnded.
    """
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().filter(number=number).first()
        if mandate is None or not can_see_mandate(actor, mandate):
            raise AccessDenied
        if mandate.ended_at is None:
            ended_by = EndedBy.REPRESENTATIVE if is_representative(actor, mandate) else EndedBy.PRINCIPAL
            write_end(actor=actor, mandate=mandate, ended_by=ended_by, reason={}, now=now)
        return mandate


def _require_grantor(actor: Actor, terms: _Terms, signed_at: datetime, now: datetime) -> MandateKind:
    """In person, with a fresh signature by a factor as strong as the kind asks."""
    kind = find_kind(terms.relation)
    if kind is None or kind.grant is None:
        raise CannotGrantMandate(_("A mandate of this kind cannot be granted."), "relation")
    if not acts_in_person(actor):
        raise CannotGrantMandate(_("A mandate can be granted only in person, not on behalf of another."))
    minutes = get_mandate_rules().signature_minutes
    if actor.assurance < kind.assurance or not is_fresh(signed_at, now, minutes):
        raise CannotGrantMandate(_("The signature is too old or too weak. Show your second factor again and sign."))
    return kind


def _find_earlier(actor: Actor, grant_key: str, terms: _Terms) -> Mandate | None:
    earlier = Mandate.objects.filter(principal=actor.person_number, grant_key=grant_key).first()
    if earlier is not None and earlier.grant_digest != terms.digest:
        raise CannotGrantMandate(_("This form was already signed with other terms. Start a new one."))
    return earlier


def _require_terms(actor: Actor, kind: MandateKind, terms: _Terms, now: datetime) -> None:
    today = local_day(now, settings.TIME_ZONE)
    if terms.representative == actor.person_number or not _is_person_number(terms.representative):
        raise CannotGrantMandate(_("Write the number of another person."), "representative")
    grantable = {service.code for service in list_grantable(kind, on=today)}
    if not terms.services or not set(terms.services) <= grantable or len(set(terms.services)) != len(terms.services):
        raise CannotGrantMandate(_("Choose the services, from those that can be granted."), "services")
    _require_term(kind.grant, terms, today)


def _require_term(grant: GrantTerms | None, terms: _Terms, today: date) -> None:
    longest = grant.longest_days if grant else 0
    fits = today <= terms.valid_from < terms.valid_until <= terms.valid_from + timedelta(days=longest)
    if not fits or terms.valid_from > today + timedelta(days=longest):
        raise CannotGrantMandate(
            _("The mandate may last %(days)s days at most, and not begin in the past.") % {"days": longest},
            "days",
        )


def _is_person_number(number: str) -> bool:
    try:
        load(settings.GAPURA_JURISDICTION).person_numbers.parse(number)
    except BadPersonNumber:
        return False
    return True


def _require_registered(actor: Actor, terms: _Terms, number: str, now: datetime) -> tuple[Evidence, Evidence]:
    """Both persons as the register names them, after it has said that a mandate may stand between them."""
    try:
        obstacle = find_obstacle(
            actor=actor,
            principal=actor.person_number or "",
            representative=terms.representative,
            case_number=number,
            now=now,
        )
        if obstacle is not None:
            raise CannotGrantMandate(localized(obstacle.reason))
        principal, representative = _ask_names(actor, terms, number, now)
    except ExchangeRefusal as error:
        raise _out_of_order() from error
    if _folded(_full_name(representative)) != _folded(terms.representative_name):
        raise CannotGrantMandate(
            _("No person of this number and name is registered. Check both with the person you trust."),
            "representative",
        )
    return principal, representative


def _ask_names(actor: Actor, terms: _Terms, number: str, now: datetime) -> tuple[Evidence, Evidence]:
    rules = get_mandate_rules()
    requests = [
        EvidenceRequest(
            evidence_type=rules.names.type,
            subject=person,
            consumer=rules.agency,
            case_number=number,
            legal_ground=rules.names.legal_ground,
            purpose=rules.names.purpose,
            as_of=local_day(now, settings.TIME_ZONE),
            fields=frozenset(rules.names.fields),
        )
        for person in (actor.person_number or "", terms.representative)
    ]
    with transaction.atomic():
        opened = open_requests(actor=actor, requests=requests, now=now)
    principal, representative = answer_requests(opened)
    if not isinstance(principal, Evidence) or not isinstance(representative, Evidence):
        raise TypeError("The country asks for names with a question; use fields.")
    return principal, representative


def _full_name(evidence: Evidence) -> str:
    return str((evidence.record or {}).get("full_name", ""))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _order(
    actor: Actor,
    kind: MandateKind,
    terms: _Terms,
    names: tuple[Evidence, Evidence],
    number: str,
    signed_at: datetime,
    now: datetime,
) -> DocumentOrder:
    rules, day = get_mandate_rules(), local_day(now, settings.TIME_ZONE)
    principal, representative = names
    language = rules.output.languages[0]
    return DocumentOrder(
        template=rules.output.template,
        title=rules.output.title,
        service_code="mandates.power-of-attorney",
        agency_code=rules.agency,
        office_name=in_language(get_agency(rules.agency).title, language),
        case_number=number,
        subject=actor.person_number or "",
        holder=actor.person_number or "",
        languages=tuple(rules.output.languages),
        facts=(
            Facts(
                evidence_type=principal.evidence_type,
                subject=principal.subject,
                records=principal.records,
                access_id=principal.access_id,
                known_at=principal.known_at,
                as_of=principal.as_of,
                provider=principal.provider,
            ),
        ),
        legal_ground=_ground(kind, rules.output.title),
        issued_at=now,
        valid_until=terms.valid_until,
        signatory_title=rules.output.signatory,
        options={
            "representative": {"number": terms.representative, "full_name": _full_name(representative)},
            "services": [dict(get_service(code, on=day).title) for code in terms.services],
            "valid_from": terms.valid_from.isoformat(),
            "valid_through": (terms.valid_until - timedelta(days=1)).isoformat(),
            "signed_at": signed_at.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat(" ", "minutes"),
        },
        subject_name=_full_name(principal),
    )


def _ground(kind: MandateKind, every_language: Text) -> Text:
    return dict.fromkeys(every_language, kind.grant.legal_ground if kind.grant else "")


def _new_mandate(actor: Actor, terms: _Terms, names: tuple[Evidence, Evidence], number: str) -> Mandate:
    return Mandate(
        number=number,
        relation=terms.relation,
        principal=actor.person_number or "",
        principal_name=_full_name(names[0]),
        representative=terms.representative,
        representative_name=_full_name(names[1]),
        services=list(terms.services),
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        grant_digest=terms.digest,
    )


def _write_grant(actor: Actor, mandate: Mandate, sealed: SealedDocument, signed_at: datetime, now: datetime) -> Mandate:
    with transaction.atomic():
        mandate.save(force_insert=True)
        record_document(actor=actor, sealed=sealed, now=now)
        _record(
            actor,
            "mandates.granted",
            mandate,
            signed_at=signed_at.isoformat(),
            assurance=int(actor.assurance),
            services=mandate.services,
            valid_until=mandate.valid_until.isoformat(),
        )
        tell(mandate, MessageKind.MANDATE_OFFERED, mandate.representative, now=now)
        publish(MandateGranted(mandate.number, mandate.principal, mandate.representative))
    return mandate


def _record(actor: Actor, action: str, mandate: Mandate, **detail: object) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=mandate.principal,
        object_ref=f"mandate:{mandate.number}",
        detail={"representative": mandate.representative, **detail},
    )


def _out_of_order() -> CannotGrantMandate:
    return CannotGrantMandate(_("A register or the seal does not answer now. Nothing was signed. Try again later."))
