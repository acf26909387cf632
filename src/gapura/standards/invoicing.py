"""Evidence from the invoices that businesses send each other through the tax office."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


_NUMBER = FieldKind.NUMBER

INVOICE_TOTALS = EvidenceType(
    code="tax.invoice-totals",
    title=_t("Jumlah faktur pajak per masa", "Totals of tax invoices by month", "월별 세금계산서 합계"),
    fields=(
        EvidenceField("period", _t("Masa pajak", "Tax period", "과세기간")),
        EvidenceField("sales_base", _t("Penyerahan (DPP)", "Sales before tax", "매출 공급가액"), _NUMBER),
        EvidenceField("output_tax", _t("Pajak keluaran", "Output tax", "매출세액"), _NUMBER),
        EvidenceField("purchases_base", _t("Perolehan (DPP)", "Purchases before tax", "매입 공급가액"), _NUMBER),
        EvidenceField("input_tax", _t("Pajak masukan", "Input tax", "매입세액"), _NUMBER),
        EvidenceField("invoices", _t("Jumlah faktur", "Number of invoices", "세금계산서 수"), _NUMBER),
        EvidenceField("mismatches", _t("Faktur yang disengketakan", "Invoices in dispute", "불일치 건수"), _NUMBER),
    ),
    repeats=True,
)

INVOICING_EVIDENCE_TYPES = (INVOICE_TOTALS,)
