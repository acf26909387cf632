"""Evidence from the registers of who serves the state."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


MILITARY_SERVICE = EvidenceType(
    code="personnel.military-service",
    title=_t("Dinas militer", "Military service", "병역"),
    fields=(
        EvidenceField("service_number", _t("NRP dinas militer", "Service number", "군번"), synonyms=("nrp",)),
        EvidenceField("service_kind", _t("Jenis dinas militer", "Kind of service", "복무 형태"), FieldKind.CODE),
        EvidenceField("branch", _t("Angkatan", "Branch", "군별"), FieldKind.CODE),
        EvidenceField("military_rank", _t("Pangkat militer", "Rank", "계급")),
        EvidenceField("served_from", _t("Berdinas sejak", "Served from", "복무 시작일"), FieldKind.DATE),
        EvidenceField("served_until", _t("Berdinas sampai", "Served until", "복무 종료일"), FieldKind.DATE),
        EvidenceField(
            "discharge_reason", _t("Alasan pemberhentian dinas", "Reason of discharge", "전역 사유"), FieldKind.CODE
        ),
    ),
    repeats=True,
)

PERSONNEL_EVIDENCE_TYPES = (MILITARY_SERVICE,)
