"""What the country says about approval: ranks, who decides which matter, checks, and grounds of absence."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.jurisdictions import load
from gapura.kernel.approvals.types import AbsenceReason, Check, Matter, Rank


def list_ranks() -> dict[str, Rank]:
    """The country's ranks by code, highest first."""
    return _ranks_of(settings.GAPURA_JURISDICTION)


def list_matters() -> dict[str, Matter]:
    """What officials decide on lines, by code, in the country's order."""
    return _matters_of(settings.GAPURA_JURISDICTION)


def list_checks() -> dict[str, Check]:
    """The checks that the country knows, by code."""
    return _checks_of(settings.GAPURA_JURISDICTION)


def list_absence_reasons() -> dict[str, AbsenceReason]:
    """Why an official may be away, by code."""
    return _reasons_of(settings.GAPURA_JURISDICTION)


def day_of(moment: datetime) -> date:
    """The country's calendar day of a moment."""
    return local_day(moment, settings.TIME_ZONE)


@cache
def _ranks_of(country: str) -> dict[str, Rank]:
    return {rank["code"]: Rank(**rank, order=order) for order, rank in enumerate(_read(country, "ranks"))}


@cache
def _matters_of(country: str) -> dict[str, Matter]:
    matters = {one["code"]: Matter(**one | {"checks": tuple(one["checks"])}) for one in _read(country, "matters")}
    for matter in matters.values():
        if matter.decides not in _ranks_of(country) or not set(matter.checks) <= set(_checks_of(country)):
            raise ValueError(f"The matter {matter.code} names a rank or a check that {country} does not have.")
    return matters


@cache
def _checks_of(country: str) -> dict[str, Check]:
    return {one["code"]: Check(**one) for one in _read(country, "checks")}


@cache
def _reasons_of(country: str) -> dict[str, AbsenceReason]:
    return {one["code"]: AbsenceReason(**one) for one in _read(country, "absences")}


def _read(country: str, name: str) -> list[dict[str, Any]]:
    declared: list[dict[str, Any]] = load(country).read("office", f"{name}.yaml")
    return declared
