"""What the business register answers through the exchange: of a person, the businesses they speak for or own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gapura.kernel.exchange.plugin import Record, RegisterProvider, register_provider
from gapura.kernel.registers.queries import list_entries, list_entries_of
from gapura.sectors.business.models import ActivityEntry, BusinessEntry, RepresentativeEntry, ShareEntry
from gapura.sectors.business.queries import get_founding_terms, list_awaiting_lines
from gapura.sectors.business.types import RiskClass

Parameters = Mapping[str, str | int]


class BusinessProvider(RegisterProvider):
    """The businesses a person may speak for; of a business (its number is the subject), itself."""

    evidence_type = "business.registration"
    owner = "business"
    register = RepresentativeEntry
    by = "representative_number"
    details = {"business_number": BusinessEntry}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        yield from super().read(subject, fields, as_of, known_at)
        own = tuple(sorted({"business_number"} | {name for name in fields if self._has(BusinessEntry, name)}))
        yield from list_entries(BusinessEntry, own, subject, as_of=as_of, known_at=known_at)


class ActivityProvider(RegisterProvider):
    """Lines of business of everything the person may speak for; of a business, its own."""

    evidence_type = "business.activity"
    owner = "business"
    register = ActivityEntry
    names = {"licensed_since": "valid_from"}
    questions = {"awaits-judgment": "awaits_judgment"}

    def awaits_judgment(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether a line of the business awaits a licence that an official must judge; None: not theirs."""
        business = str(parameters["business_number"])
        if business not in self.list_keys(subject, as_of, known_at):
            return None
        licences = get_founding_terms().licences
        return any(licences[RiskClass(line.activity_risk)].judged for line in list_awaiting_lines(business, on=as_of))

    def list_keys(self, subject: str, as_of: date, known_at: datetime | None) -> Sequence[str]:
        return _list_businesses(subject, as_of, known_at)


class StatusProvider(RegisterProvider):
    """Every state of what the person may speak for or could when it ended, oldest first; none begun after ``as_of``.

    Of a business, its own.
    """

    evidence_type = "business.status"
    owner = "business"
    register = BusinessEntry
    names = {"status_from": "valid_from", "status_until": "valid_until"}
    over_time = True
    ended = ("status_until",)

    def list_keys(self, subject: str, as_of: date, known_at: datetime | None) -> Sequence[str]:
        return _list_businesses(subject, as_of, known_at, begun=True)


class ShareProvider(RegisterProvider):
    """The shares a person holds."""

    evidence_type = "business.share"
    owner = "business"
    register = ShareEntry
    by = "holder_number"
    names = {"held_since": "valid_from"}
    details = {"business_number": BusinessEntry}


class RepresentationProvider(RegisterProvider):
    """Of a business (its number is the subject): who may speak for it."""

    evidence_type = "business.representation"
    owner = "business"
    register = RepresentativeEntry
    names = {"appointed_on": "valid_from"}
    details = {"business_number": BusinessEntry}
    questions = {"is-representative-of": "has_representative"}

    def has_representative(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        """None when no such business stands."""
        if not BusinessEntry.objects.filter(business_number=subject).as_of(as_of).known_at(known_at).exists():
            return None
        person = parameters["representative_number"]
        return self.has_entry(subject, as_of, known_at, representative_number=person, alone=True)


def _list_businesses(subject: str, as_of: date, known_at: datetime | None, *, begun: bool = False) -> list[str]:
    """The businesses that ``subject`` speaks for (``begun``: or spoke for), and ``subject``, which may be one."""
    by = ("representative_number",)
    times: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "begun": begun}
    posts = list_entries_of(RepresentativeEntry, ("business_number",), (subject,), by=by, **times)
    return [*sorted({post["business_number"] for post in posts}), subject]


def register_providers() -> None:
    """Let every provider of this register answer for its evidence type."""
    for provider in (
        BusinessProvider(),
        ActivityProvider(),
        StatusProvider(),
        ShareProvider(),
        RepresentationProvider(),
    ):
        register_provider(provider)
