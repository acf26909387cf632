"""Whose returns an actor may see, what a draft comes to, and what was filed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.rules.errors import BadInput
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.law.queries import explain, get_law_on, prepare
from gapura.kernel.law.types import Explanation
from gapura.kernel.mandates.queries import find_covered_services
from gapura.sectors.tax.models import ReturnVersion, TaxReturn
from gapura.sectors.tax.return_kinds import ReturnKind, Settlement, first_day, get_kinds, last_day, period_before
from gapura.sectors.tax.statements import build_household
from gapura.sectors.tax.types import CannotFile, Item


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a statement comes to by the law of its period."""

    settlement: Settlement
    figures: Mapping[str, int]
    explained: Mapping[str, Explanation]
    law_digest: str

    @property
    def balance(self) -> int:
        """Left to pay; negative: paid too much."""
        return self.figures[self.settlement.balance]

    @property
    def levied(self) -> int:
        return self.figures[self.settlement.levied]

    @property
    def credited(self) -> int:
        return self.figures[self.settlement.credited] if self.settlement.credited else 0

    def as_json(self) -> dict[str, Any]:
        """The explanation of what is left to pay, as it is kept with a version: every other figure is in it."""
        return self.explained[self.settlement.balance].as_json()


def taxpayer_of(actor: Actor, kind: ReturnKind) -> str:
    """Whose return of this kind the actor sees and files: nobody names it but the sign-in and the mandate.

    Raises AccessDenied.
    """
    if actor.kind is not ActorKind.RESIDENT or actor.person_number is None:
        raise AccessDenied
    if actor.principal is None:
        if "person" not in kind.filers:
            raise AccessDenied
        return actor.person_number
    is_company = actor.mandate == Relation.COMPANY
    if ("business" if is_company else "person") not in kind.filers:
        raise AccessDenied
    covered = find_covered_services(actor)
    if not is_company and (covered is None or kind.service not in covered):
        raise AccessDenied
    return actor.principal


def list_kinds_for(actor: Actor) -> list[ReturnKind]:
    """What the actor may file now, for themselves or for whom they act for."""
    return [kind for kind in get_kinds().values() if _may_file(actor, kind)]


def get_kind(code: str) -> ReturnKind:
    """Raises AccessDenied: no such kind and none for this actor look the same."""
    if code not in get_kinds():
        raise AccessDenied
    return get_kinds()[code]


def require_period(kind: ReturnKind, period: str, today: date) -> None:
    """The period is one that can be filed today. Raises CannotFile; AccessDenied for what is no period at all."""
    try:
        first, last = first_day(period), last_day(period)
    except ValueError as error:
        raise AccessDenied from error
    if ("-" in period) != (kind.every == "month") or first < first_day(kind.first):
        raise AccessDenied
    if last >= today:
        raise CannotFile(_("This period is not over yet. It can be filed from the day after its last day."))


def find_return(taxpayer: str, kind: ReturnKind, period: str) -> TaxReturn | None:
    """The caller has judged who may see it (``taxpayer_of``)."""
    return TaxReturn.objects.filter(taxpayer=taxpayer, kind=kind.code, period=period).first()


def list_returns(taxpayer: str, kinds: Iterable[ReturnKind]) -> list[TaxReturn]:
    """Everything begun or filed, newest period first."""
    codes = [kind.code for kind in kinds]
    return list(TaxReturn.objects.filter(taxpayer=taxpayer, kind__in=codes).order_by("-period", "kind"))


def list_versions(tax_return: TaxReturn) -> list[ReturnVersion]:
    """Newest first."""
    return list(_versions(tax_return).order_by("-number"))


def get_last_version(tax_return: TaxReturn) -> ReturnVersion | None:
    """What stands; None before the first filing."""
    return _versions(tax_return).order_by("-number").first()


def count_versions() -> int:
    """Every filing of the whole house."""
    return ReturnVersion.objects.count()


def access_version(actor: Actor, kind: ReturnKind, period: str, number: int) -> ReturnVersion:
    """A filed version. Raises AccessDenied, alike for absent and forbidden ones."""
    found = ReturnVersion.objects.select_related("tax_return").filter(
        tax_return__taxpayer=taxpayer_of(actor, kind),
        tax_return__kind=kind.code,
        tax_return__period=period,
        number=number,
    )
    version = found.first()
    if version is None:
        raise AccessDenied
    return version


