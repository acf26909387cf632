"""What is held about whom, what is due, and whom a breach touched."""

from gapura.kernel.records.queries.breach import (
    list_touched_by_account,
    list_touched_by_key,
    list_touched_by_references,
)
from gapura.kernel.records.queries.copies import access_copy, list_copies_of
from gapura.kernel.records.queries.disposal import get_rule, list_due, list_holds
from gapura.kernel.records.queries.holdings import list_holdings
from gapura.kernel.records.queries.notices import (
    is_consent,
    is_withdrawn,
    list_clocks,
    list_consents,
    list_correction_requests,
    list_notices,
    list_withdrawals,
)
from gapura.kernel.records.queries.tables import (
    get_backup_days,
    get_declaration,
    get_retention,
    list_declarations,
    list_tables,
)

__all__ = [
    "access_copy",
    "get_backup_days",
    "get_declaration",
    "get_retention",
    "get_rule",
    "is_consent",
    "is_withdrawn",
    "list_clocks",
    "list_consents",
    "list_copies_of",
    "list_correction_requests",
    "list_declarations",
    "list_due",
    "list_holdings",
    "list_holds",
    "list_notices",
    "list_tables",
    "list_touched_by_account",
    "list_touched_by_key",
    "list_touched_by_references",
    "list_withdrawals",
]
