"""The small law of ``household`` for tests."""

from functools import cache
from pathlib import Path

from gapura.foundation.rules.law import Law
from gapura.foundation.rules.loading import load

HOUSEHOLD = Path(__file__).parent / "household"
TARGETS = ("income_tax", "net_income", "child_benefit")


@cache
def get_household_law() -> Law:
    return load(HOUSEHOLD)
