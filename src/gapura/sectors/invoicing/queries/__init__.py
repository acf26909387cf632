"""Reads of invoicing, permission-aware."""

from gapura.sectors.invoicing.queries.invoices import (
    access_draft,
    access_invoice,
    find_twin,
    get_content,
    get_core,
    list_disputed,
    list_drafts,
    list_received,
    list_sales,
    list_uploads,
    list_year_months,
    require_business,
    sum_months,
)
from gapura.sectors.invoicing.queries.machines import access_keys, find_machine
from gapura.sectors.invoicing.queries.receipts import find_consent, list_receipts, list_reported
from gapura.sectors.invoicing.queries.terms import get_rule_text, get_terms

__all__ = [
    "access_draft",
    "access_invoice",
    "access_keys",
    "find_consent",
    "find_machine",
    "find_twin",
    "get_content",
    "get_core",
    "get_rule_text",
    "get_terms",
    "list_disputed",
    "list_drafts",
    "list_receipts",
    "list_received",
    "list_reported",
    "list_sales",
    "list_uploads",
    "list_year_months",
    "require_business",
    "sum_months",
]
