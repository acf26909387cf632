"""Evidence from the immigration registers."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


_PASSPORT_NUMBER = EvidenceField(
    "passport_number", _t("Nomor paspor", "Passport number", "여권번호"), synonyms=("no paspor",)
)

PASSPORT = EvidenceType(
    code="immigration.passport",
    title=_t("Paspor", "Passport", "여권"),
    fields=(
        _PASSPORT_NUMBER,
        EvidenceField("passport_kind", _t("Jenis paspor", "Kind of passport", "여권 종류"), FieldKind.CODE),
        EvidenceField("passport_status", _t("Status paspor", "State of the passport", "여권 상태"), FieldKind.CODE),
        EvidenceField("issued_on", _t("Tanggal terbit paspor", "Passport issued on", "여권 발급일"), FieldKind.DATE),
        EvidenceField("expires_on", _t("Paspor berlaku sampai", "Passport expires on", "여권 만료일"), FieldKind.DATE),
        EvidenceField("issued_at", _t("Kantor penerbit paspor", "Passport issued at", "여권 발급기관")),
    ),
    questions=(
        Question(
            "has-valid-passport",
            _t("Memiliki paspor yang berlaku?", "Holds a valid passport?", "유효한 여권이 있는가?"),
        ),
        Question(
            "has-lasting-passport",
            _t(
                "Memiliki paspor yang masih lama berlaku?",
                "Holds a passport that stays valid for so many days?",
                "유효기간이 충분히 남은 여권이 있는가?",
            ),
            ("days",),
        ),
    ),
    repeats=True,
    must_be_current=True,
)

CROSSING = EvidenceType(
    code="immigration.crossing",
    title=_t("Perlintasan", "Border crossings", "출입국"),
    fields=(
        EvidenceField("crossed_on", _t("Tanggal perlintasan", "Crossed on", "출입국일"), FieldKind.DATE),
        EvidenceField("direction", _t("Arah perlintasan", "Direction", "구분"), FieldKind.CODE),
        EvidenceField("port", _t("Tempat pemeriksaan imigrasi", "Port", "출입국항")),
        EvidenceField("foreign_country", _t("Negara asal atau tujuan", "Country", "상대국")),
        _PASSPORT_NUMBER,
    ),
    repeats=True,
)

RESIDENCE_PERMIT = EvidenceType(
    code="immigration.residence-permit",
    title=_t("Izin tinggal orang asing", "Foreigner's residence permit", "외국인 체류 허가"),
    fields=(
        EvidenceField(
            "permit_number", _t("Nomor izin tinggal", "Permit number", "허가번호"), synonyms=("kitas", "kitap")
        ),
        EvidenceField("permit_kind", _t("Jenis izin tinggal", "Kind of permit", "체류 자격"), FieldKind.CODE),
        EvidenceField(
            "nationality", _t("Negara asal orang asing", "Foreigner's nationality", "외국인 국적"), FieldKind.CODE
        ),
        EvidenceField("sponsor", _t("Penjamin", "Sponsor", "초청인")),
        EvidenceField("permitted_from", _t("Izin tinggal sejak", "Permitted from", "허가 시작일"), FieldKind.DATE),
        EvidenceField("permitted_until", _t("Izin tinggal sampai", "Permitted until", "허가 만료일"), FieldKind.DATE),
    ),
)

IMMIGRATION_EVIDENCE_TYPES = (PASSPORT, CROSSING, RESIDENCE_PERMIT)
