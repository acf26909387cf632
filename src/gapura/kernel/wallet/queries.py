"""Receivers, what was sent, what was received, and whether a link leads anywhere."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.documents.queries import Document, find_document, list_documents, verify_code
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.exchange.types import HOUSE
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.wallet.models import Delivery, FactFetch, Opening, Sharing
from gapura.kernel.wallet.permissions import (
    is_receiver,
    is_sender,
    receives_for_agency,
    receives_for_company,
    shares_for_themselves,
)
from gapura.kernel.wallet.rules import LIVE, attempt_digest, paper_state, token_digest
from gapura.kernel.wallet.types import (
    RECEIVER_ROLE,
    CannotOpen,
    DeliveryState,
    FactBundle,
    PaperState,
    Receiver,
    SharingTerms,
    WalletTerms,
)


def get_terms() -> WalletTerms:
    """What the country lays down in ``receivers.yaml``."""
    return _read_terms(settings.GAPURA_JURISDICTION)


def find_receiver(code: str) -> Receiver | None:
    """The registered receiver with this code."""
    return get_terms().receivers.get(code)


def find_receiver_of(actor: Actor) -> Receiver | None:
    """The registered receiver that the actor opens papers for."""
    mine = {code for code in (actor.agency_code, actor.principal) if code}
    return next((one for one in get_terms().receivers.values() if mine & {one.agency, one.company}), None)


def list_sent(actor: Actor, *, before: int | None = None, limit: int = 20) -> list[Delivery]:
    """What was made of the actor's papers, newest first; while they act for another, what they sent for them.

    ``before`` is the id of the last one shown.
    """
    sent = Delivery.objects.filter(holder=actor.person_number)
    if actor.principal is not None:
        sent = Delivery.objects.filter(sent_by=actor.person_number, subject=actor.principal)
    return _page(sent, before, limit)


def access_sent(actor: Actor, number: str) -> Delivery:
    """The delivery, for its sender. Raises AccessDenied, alike for absent and forbidden ones."""
    delivery = Delivery.objects.filter(number=number).first()
    if delivery is None or not is_sender(actor, delivery):
        raise AccessDenied
    return delivery


def list_received(actor: Actor, *, now: datetime, before: int | None = None, limit: int = 50) -> list[Delivery]:
    """What lies ready for the actor's agency, or for the company they act for, newest first. Raises AccessDenied."""
    if receives_for_agency(actor):
        received = Delivery.objects.filter(receiver_agency=actor.agency_code)
    elif receives_for_company(actor):
        received = Delivery.objects.filter(receiver_company=actor.principal)
    else:
        raise AccessDenied
    return _page(received.filter(state__in=sorted(LIVE), expires_at__gt=now), before, limit)


def access_received(actor: Actor, number: str) -> Delivery:
    """The delivery, for its receiver. Raises AccessDenied, alike for absent and forbidden ones."""
    delivery = Delivery.objects.filter(number=number).first()
    if delivery is None or not is_receiver(actor, delivery):
        raise AccessDenied
    return delivery


def list_openings(delivery: Delivery) -> list[Opening]:
    """Every time it was opened, oldest first."""
    return list(Opening.objects.filter(delivery=delivery).order_by("pk"))


@as_house("whoever has a link may see whether it leads somewhere")
def leads_somewhere(token: str, *, now: datetime) -> bool:
    """Whether the link may still be opened with its code. One query, whatever the answer."""
    delivery = Delivery.objects.filter(token_digest=token_digest(token)).first()
    return delivery is not None and delivery.is_standing(now) and not delivery.is_used_up


@as_house("the page that was given the paper by link and code fetches its file")
def access_opened(token: str, attempt: str, *, now: datetime) -> Document:
    """The paper that the page with the key ``attempt`` was given some minutes ago. Raises CannotOpen.

    Asks everything again: what was stopped or revoked since is not given.
    """
    openings = Opening.objects.select_related("delivery").filter(attempt_digest=attempt_digest(attempt))
    opening = openings.filter(delivery__token_digest=token_digest(token)).order_by("-pk").first()
    if opening is None or not is_fetchable(opening, now) or not opening.delivery.is_standing(now):
        raise CannotOpen
    document = find_document(opening.delivery.document_code)
    if document is None or not is_genuine(document.code, now):
        raise CannotOpen
    return document


def is_fetchable(opening: Opening, now: datetime) -> bool:
    """Whether the page that opened it may still fetch the file."""
    return now < opening.opened_at + get_terms().fetch_within


def is_genuine(document_code: str, now: datetime) -> bool:
    """Whether the paper stands today."""
    return verify_code(document_code, today=local_day(now, settings.TIME_ZONE)).is_genuine


def get_paper_states(documents: Collection[Document], *, now: datetime) -> dict[str, PaperState]:
    """Where each paper stands in the wallet, by its code. One query."""
    made: dict[str, set[str]] = {document.code: set() for document in documents}
    rows = Delivery.objects.filter(document_code__in=made, state__in=sorted(LIVE), expires_at__gt=now)
    for code, state in rows.order_by().values_list("document_code", "state").distinct():
        made[code].add(state)
    today = local_day(now, settings.TIME_ZONE)
    return {
        document.code: paper_state(
            document.status != DocumentStatus.VALID,
            document.valid_until is not None and today >= document.valid_until,
            made[document.code],
        )
        for document in documents
    }


