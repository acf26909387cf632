"""Evidence of disability, of the social registry and of social assistance. Others should ask its yes or no."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER, _TEXT = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER, FieldKind.TEXT

DISABILITY = EvidenceType(
    code="welfare.disability",
    title=_t("Disabilitas", "Disability", "장애"),
    fields=(
        _field(
            "disability_kind", _t("Ragam disabilitas", "Kind of disability", "장애 유형"), _CODE, "jenis disabilitas"
        ),
        _field("disability_degree", _t("Derajat disabilitas", "Degree of disability", "장애 정도"), _CODE),
        _field("recorded_from", _t("Tercatat sejak", "Recorded from", "등록일"), _DATE),
        _field("assessor", _t("Dinilai oleh", "Assessed by", "판정 기관")),
    ),
    questions=(Question("has-disability", _t("Penyandang disabilitas?", "Has a disability?", "장애인인가?")),),
    repeats=True,
)

SOCIAL_REGISTRY = EvidenceType(
    code="welfare.social-registry",
    title=_t("Data sosial ekonomi", "Social registry", "사회경제 등록부"),
    fields=(
        _field("welfare_decile", _t("Desil kesejahteraan", "Welfare decile", "소득 분위"), _NUMBER, "desil"),
        _field("ranked_on", _t("Ditetapkan pada", "As of", "기준일"), _DATE),
    ),
    questions=(
        Question(
            "is-within-decile",
            _t("Sampai dengan desil ini?", "Is in this decile or a poorer one?", "이 분위 이하인가?"),
            ("decile",),
        ),
    ),
)

RECIPIENT = EvidenceType(
    code="welfare.recipient",
    title=_t("Penerima bantuan sosial", "Social assistance", "사회부조 수급"),
    fields=(
        _field("social_program", _t("Program bantuan", "Program", "급여 종류"), _CODE, "bantuan sosial"),
        _field("received_from", _t("Penerima sejak", "Recipient from", "수급 시작일"), _DATE),
        _field("order_number", _t("Nomor penetapan", "Number of the order", "결정 번호")),
    ),
    questions=(
        Question(
            "is-recipient",
            _t("Penerima bantuan sosial?", "Receives social assistance?", "사회부조 수급자인가?"),
        ),
        Question(
            "is-recipient-of",
            _t("Penerima program ini?", "Receives assistance of this program?", "이 급여의 수급자인가?"),
            ("social_program",),
        ),
    ),
    repeats=True,
)

WELFARE_EVIDENCE_TYPES = (DISABILITY, SOCIAL_REGISTRY, RECIPIENT)
