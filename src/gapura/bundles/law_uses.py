"""What the pages of the law show of bundles: those in which a service applies a rule."""

from collections.abc import Collection
from datetime import date

from django.urls import reverse

from gapura.bundles.queries import is_in_force, list_bundles
from gapura.kernel.law.types import RuleUser, UserKind


def list_law_users(services: Collection[str], on: date) -> list[RuleUser]:
    """The bundles in force on the day that have one of these services."""
    return [
        RuleUser(UserKind.BUNDLE, bundle.title, reverse("bundles:ask", args=[bundle.code]))
        for bundle in list_bundles()
        if any(item.service in services for item in bundle.items) and is_in_force(bundle, on=on)
    ]
