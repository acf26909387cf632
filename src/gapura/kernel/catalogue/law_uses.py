"""What the pages of the law show of the catalogue: the services that apply a rule, and the papers they give."""

from collections.abc import Collection
from datetime import date

from django.urls import reverse

from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import ServiceNotInForce
from gapura.kernel.law.types import RuleUser, UserKind


def list_law_users(services: Collection[str], on: date) -> list[RuleUser]:
    """The services in force on the day by code, then their papers."""
    found, papers = [], []
    for code in sorted(services):
        try:
            service = get_service(code, on=on)
        except ServiceNotInForce:
            continue
        address = reverse("catalogue:service", args=[code])
        found.append(RuleUser(UserKind.SERVICE, service.title, address))
        if service.output is not None:
            papers.append(RuleUser(UserKind.PAPER, service.output.title, address))
    return found + papers
