"""Disability, ranks and assistance in the registers, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.welfare.models import DisabilityEntry
from gapura.sectors.welfare.models import RecipientEntry as RecipientEntry
from gapura.sectors.welfare.models import SocialRegistryEntry as SocialRegistryEntry

_SINCE = {"valid_from": date(2024, 1, 1)}


def make_disability(number: str, disability_kind: str = "sight", **facts: Any) -> DisabilityEntry:
    given = {"disability_degree": "moderate", "assessor": "RSUD Bandung", "valid_from": date(2018, 5, 7)}
    return store_entry(DisabilityEntry, number=number, disability_kind=disability_kind, **given | facts)


def make_rank(number: str, welfare_decile: int = 2, **facts: Any) -> SocialRegistryEntry:
    return store_entry(SocialRegistryEntry, number=number, welfare_decile=welfare_decile, **_SINCE | facts)


def make_recipient(number: str, social_program: str = "pkh", **facts: Any) -> RecipientEntry:
    given = _SINCE | {"order_number": "12/HUK/2024"}
    return store_entry(RecipientEntry, number=number, social_program=social_program, **given | facts)