def list_earlier_records(kind: ReturnKind, taxpayer: str, period: str) -> list[dict[str, Any]]:
    """What stands filed of this kind for earlier periods of the year, and for the one just before."""
    same_year, before = Q(period__startswith=period[:4], period__lt=period), Q(period=period_before(period))
    filed = TaxReturn.objects.filter(same_year | before, taxpayer=taxpayer, kind=kind.code, versions__gt=0)
    records = []
    for one in filed.order_by("period"):
        version = get_last_version(one)
        if version is not None:
            counted = [item.values for item in read_version(version) if item.counts]
            named: dict[str, Any] = {"period": one.period, "year": int(one.period[:4])}
            records.append({**named, **_summed(counted), **version.figures})
    return records


def list_filed_records(taxpayer: str, on: date) -> list[dict[str, Any]]:
    """What stood filed at the end of the day ``on``: the last version of each return, newest period first."""
    newest: dict[int, ReturnVersion] = {}
    for version in (
        ReturnVersion.objects.select_related("tax_return").filter(tax_return__taxpayer=taxpayer).order_by("number")
    ):
        if local_day(version.filed_at, settings.TIME_ZONE) <= on:
            newest[version.tax_return_id] = version
    records = [describe_version(version) for version in newest.values()]
    return sorted(records, key=lambda record: str(record["tax_period"]), reverse=True)


def read_draft(tax_return: TaxReturn) -> list[Item]:
    """The items of the draft; none where nothing is being worked on."""
    return [Item.from_plain(plain) for plain in tax_return.draft or ()]


def read_version(version: ReturnVersion) -> list[Item]:
    """The items that were filed."""
    return [Item.from_plain(plain) for plain in version.items]


def describe_version(version: ReturnVersion) -> dict[str, Any]:
    """What the register of returns says of a filing (evidence ``tax.return``)."""
    kind = get_kinds()[version.tax_return.kind]
    settlement = settlement_of(kind, read_version(version))
    return {
        "return_number": version.tax_return.number,
        "return_kind": kind.code,
        "tax_period": version.tax_return.period,
        "version": version.number,
        "filed_on": local_day(version.filed_at, settings.TIME_ZONE).isoformat(),
        "tax_levied": version.figures[settlement.levied],
        "tax_credited": version.figures[settlement.credited] if settlement.credited else 0,
        "left_to_pay": max(version.balance, 0),
        "paid_too_much": max(-version.balance, 0),
    }


def reckon(kind: ReturnKind, items: Sequence[Item], period: str) -> Reckoned:
    """Every figure of the statement and how it came about, by the law in force on the period's last day.

    Raises CannotFile where the law takes no such input.
    """
    day = last_day(period)
    settlement = settlement_of(kind, items)
    household = build_household(kind, items)
    try:
        explained = explain(settlement.figures, household, as_of=day)
    except BadInput as error:
        raise CannotFile(_("The law cannot be applied to this: %(what)s") % {"what": error}) from error
    first = {name: rows[0] for name, rows in explained.items()}
    figures = {name: int(one.value) for name, one in first.items()}
    return Reckoned(settlement, figures, first, get_law_on(day).digest)


def recall(kind: ReturnKind, version: ReturnVersion) -> Reckoned:
    """What was filed, as it was reckoned then; explained where the law of the period still reads as it did.

    What was kept with the version (``explanation``) is not touched by any later reading.
    """
    items = read_version(version)
    now = reckon(kind, items, version.tax_return.period)
    explained = now.explained if now.law_digest == version.law_digest else {}
    return Reckoned(settlement_of(kind, items), version.figures, explained, version.law_digest)


def settlement_of(kind: ReturnKind, items: Iterable[Item]) -> Settlement:
    """How these items are settled."""
    return kind.settlement_of({item.code for item in items if item.counts})


def _may_file(actor: Actor, kind: ReturnKind) -> bool:
    try:
        taxpayer_of(actor, kind)
    except AccessDenied:
        return False
    return True


def _versions(tax_return: TaxReturn) -> QuerySet[ReturnVersion]:
    return ReturnVersion.objects.filter(tax_return=tax_return)


def _summed(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    summed: dict[str, Any] = {}
    for row in rows:
        for name, value in row.items():
            is_amount = isinstance(value, int) and not isinstance(value, bool)
            summed[name] = summed.get(name, 0) + value if is_amount else value
    return summed


def prepare_law_of_returns(*, today: date) -> None:
    """Plan what the newest return of each kind asks of the law, so that nobody's request waits for it."""
    for kind in get_kinds().values():
        for period in kind.list_periods(today)[:1]:
            for settlement in kind.settlements:
                prepare(settlement.figures, as_of=last_day(period))
