"""The tables of tax: the registers it keeps, and taxpayers' accounts."""

from gapura.sectors.tax.models.collection import (
    CollectionStep,
    Installment,
    InstallmentPlan,
    RefundRequest,
    TaxAudit,
    TaxBill,
    TaxLookUp,
)
from gapura.sectors.tax.models.ledger import TaxAccount, TaxPosting
from gapura.sectors.tax.models.registers import (
    ArrearsEntry,
    BusinessTaxpayerEntry,
    IncomeEntry,
    LocalAssessmentEntry,
    TaxpayerEntry,
)
from gapura.sectors.tax.models.returns import ClaimedDependant, ReturnVersion, TaxReturn

__all__ = [
    "ArrearsEntry",
    "BusinessTaxpayerEntry",
    "ClaimedDependant",
    "CollectionStep",
    "IncomeEntry",
    "Installment",
    "InstallmentPlan",
    "LocalAssessmentEntry",
    "RefundRequest",
    "ReturnVersion",
    "TaxAccount",
    "TaxAudit",
    "TaxBill",
    "TaxLookUp",
    "TaxPosting",
    "TaxReturn",
    "TaxpayerEntry",
]
