"""Rights in land change hands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.conf import settings
from django.db import transaction

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.property.models import RightEntry
from gapura.sectors.property.queries import find_obstacle, list_rights
from gapura.sectors.property.types import CannotTransferLand

PURCHASE = "purchase"


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who takes over, as the register will call them."""

    number: str
    name: str


def transfer_land(
    *,
    actor: Actor,
    parcel_number: str,
    seller: str,
    buyer: Buyer,
    agreed: Collection[str],
    case_number: str,
    now: datetime,
) -> list[RightEntry]:
    """Let all that ``seller`` holds in the parcel or unit belong to ``buyer`` from today on; the buyer's new entries.

    A share stays a share, and is added to what the buyer holds already. ``agreed``: the other holders who said yes;
    one who came since was not asked. Papers that name the earlier holders end. Raises CannotTransferLand when the
    register has something against it.
    """
    on = local_day(now, settings.TIME_ZONE)
    source = Source(SourceKind.CASE, case_number)
    with transaction.atomic():
        # Held until the end: of two sales at once the second finds that the right is sold.
        believed = RightEntry.objects.filter(parcel_number=parcel_number).known_at(None)
        list(believed.select_for_update().order_by("id"))
        if obstacle := find_obstacle(parcel_number, seller=seller, buyer=buyer.number, on=on):
            raise CannotTransferLand(obstacle)
        rights = list_rights(parcel_number, on=on)
        if {right.holder_number for right in rights} - {seller, buyer.number, *agreed}:
            raise CannotTransferLand("holder-not-asked")
        bought = []
        for sold in (right for right in rights if right.holder_number == seller):
            end_entry(actor=actor, entry=sold, ended_on=on, source=source, now=now, outdates_papers=True)
            bought.append(_give(actor, sold, rights, buyer, on, source, now))
        return bought


def _give(
    actor: Actor, sold: RightEntry, rights: list[RightEntry], buyer: Buyer, on: date, source: Source, now: datetime
) -> RightEntry:
    own = [one for one in rights if (one.holder_number, one.right_number) == (buyer.number, sold.right_number)]
    share = _share(sold) + sum(map(_share, own))
    shares = {"share_numerator": share.numerator, "share_denominator": share.denominator}
    if own and own[0].valid_from == on:  # a second share bought on one day
        return correct_entry(actor=actor, entry=own[0], changes=shares, source=source, now=now)
    entry = RightEntry(
        holder_number=buyer.number,
        holder_name=buyer.name,
        parcel_number=sold.parcel_number,
        right_number=sold.right_number,
        right_kind=sold.right_kind,
        acquisition=PURCHASE,
        expires_on=sold.expires_on,
        valid_from=on,
        **shares,
    )
    return record_entry(actor=actor, entry=entry, source=source, now=now)


def _share(right: RightEntry) -> Fraction:
    return Fraction(right.share_numerator, right.share_denominator)
