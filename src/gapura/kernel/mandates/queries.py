"""Mandates as their two parties see them, and whom an actor may represent."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_mandate_rules, list_services
from gapura.kernel.catalogue.types import MandateKind, PublicService, Relation
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.models import GRANTED, Mandate, MandateUse
from gapura.kernel.mandates.permissions import can_see_mandate
from gapura.kernel.mandates.plugin import list_dependants
from gapura.kernel.mandates.rules import number_in
from gapura.kernel.mandates.types import Representable


@dataclass(frozen=True, slots=True)
class ClientPage:
    """One page of clients by name; ``next`` continues it (None: the end)."""

    rows: tuple[Mandate, ...]
    next: str | None


def access_mandate(actor: Actor, number: str) -> Mandate:
    """The mandate, for its two parties acting in person. Raises AccessDenied for everyone else."""
    mandate = Mandate.objects.filter(number=number).first()
    if mandate is None or not can_see_mandate(actor, mandate):
        raise AccessDenied
    return mandate


def find_standing(reference: str, *, representative: str, on: date) -> Mandate | None:
    """The grant that a reference names, if this representative may act under it on the day ``on``."""
    mandate = Mandate.objects.filter(number=number_in(reference), representative=representative).first()
    return mandate if mandate and mandate.reference == reference and mandate.stands(on) else None


def list_given(person_number: str) -> list[Mandate]:
    """What the person granted, newest first, ended ones too."""
    return list(Mandate.objects.filter(principal=person_number).order_by("-pk")[:100])


def list_offers(person_number: str, *, on: date) -> list[Mandate]:
    """What the person may still accept, newest first."""
    offers = Mandate.objects.filter(representative=person_number, ended_at__isnull=True, valid_until__gt=on)
    return list(offers.filter(accepted_at__isnull=True).order_by("-pk")[:100])


def list_clients(
    person_number: str, *, on: date, search: str = "", after: str | None = None, limit: int = 50
) -> ClientPage:
    """Standing mandates of a representative by the principal's name; one query at any number of them.

    ``search`` is part of a name or the beginning of a number; ``after`` the ``next`` of the page before.
    """
    clients = _standing_for(person_number, on)
    if search:
        clients = clients.filter(Q(principal_name__icontains=search) | Q(principal__startswith=search))
    if after and (position := _position(after)):
        name, pk = position
        clients = clients.filter(Q(principal_name__gt=name) | Q(principal_name=name, pk__gt=pk))
    rows = list(clients.order_by("principal_name", "pk")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return ClientPage(tuple(rows[:limit]), f"{last.pk}_{last.principal_name}" if last else None)


def list_uses(mandate: Mandate, *, limit: int = 100) -> list[MandateUse]:
    """Acts under the mandate, newest first."""
    return list(mandate.uses.order_by("-pk")[:limit])


def find_covered_services(actor: Actor) -> frozenset[str] | None:
    """Codes of the services that the actor's grant names; None where no grant limits them."""
    if not number_in(actor.mandate):
        return None
    services = Mandate.objects.filter(number=number_in(actor.mandate)).values_list("services", flat=True).first()
    return frozenset(services or ())


def list_principals(actor: Actor, *, service: PublicService, on: date) -> list[Representable]:
    """For whom the actor may ask this service: the principal they act for, or themselves and their dependants."""
    if actor.principal is not None:
        return _acting_principal(actor, service)
    allowed = {rule.relation for rule in service.applicants}
    person = actor.person_number or ""
    own = [Representable(person, actor.label, Relation.SELF)] if Relation.SELF in allowed else []
    if allowed <= {Relation.SELF, Relation.COMPANY}:  # for a company one asks while acting for it
        return own
    return own + [one for one in list_dependants(person, on) if one.relation in allowed]


def list_grantable(kind: MandateKind, *, on: date) -> list[PublicService]:
    """Services that a grant of this kind may name: those its principal could ask for themselves, less the excepted."""
    if kind.grant is None:
        return []
    return [
        service
        for service in list_services(on=on)
        if service.find_applicant_rule(Relation.SELF) and service.code not in kind.grant.excepted
    ]


def _acting_principal(actor: Actor, service: PublicService) -> list[Representable]:
    relation = actor.mandate.partition(":")[0]
    covered = find_covered_services(actor)
    if service.code in covered if covered is not None else service.find_applicant_rule(relation) is not None:
        return [Representable(actor.principal or "", "", relation)]
    return []


def _standing_for(person_number: str, on: date) -> QuerySet[Mandate]:
    return Mandate.objects.filter(
        representative=person_number,
        relation__in=GRANTED,
        ended_at__isnull=True,
        accepted_at__isnull=False,
        valid_from__lte=on,
        valid_until__gt=on,
    )


def _position(after: str) -> tuple[str, int] | None:
    """The keyset of a page; None for a torn or forged one, which then shows the first page."""
    pk, _, name = after.partition("_")
    return (name, int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None


def find_kind(relation: str) -> MandateKind | None:
    """The country's terms for a way to act for another, or None."""
    return get_mandate_rules().kinds.get(Relation(relation)) if relation in set(Relation) else None
