"""Agreements in the exchange: who may see which, how they stand, and how much they are used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from gapura.kernel.agreements.models import AgreementCase, AgreementStep, AgreementUse
from gapura.kernel.agreements.permissions import list_sides
from gapura.kernel.agreements.rules import list_months, standing
from gapura.kernel.agreements.types import AUTHORITY, HOLDER, ROLES, Parties, Side, Standing
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_exchange_authority
from gapura.kernel.exchange.plugin import find_provider
from gapura.kernel.exchange.queries import Agreement, list_agreements
from gapura.kernel.identity.types import AccessDenied


@dataclass(frozen=True)
class AgreementView:
    """An agreement of the exchange with its parties and how it stands. ``monthly_volume``: expected, None: not said."""

    agreement: Agreement
    parties: Parties
    standing: Standing
    monthly_volume: int | None = None


def list_agreements_of(actor: Actor, *, on: date) -> list[AgreementView]:
    """Agreements the actor's agency asks or answers under, all of them for the exchange authority; by code."""
    views = list_register(on=on)
    return [view for view in views if list_sides(actor, view.parties)]


def access_agreement(actor: Actor, code: str, *, on: date) -> AgreementView:
    """The agreement, for officials of its sides. Raises AccessDenied, also when there is none."""
    for agreement in list_agreements(code=code):
        case = AgreementCase.objects.filter(pk=code).first()
        view = _view(agreement, get_exchange_authority().code, on, case.monthly_volume if case else None)
        if list_sides(actor, view.parties):
            return view
    raise AccessDenied


def list_register(*, on: date) -> list[AgreementView]:
    """Every agreement ever approved, by code: which agency may ask which for what is public."""
    authority = get_exchange_authority().code
    return [_view(agreement, authority, on) for agreement in list_agreements()]


def list_history(numbers: Iterable[str]) -> list[AgreementStep]:
    """Every step on these requests and agreements, oldest first. Ask only for what was accessed before."""
    return list(AgreementStep.objects.filter(number__in=list(numbers)).order_by("pk"))


def find_suspending_side(code: str) -> Side | None:
    """For whom the last suspension of the agreement was made."""
    last = AgreementStep.objects.filter(number=code, action="suspend").order_by("-pk").first()
    return Side(last.side) if last else None


def list_use(agreement: Agreement, *, on: date) -> list[tuple[date, int, int]]:
    """Month, asked, refused of the last twelve months, under the consumer's ground for this evidence type."""
    months = list_months(on)
    used = AgreementUse.objects.filter(
        consumer=agreement.consumer,
        evidence_type=agreement.evidence_type,
        legal_ground=agreement.legal_ground,
        month__gte=months[0],
    )
    rows = used.values("month").annotate(all_asked=Sum("asked"), all_refused=Sum("refused")).order_by("month")
    by_month = {row["month"]: (row["all_asked"], row["all_refused"]) for row in rows}
    return [(month, *by_month.get(month, (0, 0))) for month in months]


def list_askers(actor: Actor, *, on: date) -> list[AgreementUse]:
    """What others asked of the actor's agency this month, most first; for the authority, of everybody."""
    if actor.roles.isdisjoint({ROLES[Side.HOLDER], ROLES[Side.AUTHORITY]}):
        raise AccessDenied
    used = AgreementUse.objects.filter(month=on.replace(day=1))
    if not (AUTHORITY in actor.roles and actor.agency_code == get_exchange_authority().code):
        if HOLDER not in actor.roles:
            raise AccessDenied
        used = used.filter(provider=actor.agency_code)
    return list(used.order_by("-asked", "consumer", "evidence_type", "legal_ground"))


def _view(agreement: Agreement, authority: str, on: date, monthly_volume: int | None = None) -> AgreementView:
    provider = find_provider(agreement.evidence_type)
    stands = standing(
        valid_from=agreement.valid_from,
        valid_until=agreement.valid_until,
        suspended_at=agreement.suspended_at,
        given_up_at=agreement.given_up_at,
        on=on,
    )
    parties = Parties(agreement.consumer, provider.agency_code if provider else "", authority)
    return AgreementView(agreement, parties, stands, monthly_volume)
