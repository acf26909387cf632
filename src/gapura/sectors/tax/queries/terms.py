"""The country's terms for accounts and collection (``tax_account.yaml``, ``tax_risk.yaml``). Read once."""

from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.sectors.tax.types import AssessmentKind, CollectionTerm, RiskRule


@cache
def _read(name: str) -> dict[str, Any]:
    return dict(load(settings.GAPURA_JURISDICTION).read(name))


def get_account_term(section: str, name: str) -> Any:
    """One value of ``tax_account.yaml``. Raises KeyError."""
    return _read("tax_account.yaml")[section][name]


def get_currency() -> str:
    """The country's currency, by ISO 4217."""
    return str(load(settings.GAPURA_JURISDICTION).currency)


def get_charge_order() -> list[AssessmentKind]:
    """In which order money settles what one period owes."""
    return [AssessmentKind(kind) for kind in get_account_term("settlement_order", "charges")]


@cache
def list_collection_terms() -> tuple[CollectionTerm, ...]:
    """The steps of collection in their order."""
    return tuple(
        CollectionTerm(one["code"], one["title"], one["after_days"], one["by"] == "house", one["law"])
        for one in _read("tax_account.yaml")["collection"]
    )


@cache
def list_risk_rules() -> tuple[RiskRule, ...]:
    """Why an account may deserve a second look."""
    rules = _read("tax_risk.yaml")["rules"]
    return tuple(RiskRule(**{name: one[name] for name in RiskRule.__slots__}) for one in rules)


def get_risk_threshold() -> int:
    """From which score on an account is listed for selection."""
    return int(_read("tax_risk.yaml")["select_from"])


def get_law_of(section: str) -> Text:
    """The article behind a section, in every language."""
    law: Text = get_account_term(section, "law")
    return law
