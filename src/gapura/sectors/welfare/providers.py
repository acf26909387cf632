"""What the welfare registers answer through the exchange: to most who ask, yes or no."""

from collections.abc import Mapping
from datetime import date, datetime

from gapura.kernel.exchange.plugin import RegisterProvider, register_provider
from gapura.sectors.welfare.models import DisabilityEntry, RecipientEntry, SocialRegistryEntry


class DisabilityProvider(RegisterProvider):
    evidence_type = "welfare.disability"
    owner = "welfare"
    register = DisabilityEntry
    names = {"recorded_from": "valid_from"}
    questions = {"has-disability": "has_disability"}

    def has_disability(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        return self.has_entry(subject, as_of, known_at)


class SocialRegistryProvider(RegisterProvider):
    evidence_type = "welfare.social-registry"
    owner = "welfare"
    register = SocialRegistryEntry
    names = {"ranked_on": "valid_from"}
    questions = {"is-within-decile": "is_within_decile"}

    def is_within_decile(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether the person's household is in the tenth ``decile`` or a poorer one; None where nobody ranked it."""
        entries = SocialRegistryEntry.objects.filter(number=subject).as_of(as_of).known_at(known_at)
        decile = entries.values_list("welfare_decile", flat=True).first()
        return None if decile is None else decile <= int(parameters["decile"])


class RecipientProvider(RegisterProvider):
    evidence_type = "welfare.recipient"
    owner = "welfare"
    register = RecipientEntry
    names = {"received_from": "valid_from"}
    questions = {"is-recipient": "is_recipient", "is-recipient-of": "is_recipient"}

    def is_recipient(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        """Whether the person receives assistance, of the program ``social_program`` where one is named."""
        return self.has_entry(subject, as_of, known_at, **parameters)


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    for provider in (DisabilityProvider(), SocialRegistryProvider(), RecipientProvider()):
        register_provider(provider)
