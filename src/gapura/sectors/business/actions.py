"""Businesses are founded and licensed; shares change hands."""

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.canonical import digest
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.business.models import ActivityEntry, BusinessEntry, RepresentativeEntry, ShareEntry
from gapura.sectors.business.queries import (
    find_founding_obstacle,
    find_obstacle,
    find_share,
    get_founding_terms,
    get_name_key,
    list_awaiting_lines,
)
from gapura.sectors.business.rules import full_name
from gapura.sectors.business.types import (
    BusinessStatus,
    CannotFoundBusiness,
    CannotLicenseBusiness,
    CannotTransferShares,
    FoundingTerms,
    LicenceStatus,
    NewBusiness,
    RiskClass,
)


def transfer_shares(
    *, actor: Actor, business_number: str, seller: str, buyer: str, shares: int, case_number: str, now: datetime
) -> ShareEntry:
    """Let so many of the seller's shares belong to ``buyer`` from today on; all that the buyer holds then.

    Papers that state what either held end. Raises CannotTransferShares when the register has something against it.
    """
    on = local_day(now, settings.TIME_ZONE)
    source = Source(SourceKind.CASE, case_number)
    with transaction.atomic():
        # Held until the end: of two sales at once the second finds what the first has left.
        believed = BusinessEntry.objects.filter(business_number=business_number).known_at(None)
        list(believed.select_for_update().order_by("id"))
        obstacle = find_obstacle(business_number, seller=seller, buyer=buyer, shares=shares, on=on)
        held = find_share(business_number, seller, on=on)
        if held is None or obstacle:
            raise CannotTransferShares(obstacle or "shares-not-yours")
        if held.shares == shares:
            end_entry(actor=actor, entry=held, ended_on=on, source=source, now=now, outdates_papers=True)
        else:
            _hold(actor, held, seller, held.shares - shares, on, source, now)
        return _hold(actor, held, buyer, shares + _shares_of(business_number, buyer, on), on, source, now)


def _shares_of(business_number: str, holder: str, on: date) -> int:
    held = find_share(business_number, holder, on=on)
    return held.shares if held else 0


def _hold(
    actor: Actor, like: ShareEntry, holder: str, shares: int, on: date, source: Source, now: datetime
) -> ShareEntry:
    """From ``on`` the holder has so many shares of the same issue."""
    held = find_share(like.business_number, holder, on=on)
    if held is not None and held.valid_from == on:  # a second sale on one day
        return correct_entry(actor=actor, entry=held, changes={"shares": shares}, source=source, now=now)
    entry = ShareEntry(
        business_number=like.business_number,
        holder_number=holder,
        shares=shares,
        shares_issued=like.shares_issued,
        valid_from=on,
    )
    return record_entry(actor=actor, entry=entry, source=source, now=now, outdates_papers=True)


def found_business(*, actor: Actor, new: NewBusiness, case_number: str, now: datetime) -> BusinessEntry:
    """Register the business with its director, shares and line of business, whose licence is still awaited.

    Of two that take one name at once the second is refused. Raises CannotFoundBusiness.
    """
    on = local_day(now, settings.TIME_ZONE)
    source = Source(SourceKind.CASE, case_number)
    if obstacle := find_founding_obstacle(new):
        raise CannotFoundBusiness(obstacle)
    try:
        with transaction.atomic():
            business = record_entry(actor=actor, entry=_business_of(new, case_number, on), source=source, now=now)
            for entry in _entries_of(new, business.business_number, on):
                record_entry(actor=actor, entry=entry, source=source, now=now)
            return business
    except IntegrityError as error:
        raise CannotFoundBusiness("name-taken") from error


def license_business(*, actor: Actor, business_number: str, case_number: str, now: datetime) -> list[ActivityEntry]:
    """Grant every licence that the business awaits. Raises CannotLicenseBusiness when it awaits none."""
    on = local_day(now, settings.TIME_ZONE)
    terms = get_founding_terms()
    with transaction.atomic():
        believed = BusinessEntry.objects.filter(business_number=business_number).known_at(None)
        list(believed.select_for_update().order_by("id"))
        awaiting = list_awaiting_lines(business_number, on=on)
        if not awaiting:
            raise CannotLicenseBusiness("no-licence-awaited")
        return [_license(actor, line, terms, on, Source(SourceKind.CASE, case_number), now) for line in awaiting]


def _business_of(new: NewBusiness, case_number: str, on: date) -> BusinessEntry:
    terms = get_founding_terms()
    form = terms.forms[new.legal_form]
    serial = _free_serial(case_number, on)
    return BusinessEntry(
        business_number=terms.number.format(day=on, serial=serial),
        legal_name=full_name(new.name, form),
        name_key=get_name_key(new.name) if form.title else None,
        legal_form=new.legal_form,
        business_status=BusinessStatus.ACTIVE,
        business_tax_number="",
        deed_number=form.deed.format(serial=serial, year=on.year),
        founded_on=on,
        capital=new.capital,
        seat_address=new.seat_address,
        village_code=new.village_code,
        valid_from=on,
    )


def _free_serial(case_number: str, on: date) -> int:
    """Drawn from the case, so that numbers tell nothing of how many were given; the next free one of the day."""
    terms = get_founding_terms()
    serial = int.from_bytes(digest([case_number])) % 10**7
    while BusinessEntry.objects.filter(business_number=terms.number.format(day=on, serial=serial)).exists():
        serial = (serial + 1) % 10**7
    return serial


def _entries_of(
    new: NewBusiness, business_number: str, on: date
) -> list[RepresentativeEntry | ShareEntry | ActivityEntry]:
    terms = get_founding_terms()
    of_business = {"business_number": business_number, "valid_from": on}
    form = terms.forms[new.legal_form]
    positions = dict.fromkeys(new.shares, form.founder) | {new.director: form.director}
    speaking = [
        RepresentativeEntry(
            representative_number=person, position=position, alone=person == new.director, **of_business
        )
        for person, position in positions.items()
    ]
    issued = sum(new.shares.values())
    shares = [
        ShareEntry(holder_number=holder, shares=count, shares_issued=issued, **of_business)
        for holder, count in new.shares.items()
    ]
    line = ActivityEntry(
        activity_code=new.line,
        activity_risk=terms.lines[new.line],
        business_licence_status=LicenceStatus.AWAITED,
        **of_business,
    )
    return [*speaking, *shares, line]


def _license(
    actor: Actor, line: ActivityEntry, terms: FoundingTerms, on: date, source: Source, now: datetime
) -> ActivityEntry:
    number = terms.licences[RiskClass(line.activity_risk)].number
    licence = number.format(business=line.business_number, line=line.activity_code)
    granted = {"business_licence_status": LicenceStatus.GRANTED, "business_licence_number": licence}
    if line.valid_from >= on:  # registered today: a licence of the same day
        return correct_entry(actor=actor, entry=line, changes=granted, source=source, now=now)
    entry = ActivityEntry(
        business_number=line.business_number,
        activity_code=line.activity_code,
        activity_risk=line.activity_risk,
        valid_from=on,
        **granted,
    )
    return record_entry(actor=actor, entry=entry, source=source, now=now, outdates_papers=True)
