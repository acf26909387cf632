"""Evidence from the business register. Terms follow the EU Core Business Vocabulary where it has one."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


_NUMBER = EvidenceField("business_number", _t("NIB", "Business number (NIB)", "사업자번호(NIB)"), synonyms=("nib",))
_NAME = EvidenceField(
    "legal_name", _t("Nama usaha", "Legal name", "상호"), synonyms=("nama perusahaan", "company name", "nama usaha")
)
_STATUS = EvidenceField("business_status", _t("Status usaha", "Status", "영업 상태"), FieldKind.CODE)
_STATUS_REASON = EvidenceField("status_reason", _t("Alasan status", "Reason of the status", "사유"))

REGISTRATION = EvidenceType(
    code="business.registration",
    title=_t("Pendaftaran usaha", "Business registration", "사업자등록"),
    fields=(
        _NUMBER,
        _NAME,
        EvidenceField("legal_form", _t("Bentuk usaha", "Legal form", "법적 형태"), FieldKind.CODE),
        _STATUS,
        _STATUS_REASON,
        EvidenceField("business_tax_number", _t("NPWP usaha", "Tax number", "납세자번호"), synonyms=("npwp usaha",)),
        EvidenceField("deed_number", _t("Nomor pengesahan", "Deed number", "인가번호")),
        EvidenceField("founded_on", _t("Didirikan pada", "Founded on", "설립일"), FieldKind.DATE),
        EvidenceField("capital", _t("Modal usaha", "Capital", "자본금"), FieldKind.NUMBER, ("modal",)),
        EvidenceField("seat_address", _t("Alamat usaha", "Seat", "소재지"), synonyms=("alamat perusahaan",)),
        EvidenceField("position", _t("Jabatan dalam usaha", "Position", "직위"), FieldKind.CODE),
        EvidenceField("alone", _t("Berwenang sendiri", "May act alone", "단독 대표 여부"), FieldKind.BOOLEAN),
    ),
    repeats=True,
)

ACTIVITY = EvidenceType(
    code="business.activity",
    title=_t("Bidang usaha", "Lines of business", "업종"),
    fields=(
        _NUMBER,
        EvidenceField(
            "activity_code", _t("Bidang usaha (KBLI)", "Line of business (KBLI)", "업종(KBLI)"), FieldKind.CODE
        ),
        EvidenceField("activity_risk", _t("Tingkat risiko", "Risk class", "위험 등급"), FieldKind.CODE),
        EvidenceField("business_licence_number", _t("Nomor perizinan", "Licence number", "허가번호")),
        EvidenceField("business_licence_status", _t("Status perizinan", "Licence status", "허가 상태"), FieldKind.CODE),
        EvidenceField("licensed_since", _t("Terdaftar sejak", "Registered since", "등록일"), FieldKind.DATE),
    ),
    questions=(
        Question(
            "awaits-judgment",
            _t(
                "Ada bidang usaha yang izinnya harus diverifikasi pejabat?",
                "Does a line await a licence that an official must judge?",
                "공무원의 심사가 필요한 업종이 있는가?",
            ),
            ("business_number",),
        ),
    ),
    repeats=True,
)

STATUS = EvidenceType(
    code="business.status",
    title=_t("Riwayat status usaha", "History of the business's status", "영업 상태 이력"),
    fields=(
        _NUMBER,
        _NAME,
        _STATUS,
        _STATUS_REASON,
        EvidenceField("status_from", _t("Berlaku sejak", "Since", "시작일"), FieldKind.DATE),
        EvidenceField("status_until", _t("Sampai dengan", "Until", "종료일"), FieldKind.DATE),
    ),
    repeats=True,
)

SHARE = EvidenceType(
    code="business.share",
    title=_t("Saham", "Shares", "주식"),
    fields=(
        _NUMBER,
        _NAME,
        EvidenceField("shares", _t("Jumlah saham", "Shares held", "보유 주식 수"), FieldKind.NUMBER),
        EvidenceField("shares_issued", _t("Seluruh saham", "Shares issued", "총 발행 주식 수"), FieldKind.NUMBER),
        EvidenceField("held_since", _t("Dimiliki sejak", "Held since", "취득일"), FieldKind.DATE),
    ),
    repeats=True,
)

REPRESENTATION = EvidenceType(
    code="business.representation",
    title=_t("Wakil perusahaan", "Representatives of a company", "회사 대표"),
    fields=(
        _NAME,
        EvidenceField(
            "representative_number", _t("NIK wakil", "Representative's NIK", "대표자 NIK"), FieldKind.PERSON_NUMBER
        ),
        EvidenceField("position", _t("Jabatan", "Position", "직위"), FieldKind.CODE),
        EvidenceField("appointed_on", _t("Diangkat pada", "Appointed on", "선임일"), FieldKind.DATE),
        EvidenceField(
            "alone",
            _t("Berwenang sendiri", "May act alone", "단독 대표 여부"),
            FieldKind.BOOLEAN,
        ),
    ),
    questions=(
        Question(
            "is-representative-of",
            _t("Berwenang mewakili perusahaan ini?", "May represent this company?", "이 회사를 대표할 수 있는가?"),
            ("representative_number",),
        ),
    ),
    repeats=True,
)

BUSINESS_EVIDENCE_TYPES = (REGISTRATION, ACTIVITY, STATUS, SHARE, REPRESENTATION)
