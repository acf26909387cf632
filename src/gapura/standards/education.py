"""Evidence from the registers of schools. Levels and school numbers are those of the country's education data."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER, _TEXT = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER, FieldKind.TEXT

_NISN = _field("nisn", _t("NISN", "National student number (NISN)", "학생번호(NISN)"), _TEXT, "nomor induk siswa")
_NPSN = _field("npsn", _t("NPSN", "National school number (NPSN)", "학교번호(NPSN)"))
_SCHOOL = _field("school_name", _t("Nama sekolah", "Name of the school", "학교명"), _TEXT, "sekolah", "school", "학교")
_PLACE = _field("school_place", _t("Tempat sekolah", "Place of the school", "학교 소재지"))
_LEVEL = _field("school_level", _t("Jenjang", "Level of school", "학교급"), _CODE, "jenjang pendidikan")
_ENROLLED_FROM = _field("enrolled_from", _t("Mulai bersekolah", "Enrolled from", "입학일"), _DATE)

ENROLLMENT = EvidenceType(
    code="education.enrollment",
    title=_t("Sekolah saat ini", "Present school", "재학"),
    fields=(
        _NISN,
        _NPSN,
        _SCHOOL,
        _PLACE,
        _LEVEL,
        _ENROLLED_FROM,
        _field("expected_on", _t("Perkiraan lulus", "Expected to graduate on", "졸업 예정일"), _DATE),
    ),
    questions=(
        Question("is-enrolled", _t("Sedang bersekolah?", "Is at school?", "재학 중인가?")),
        Question(
            "graduates-within",
            _t("Akan lulus dalam sekian hari?", "Is to graduate within so many days?", "며칠 안에 졸업 예정인가?"),
            ("days",),
        ),
    ),
)

ENROLLMENT_HISTORY = EvidenceType(
    code="education.enrollment-history",
    title=_t("Riwayat sekolah", "Schools attended", "학교 이력"),
    fields=(
        _NISN,
        _NPSN,
        _SCHOOL,
        _PLACE,
        _LEVEL,
        _ENROLLED_FROM,
        _field("enrolled_until", _t("Sampai", "Enrolled until", "학적 종료일"), _DATE),
        _field("school_exit", _t("Sebab keluar", "Reason of leaving", "학적 종료 사유"), _CODE),
    ),
    repeats=True,
)

RESULT = EvidenceType(
    code="education.result",
    title=_t("Nilai", "School results", "성적"),
    fields=(
        _NPSN,
        _field("school_year", _t("Tahun pelajaran", "School year", "학년도")),
        _field("school_class", _t("Kelas", "School class", "학년"), _NUMBER),
        _field("school_subject", _t("Mata pelajaran", "School subject", "과목"), _CODE),
        _field("mark", _t("Nilai", "Mark", "점수"), _NUMBER, "nilai rapor"),
        _field("marked_on", _t("Tanggal penilaian", "Marked on", "평가일"), _DATE),
    ),
    repeats=True,
)

GRADUATION = EvidenceType(
    code="education.graduation",
    title=_t("Kelulusan", "Graduation", "졸업"),
    fields=(
        _NISN,
        _NPSN,
        _SCHOOL,
        _PLACE,
        _LEVEL,
        _field("diploma_number", _t("Nomor ijazah", "Diploma number", "졸업증서 번호"), _TEXT, "ijazah"),
        _field("graduated_on", _t("Tanggal lulus", "Graduated on", "졸업일"), _DATE, "tahun lulus"),
    ),
    questions=(
        Question(
            "has-graduated-from",
            _t("Tamat jenjang ini?", "Has graduated from this level?", "이 학교급을 졸업했는가?"),
            ("school_level",),
        ),
    ),
    repeats=True,
)

EDUCATION_EVIDENCE_TYPES = (ENROLLMENT, ENROLLMENT_HISTORY, RESULT, GRADUATION)
