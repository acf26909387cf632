"""Everything that may be done in invoicing."""

from gapura.sectors.invoicing.actions.changing import (
    answer_invoice,
    cancel_invoice,
    correct_invoice,
    receive_invoice,
)
from gapura.sectors.invoicing.actions.drafts import drop_draft, save_draft
from gapura.sectors.invoicing.actions.intake import submit_invoice, upload_invoices
from gapura.sectors.invoicing.actions.issuing import issue_invoice
from gapura.sectors.invoicing.actions.loading import load_invoices
from gapura.sectors.invoicing.actions.machines import accept_call, end_key, register_key
from gapura.sectors.invoicing.actions.papers import issue_paper
from gapura.sectors.invoicing.actions.receipts import give_consent, report_receipt, stop_consent

__all__ = [
    "accept_call",
    "answer_invoice",
    "cancel_invoice",
    "correct_invoice",
    "drop_draft",
    "end_key",
    "give_consent",
    "issue_invoice",
    "issue_paper",
    "load_invoices",
    "receive_invoice",
    "register_key",
    "report_receipt",
    "save_draft",
    "stop_consent",
    "submit_invoice",
    "upload_invoices",
]
