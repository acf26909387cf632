"""For tests: an authority of one's own, and an order that can be sealed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from gapura.kernel.documents.models import Document as Document
from gapura.kernel.documents.providers.demo.authority import AuthorityFolder
from gapura.kernel.documents.providers.demo.keys import DemoAuthority
from gapura.kernel.documents.types import DocumentOrder, Facts

PERSON = "3171014508900003"
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def create_authority(folder: Path, *agencies: str, since: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> DemoAuthority:
    """An authority in ``folder`` with a seal for each agency, valid from ``since``."""
    names = {code: f"Seal of {code}" for code in agencies or ("dukcapil",)}
    AuthorityFolder(folder).create(names, since, "ID")
    return DemoAuthority(folder)


def new_order(**changes: Any) -> DocumentOrder:
    """An order for a birth extract of PERSON, with ``changes``."""
    record = {
        "certificate_number": "3171-LT-05081990-0012",
        "number": PERSON,
        "full_name": "Sri Wahyuni Lestari",
        "sex": "female",
        "birth_place": "Yogyakarta",
        "birth_on": "1990-08-05",
        "birth_order": 2,
        "father_name": "Bambang Sutrisno",
        "mother_name": "Siti Aminah",
        "registered_on": "1990-08-20",
        "registering_office": "Kota Yogyakarta",
    }
    order = DocumentOrder(
        template="birth-extract",
        title={"id": "Kutipan Akta Kelahiran", "en": "Birth Certificate Extract", "ko": "출생증명서"},
        service_code="civil.birth-extract",
        agency_code="dukcapil",
        office_name="Dinas Kependudukan dan Pencatatan Sipil Kota Jakarta Pusat",
        case_number="GP-2026-0001",
        subject=PERSON,
        holder=PERSON,
        languages=("id", "en"),
        facts=(Facts("civil.birth", PERSON, (record,), "access-1", NOW, date(2026, 3, 2), "dukcapil"),),
        legal_ground={
            "id": "UU 24/2013 Pasal 64",
            "en": "Law 24/2013 article 64",
            "ko": "법률 24/2013 제64조",
        },
        issued_at=NOW,
        valid_until=date(2026, 9, 2),
        signatory_title={"id": "Kepala Dinas", "en": "Head of the Office", "ko": "기관장"},
        subject_name="Sri Wahyuni Lestari",
    )
    return replace(order, **changes)
