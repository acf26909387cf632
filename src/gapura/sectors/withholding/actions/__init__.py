"""Reporters deliver; people consent, release and take back."""

from gapura.sectors.withholding.actions.consents import end_consent, give_consent
from gapura.sectors.withholding.actions.deliveries import submit_delivery
from gapura.sectors.withholding.actions.intake import check_deliveries
from gapura.sectors.withholding.actions.naming import find_reporter_name, list_family
from gapura.sectors.withholding.actions.releases import list_shown, release_lines, take_back, use_release
from gapura.sectors.withholding.actions.telling import tell_people
from gapura.sectors.withholding.actions.tokens import accept_token, end_token, issue_token

__all__ = [
    "accept_token",
    "check_deliveries",
    "end_consent",
    "end_token",
    "find_reporter_name",
    "give_consent",
    "issue_token",
    "list_family",
    "list_shown",
    "release_lines",
    "submit_delivery",
    "take_back",
    "tell_people",
    "use_release",
]
