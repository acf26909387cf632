"""Writing to the health registers: births and deaths told by facilities, members of the insurance."""

from gapura.sectors.health.actions.births import report_birth
from gapura.sectors.health.actions.deaths import report_death, withdraw_death
from gapura.sectors.health.actions.memberships import insure_newborn

__all__ = ["insure_newborn", "report_birth", "report_death", "withdraw_death"]
