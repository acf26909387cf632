"""What the country lays down for invoices, and the words of the rules. Each file is read once."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.sectors.invoicing.types import InvoicingTerms, Rate, RuleText


def get_terms() -> InvoicingTerms:
    """``invoicing.yaml`` and ``invoice_rules.yaml``."""
    return _read(settings.GAPURA_JURISDICTION)


def get_rule_text(rule: str) -> RuleText:
    """What the rule asks, and what to do. A rule without words of its own says its name."""
    rules = get_terms().rules
    return rules.get(rule) or rules[_kind(rule)]


def _kind(rule: str) -> str:
    """``BR-E-08`` says the same as ``BR-S-08``, and each ``BR-DEC-…`` the same of its own amount."""
    parts = rule.split("-")
    return f"BR-*-{parts[-1]}" if parts[0] == "BR" and len(parts) == 3 and parts[1] != "DEC" else "BR-DEC"


@cache
def _read(country: str) -> InvoicingTerms:
    declared = _load(country, "invoicing.yaml")
    taken = ("agency", "legal_ground", "purpose", "title", "credit_title", "signatory", "country", "currency", "number")
    more = ("endpoint_scheme", "endpoint", "tax_prefix", "units", "reasons")
    return InvoicingTerms(
        **{name: declared[name] for name in (*taken, *more)},
        rates=tuple(_rate(code, entry) for code, entry in declared["rates"].items()),
        rules=_read_rules(country),
    )


def _read_rules(country: str) -> Mapping[str, RuleText]:
    declared = _load(country, "invoice_rules.yaml")
    remedies = declared["remedies"]
    return {
        rule: RuleText(asks={key: entry[key] for key in ("id", "en", "ko")}, remedy=remedies[entry["do"]])
        for rule, entry in declared["rules"].items()
    }


def _rate(code: str, entry: Mapping[str, Any]) -> Rate:
    return Rate(
        code=code,
        title=entry["title"],
        category=entry["category"],
        percent=Decimal(entry["percent"]),
        valid_from=entry["valid_from"],
        valid_until=entry.get("valid_until"),
        legal_ground=entry["legal_ground"],
        reason=entry.get("reason", ""),
        note=entry.get("note", ""),
    )


def _load(country: str, name: str) -> dict[str, Any]:
    declared: dict[str, Any] = load(country).read(name)
    return declared
