"""What may be read in tax."""

from gapura.sectors.tax.queries.businesses import get_business_tax_number_format, is_business_taxpayer
from gapura.sectors.tax.queries.ledger import get_balance, list_balances, list_postings
from gapura.sectors.tax.queries.returns import prepare_law_of_returns

__all__ = [
    "get_balance",
    "get_business_tax_number_format",
    "is_business_taxpayer",
    "list_balances",
    "list_postings",
    "prepare_law_of_returns",
]
