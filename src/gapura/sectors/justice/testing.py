"""Sentences, warrants and travel bans, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.justice.models import SentenceEntry, TravelBanEntry, WarrantEntry


def make_sentence(person: str, **facts: Any) -> SentenceEntry:
    """A sentence that is being served since 2024."""
    given = {
        "judgment_number": "123/Pid.B/2024/PN Jkt.Pst",
        "court": "Pengadilan Negeri Jakarta Pusat",
        "crime": "Pencurian",
        "valid_from": date(2024, 3, 1),
    }
    return store_entry(SentenceEntry, number=person, **given | facts)


def make_warrant(person: str, **facts: Any) -> WarrantEntry:
    """The police look for the person since 2025."""
    given = {"warrant_number": "DPO/12/III/2025", "ordered_by": "polri", "valid_from": date(2025, 3, 1)}
    return store_entry(WarrantEntry, number=person, **given | facts)


def make_travel_ban(person: str, **facts: Any) -> TravelBanEntry:
    """A ban of six months, from February 2026."""
    given = {
        "ban_number": "KEP-21/D/Dip.4/02/2026",
        "ordered_by": "kejaksaan",
        "valid_from": date(2026, 2, 1),
        "valid_until": date(2026, 8, 1),
    }
    return store_entry(TravelBanEntry, number=person, **given | facts)
