"""Evidence from the tax registers: the nation's, and the regions' own taxes."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER
_YEAR = _field("tax_year", _t("Tahun pajak", "Tax year", "귀속연도"), _NUMBER)
_ASSESSMENT = _field("assessment_number", _t("Nomor ketetapan", "Assessment number", "부과번호"))

TAXPAYER = EvidenceType(
    code="tax.taxpayer",
    title=_t("Wajib pajak", "Taxpayer", "납세자"),
    fields=(
        _field(
            "tax_number",
            _t("NPWP", "Taxpayer number (NPWP)", "납세자번호(NPWP)"),
            FieldKind.TEXT,
            "nomor pokok wajib pajak",
            "nomor npwp",
            "taxpayer number",
            "tax id",
        ),
        _field("taxpayer_status", _t("Status wajib pajak", "Taxpayer status", "납세자 상태"), _CODE),
        _field("tax_office", _t("Kantor pajak", "Tax office", "관할 세무서")),
        _field("registered_on", _t("Terdaftar sejak", "Registered on", "등록일"), _DATE),
    ),
    questions=(
        Question("is-active-taxpayer", _t("Wajib pajak aktif?", "Is an active taxpayer?", "유효한 납세자인가?")),
    ),
)

INCOME = EvidenceType(
    code="tax.income",
    title=_t("Penghasilan menurut ketetapan", "Income as assessed", "소득금액"),
    fields=(
        _YEAR,
        _field(
            "gross_income",
            _t("Penghasilan bruto", "Gross income", "총소득"),
            _NUMBER,
            "penghasilan",
            "penghasilan setahun",
            "penghasilan per tahun",
            "income",
            "annual income",
            "yearly income",
            "소득",
            "연소득",
        ),
        _field("taxable_income", _t("Penghasilan kena pajak", "Taxable income", "과세표준"), _NUMBER),
        _field("income_tax", _t("Pajak penghasilan terutang", "Income tax", "결정세액"), _NUMBER),
        _field("assessed_on", _t("Tanggal ketetapan", "Assessed on", "결정일"), _DATE),
    ),
    questions=(
        Question(
            "earned-at-most",
            _t(
                "Penghasilan bruto tahun itu tidak melebihi jumlah ini?",
                "Was gross income of that year at most this amount?",
                "그 해 총소득이 이 금액 이하인가?",
            ),
            ("tax_year", "amount"),
        ),
    ),
    repeats=True,
)

ARREARS = EvidenceType(
    code="tax.arrears",
    title=_t("Tunggakan pajak pusat", "Arrears of national tax", "국세 체납"),
    fields=(
        _ASSESSMENT,
        _field("national_tax", _t("Jenis pajak pusat", "Kind of national tax", "국세 세목"), _CODE),
        _YEAR,
        _field("arrears_amount", _t("Jumlah tunggakan", "Amount in arrears", "체납액"), _NUMBER),
        _field("in_arrears_from", _t("Menunggak sejak", "In arrears from", "체납일"), _DATE),
    ),
    questions=(
        Question(
            "has-no-arrears",
            _t("Tidak ada tunggakan pajak pusat?", "Has no arrears of national tax?", "국세 체납이 없는가?"),
        ),
    ),
    repeats=True,
    must_be_current=True,
)

LOCAL_ASSESSMENT = EvidenceType(
    code="tax.local-assessment",
    title=_t("Ketetapan pajak daerah", "Local tax assessments", "지방세 부과"),
    fields=(
        _ASSESSMENT,
        _field("local_tax", _t("Jenis pajak daerah", "Kind of local tax", "지방세 세목"), _CODE),
        _YEAR,
        _field("object_number", _t("Nomor objek pajak", "Taxed object", "과세 대상"), FieldKind.TEXT, "nop"),
        _field("levied_by", _t("Dipungut oleh", "Levied by", "부과 기관")),
        _field("tax_amount", _t("Jumlah pajak", "Amount of tax", "세액"), _NUMBER),
        _field("assessed_on", _t("Tanggal ketetapan", "Assessed on", "결정일"), _DATE),
        _field("due_on", _t("Jatuh tempo", "Due on", "납부기한"), _DATE),
        _field("paid_on", _t("Dibayar pada", "Paid on", "납부일"), _DATE),
    ),
    questions=(
        Question(
            "has-no-local-arrears",
            _t("Tidak ada tunggakan pajak daerah?", "Has no arrears of local tax?", "지방세 체납이 없는가?"),
        ),
        Question(
            "has-no-arrears-on",
            _t(
                "Tidak ada tunggakan pajak atas objek ini?",
                "Has no arrears on this object?",
                "이 대상에 대한 체납이 없는가?",
            ),
            ("object_number",),
        ),
    ),
    repeats=True,
    must_be_current=True,
)

BUSINESS_TAXPAYER = EvidenceType(
    code="tax.business-taxpayer",
    title=_t("Usaha sebagai wajib pajak", "Businesses as taxpayers", "사업체 납세자"),
    fields=(
        _field("business_number", _t("NIB", "Business number (NIB)", "사업자번호(NIB)")),
        _field("tax_number", _t("NPWP", "Taxpayer number (NPWP)", "납세자번호(NPWP)")),
        _field("tax_office", _t("Kantor pajak", "Tax office", "관할 세무서")),
        _field("registered_on", _t("Terdaftar sejak", "Registered on", "등록일"), _DATE),
    ),
    repeats=True,
)

RETURN = EvidenceType(
    code="tax.return",
    title=_t("SPT yang telah disampaikan", "Tax returns filed", "제출한 세금 신고서"),
    fields=(
        _field("return_number", _t("Nomor SPT", "Number of the return", "신고 번호")),
        _field("return_kind", _t("Jenis SPT", "Kind of return", "신고 종류"), _CODE),
        _field("tax_period", _t("Tahun atau masa pajak", "Year or month", "귀속 기간")),
        _field("version", _t("Penyampaian ke", "Filing number", "제출 차수"), _NUMBER),
        _field("filed_on", _t("Tanggal penyampaian", "Filed on", "신고일"), _DATE),
        _field("tax_levied", _t("Pajak terutang menurut SPT", "Tax by the return", "신고 세액"), _NUMBER),
        _field("tax_credited", _t("Pajak yang sudah dipotong atau dibayar", "Already paid", "기납부 세액"), _NUMBER),
        _field("left_to_pay", _t("Kurang bayar", "Left to pay", "납부할 세액"), _NUMBER),
        _field("paid_too_much", _t("Lebih bayar", "Paid too much", "환급받을 세액"), _NUMBER),
    ),
    repeats=True,
)

TAX_EVIDENCE_TYPES = (TAXPAYER, BUSINESS_TAXPAYER, INCOME, ARREARS, LOCAL_ASSESSMENT, RETURN)