def find_ended_papers(deliveries: Collection[Delivery]) -> set[str]:
    """Codes of the papers that were revoked or replaced since: they are not given any more."""
    papers = list_documents([delivery.document_code for delivery in deliveries])
    return {paper.code for paper in papers if paper.status != DocumentStatus.VALID}


def shown_state(delivery: Delivery, now: datetime) -> DeliveryState:
    """The state as of ``now``: the clock ends a delivery before the worker writes it down."""
    if delivery.state in LIVE and now >= delivery.expires_at:
        return DeliveryState.EXPIRED
    return DeliveryState(delivery.state)


def get_sharing_terms() -> SharingTerms:
    """What the country lays down in ``sharing.yaml``."""
    return _read_sharing_terms(settings.GAPURA_JURISDICTION)


def list_shareable_facts(receiver: Receiver, *, on: date) -> dict[str, tuple[str, ...]]:
    """Fields by evidence type that the receiver's agency has an agreement to be told with the person's consent."""
    ground, facts = get_sharing_terms().legal_ground, dict[str, tuple[str, ...]]()
    askers = {HOUSE, f"role:{RECEIVER_ROLE}"}  # the receiver's machine, and its officials at the desk
    for one in list_agreements(consumer=receiver.agency) if receiver.agency else ():
        begun = one.valid_from <= on and (one.valid_until is None or on < one.valid_until)
        stands = begun and one.suspended_at is None and one.given_up_at is None
        known = find_evidence_type(one.evidence_type)
        if known and stands and one.legal_ground == ground and askers <= set(one.posts):
            facts[one.evidence_type] = tuple(field.code for field in known.fields if field.code in one.fields)
    return facts


def list_sharings(actor: Actor, *, limit: int = 50) -> list[Sharing]:
    """Facts the person shares or shared, newest first. Raises AccessDenied."""
    if not shares_for_themselves(actor):
        raise AccessDenied
    return list(Sharing.objects.filter(holder=actor.person_number).order_by("-pk")[:limit])


def access_sharing(actor: Actor, number: str) -> Sharing:
    """The sharing, for its person. Raises AccessDenied, alike for absent and forbidden ones."""
    sharing = Sharing.objects.filter(number=number).first()
    if sharing is None or not shares_for_themselves(actor) or sharing.holder != actor.person_number:
        raise AccessDenied
    return sharing


def list_fetches(sharing: Sharing) -> list[FactFetch]:
    """Every time the receiver fetched, oldest first."""
    return list(FactFetch.objects.filter(sharing=sharing).order_by("pk"))


def list_shared_with(actor: Actor, *, now: datetime, limit: int = 50) -> list[Sharing]:
    """What people let the official's agency fetch now, newest first. Raises AccessDenied."""
    if not receives_for_agency(actor):
        raise AccessDenied
    standing = Sharing.objects.filter(receiver_agency=actor.agency_code, stopped_at__isnull=True, expires_at__gt=now)
    return [one for one in standing.order_by("-pk")[:limit] if not one.is_used_up]


def _page(rows: QuerySet[Delivery], before: int | None, limit: int) -> list[Delivery]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


@cache
def _read_terms(country: str) -> WalletTerms:
    declared: dict[str, Any] = load(country).read("receivers.yaml")
    receivers: Mapping[str, Any] = declared["receivers"]
    return WalletTerms(
        term_days=tuple(declared["term_days"]),
        link_openings=tuple(declared["link_openings"]),
        receiver_openings=declared["receiver_openings"],
        wrong_codes=declared["wrong_codes"],
        fetch_within=timedelta(minutes=declared["fetch_minutes"]),
        receivers={code: _receiver(code, entry or {}) for code, entry in receivers.items()},
    )


def _receiver(code: str, entry: Mapping[str, Any]) -> Receiver:
    """A company names itself; anything else is an agency of ``agencies.yaml``. Raises LookupError."""
    if "company" in entry:
        return Receiver(code, entry["title"], company=entry["company"])
    return Receiver(code, get_agency(code).title, agency=code)


@cache
def _read_sharing_terms(country: str) -> SharingTerms:
    declared: dict[str, Any] = load(country).read("sharing.yaml")
    return SharingTerms(
        legal_ground=declared["legal_ground"],
        purpose=declared["purpose"],
        term_days=tuple(declared["term_days"]),
        fetch_life=timedelta(seconds=declared["fetch_seconds"]),
        bundles={code: _bundle(code, entry) for code, entry in declared["bundles"].items()},
        keys={code: tuple(keys) for code, keys in (declared["keys"] or {}).items()},
    )


def _bundle(code: str, entry: Mapping[str, Any]) -> FactBundle:
    facts = {evidence_type: tuple(fields) for evidence_type, fields in entry["facts"].items()}
    return FactBundle(code, entry["title"], tuple(entry["receivers"]), facts)
