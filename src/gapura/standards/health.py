"""Evidence of health insurance, immunizations and births attended. Vaccines are named as by the WHO."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER, _TEXT = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER, FieldKind.TEXT
_PERSON = FieldKind.PERSON_NUMBER

_MEMBERSHIP = (
    _field("card_number", _t("Nomor kartu peserta", "Member card number", "가입자 번호"), _TEXT, "nomor bpjs"),
    _field("insurance_class", _t("Kelas perawatan", "Class of care", "병실 등급"), _NUMBER),
    _field("insurance_segment", _t("Segmen peserta", "Kind of membership", "가입 유형"), _CODE),
    _field("insurance_payer", _t("Pembayar iuran", "Who pays the contribution", "보험료 납부자"), _CODE),
    _field("insured_from", _t("Peserta sejak", "Insured from", "자격 취득일"), _DATE),
)

INSURANCE = EvidenceType(
    code="health.insurance",
    title=_t("Kepesertaan jaminan kesehatan", "Health insurance", "건강보험 자격"),
    fields=_MEMBERSHIP,
    questions=(
        Question("is-insured", _t("Peserta jaminan kesehatan?", "Is insured?", "건강보험 가입자인가?")),
        Question(
            "is-paid-for-by",
            _t("Iuran dibayar oleh pihak ini?", "Contribution paid by this payer?", "이 납부자가 보험료를 내는가?"),
            ("insurance_payer",),
        ),
    ),
)

INSURANCE_HISTORY = EvidenceType(
    code="health.insurance-history",
    title=_t("Riwayat kepesertaan", "History of health insurance", "건강보험 자격 이력"),
    fields=(
        *_MEMBERSHIP,
        _field("insured_until", _t("Sampai", "Insured until", "자격 상실일"), _DATE),
        _field("insurance_end", _t("Sebab berakhir", "Reason of ending", "자격 상실 사유"), _CODE),
    ),
    repeats=True,
)

IMMUNIZATION = EvidenceType(
    code="health.immunization",
    title=_t("Imunisasi", "Immunizations", "예방접종"),
    fields=(
        _field("vaccine", _t("Vaksin", "Vaccine", "백신"), _CODE, "jenis vaksin", "imunisasi"),
        _field("dose", _t("Dosis ke", "Dose", "차수"), _NUMBER),
        _field("given_on", _t("Tanggal pemberian", "Given on", "접종일"), _DATE, "tanggal vaksin"),
        _field("facility_name", _t("Fasilitas kesehatan", "Health facility", "의료기관"), _TEXT, "rumah sakit"),
    ),
    repeats=True,
)

BIRTH_ATTENDED = EvidenceType(
    code="health.birth-attended",
    title=_t("Kelahiran di fasilitas kesehatan", "Births attended", "출생 통보"),
    fields=(
        _field("notice_number", _t("Nomor surat keterangan lahir", "Number of the birth notice", "출생 통보 번호")),
        _field("mother_number", _t("NIK ibu", "Mother's NIK", "모의 NIK"), _PERSON),
        _field("birth_place", _t("Tempat lahir", "Place of birth", "출생지")),
        _field("facility_name", _t("Fasilitas kesehatan", "Health facility", "의료기관")),
        _field("facility_code", _t("Kode fasilitas", "Code of the facility", "의료기관 코드")),
        _field("child_number", _t("NIK anak", "Child's NIK", "자녀 NIK"), _PERSON),
        _field("sex", _t("Jenis kelamin anak", "Sex of the child", "자녀 성별"), _CODE),
        _field("child_order", _t("Urutan dalam persalinan", "Order in this birth", "이번 출산의 순서"), _NUMBER),
        _field("born_on", _t("Tanggal lahir anak", "Born on", "출생일"), _DATE),
        _field("born_at", _t("Jam lahir", "Time of birth", "출생 시각")),
        _field("weight_grams", _t("Berat lahir (gram)", "Weight at birth (grams)", "출생 체중(g)"), _NUMBER),
    ),
    questions=(
        Question(
            "has-birth-notice",
            _t("Kelahiran diberitahukan?", "Was a birth told of lately?", "최근 출생이 통보되었는가?"),
            ("days", "child_order"),
        ),
    ),
    repeats=True,
)

DEATH_CERTIFIED = EvidenceType(
    code="health.death-certified",
    title=_t("Surat keterangan kematian", "Death certified by a physician", "의사의 사망 통보"),
    fields=(
        _field("notice_number", _t("Nomor surat keterangan kematian", "Number of the death notice", "사망 통보 번호")),
        _field("number", _t("NIK almarhum", "NIK of the dead", "사망자 NIK"), _PERSON),
        _field("died_on", _t("Tanggal meninggal", "Died on", "사망일"), _DATE),
        _field("death_place", _t("Tempat meninggal", "Place of death", "사망지")),
        _field("facility_name", _t("Fasilitas kesehatan", "Health facility", "의료기관")),
    ),
    questions=(
        Question("has-death-notice", _t("Kematian diberitahukan?", "Was the death told of?", "사망이 통보되었는가?")),
    ),
)

HEALTH_EVIDENCE_TYPES = (INSURANCE, INSURANCE_HISTORY, IMMUNIZATION, BIRTH_ATTENDED, DEATH_CERTIFIED)
