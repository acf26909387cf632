"""The parts of the house that people know by name."""

from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.exchange.plugin import find_provider, list_evidence_types
from gapura.kernel.operations.types import Component

PARTS = (
    Component("sign-in", {"id": "Masuk", "en": "Signing in", "ko": "로그인"}),
    Component("applications", {"id": "Permohonan", "en": "Applications", "ko": "신청"}),
    Component("verification", {"id": "Pemeriksaan dokumen", "en": "Checking documents", "ko": "문서 확인"}),
    Component("messages", {"id": "Pesan dan surel", "en": "Messages and e-mail", "ko": "메시지와 이메일"}),
)
EXCHANGE = "exchange-"


def list_components() -> list[Component]:
    """The parts of the house, then every holder of data that it asks."""
    providers = (find_provider(declared.code) for declared in list_evidence_types())
    holders = sorted({provider.agency_code for provider in providers if provider})
    return [*PARTS, *(Component(f"{EXCHANGE}{code}", get_agency(code).title) for code in holders)]
