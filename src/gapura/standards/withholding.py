"""Evidence of what others report about a person for a tax year: slips of tax withheld, and other amounts."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER
_YEAR = _field("tax_year", _t("Tahun pajak", "Tax year", "귀속연도"), _NUMBER)
_REPORTED = _field("reported_on", _t("Dilaporkan pada", "Reported on", "제출일"), _DATE)

WITHHOLDING_SLIP = EvidenceType(
    code="tax.withholding-slip",
    title=_t("Bukti pemotongan pajak", "Withholding slips", "원천징수영수증"),
    fields=(
        _field("slip_number", _t("Nomor bukti potong", "Slip number", "영수증 번호")),
        _YEAR,
        _field("employer_number", _t("Nomor pemberi kerja", "Employer's number", "원천징수의무자 번호")),
        _field("employer_name", _t("Pemberi kerja", "Employer", "원천징수의무자")),
        _field("slip_kind", _t("Jenis bukti potong", "Kind of slip", "영수증 종류"), _CODE),
        _field("month_from", _t("Bulan awal", "First month", "시작 월"), _NUMBER),
        _field("month_until", _t("Bulan akhir", "Last month", "종료 월"), _NUMBER),
        _field("gross", _t("Penghasilan bruto dari pemberi kerja", "Gross pay", "총급여"), _NUMBER),
        _field(
            "pension_contributions",
            _t("Iuran pensiun dan hari tua", "Pension contributions", "연금 보험료"),
            _NUMBER,
        ),
        _field("zakat", _t("Zakat lewat pemberi kerja", "Zakat through the employer", "자카트"), _NUMBER),
        _field("other_deductions", _t("Pengurang lain", "Other deductions", "그 밖의 공제"), _NUMBER),
        _field("tax_withheld", _t("Pajak yang dipotong", "Tax withheld", "원천징수세액"), _NUMBER),
        _field("tax_status", _t("Status PTKP yang dipakai", "Family status used", "적용된 가족 공제 구분")),
        _field("final", _t("Dikenai pajak final", "Taxed finally", "분리과세 여부"), FieldKind.BOOLEAN),
        _REPORTED,
    ),
    repeats=True,
)

REPORTED_ITEM = EvidenceType(
    code="tax.reported-item",
    title=_t("Jumlah yang dilaporkan pihak lain", "Amounts others reported", "제출된 자료"),
    fields=(
        _field("item_number", _t("Nomor laporan", "Report number", "자료 번호")),
        _YEAR,
        _field("item_kind", _t("Jenis jumlah yang dilaporkan", "Kind of amount", "자료 종류"), _CODE),
        _field("provider_number", _t("Nomor pelapor", "Reporter's number", "제출기관 번호")),
        _field("provider_name", _t("Pelapor", "Reporter", "제출기관")),
        _field("amount", _t("Jumlah yang dilaporkan", "Reported amount", "자료 금액"), _NUMBER),
        _field("tax_withheld", _t("Pajak yang dipotong", "Tax withheld", "원천징수세액"), _NUMBER),
        _REPORTED,
    ),
    repeats=True,
)

WITHHOLDING_EVIDENCE_TYPES = (WITHHOLDING_SLIP, REPORTED_ITEM)
