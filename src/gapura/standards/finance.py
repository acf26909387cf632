"""Evidence from banks and social funds: what they keep for people, and what people owe them."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER
_INSTITUTION = _field("institution", _t("Lembaga keuangan", "Financial institution", "금융기관"))

DEPOSIT = EvidenceType(
    code="finance.deposit",
    title=_t("Simpanan di bank", "Deposits", "예금"),
    fields=(
        _INSTITUTION,
        _field("account_number", _t("Nomor rekening", "Account number", "계좌번호"), FieldKind.TEXT, "rekening bank"),
        _field("account_kind", _t("Jenis rekening", "Kind of account", "계좌 종류"), _CODE),
        _field("balance", _t("Saldo", "Balance", "잔액"), _NUMBER),
        _field("opened_on", _t("Dibuka pada", "Opened on", "개설일"), _DATE),
    ),
    repeats=True,
)

LOAN = EvidenceType(
    code="finance.loan",
    title=_t("Pinjaman bank", "Loans", "대출"),
    fields=(
        _INSTITUTION,
        _field("loan_number", _t("Nomor pinjaman", "Loan number", "대출 번호")),
        _field("loan_kind", _t("Jenis pinjaman", "Kind of loan", "대출 종류"), _CODE),
        _field("outstanding", _t("Sisa pinjaman", "Still owed", "대출 잔액"), _NUMBER),
        _field("borrowed_on", _t("Dipinjam pada", "Borrowed on", "대출일"), _DATE),
    ),
    repeats=True,
)

PENSION = EvidenceType(
    code="finance.pension",
    title=_t("Tabungan pensiun", "Pension savings", "연금 적립금"),
    fields=(
        _field("fund", _t("Program jaminan", "Fund", "기금"), _CODE),
        _field("member_number", _t("Nomor peserta pensiun", "Member number", "가입자 번호")),
        _field("saved", _t("Saldo tabungan", "Saved", "적립액"), _NUMBER),
        _field("joined_on", _t("Peserta pensiun sejak", "Member since", "가입일"), _DATE),
    ),
    repeats=True,
)

EMPLOYER = EvidenceType(
    code="finance.employer",
    title=_t("Kepesertaan pemberi kerja", "Employers in social insurance", "사회보험 사업장"),
    fields=(
        _field("business_number", _t("NIB", "Business number (NIB)", "사업자번호(NIB)")),
        _field("employer_number", _t("Nomor pendaftaran pemberi kerja", "Employer number", "사업장 관리번호")),
        _field("enrolled_on", _t("Pemberi kerja terdaftar sejak", "Enrolled on", "성립일"), _DATE),
    ),
    repeats=True,
)

FINANCE_EVIDENCE_TYPES = (DEPOSIT, LOAN, PENSION, EMPLOYER)
