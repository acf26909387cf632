"""The demonstration country: law, public services, agencies, code lists, templates and translations."""

from pathlib import Path

from gapura.foundation.jurisdictions import Jurisdiction
from gapura.jurisdictions.indonesia.identifiers import NikScheme

JURISDICTION = Jurisdiction(
    code="ID",
    name={"id": "Republik Indonesia", "en": "Republic of Indonesia", "ko": "인도네시아 공화국"},
    languages=("id", "en", "ko"),
    timezone="Asia/Jakarta",
    currency="IDR",
    person_numbers=NikScheme(),
    root=Path(__file__).parent,
)
