"""Passports as cards that are made: what the register of them says of a new one."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from gapura.foundation.texts import in_language
from gapura.kernel.catalogue.queries import get_office_title
from gapura.kernel.production.actions import RegisterKeeper
from gapura.kernel.production.types import CardFacts
from gapura.sectors.immigration.models import PassportEntry


class PassportKeeper(RegisterKeeper):
    kind = "immigration.passport"
    register = PassportEntry
    number_of, status_of = "passport_number", "passport_status"

    def facts_of(self, card: CardFacts) -> Mapping[str, Any]:
        office = get_office_title(card.agency_code, card.office_code)
        return {
            "passport_kind": card.variety,
            "issued_on": card.issued_on,
            "expires_on": card.expires_on,
            "issued_at": in_language(office, settings.LANGUAGE_CODE)[:80],
        }
