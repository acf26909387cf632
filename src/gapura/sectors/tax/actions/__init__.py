"""Everything that may be done in tax."""

from gapura.sectors.tax.actions.businesses import register_business_taxpayer
from gapura.sectors.tax.actions.ledger import post_assessment, post_credit, reverse_postings

__all__ = ["post_assessment", "post_credit", "register_business_taxpayer", "reverse_postings"]
