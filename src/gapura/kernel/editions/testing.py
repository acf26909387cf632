"""Editors, the authority, and definitions on their way. For tests only."""

from datetime import UTC, date, datetime

from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.testing import ApprovalRequest, official
from gapura.kernel.catalogue.queries import take_up_editions
from gapura.kernel.editions.actions import propose_edition, propose_end, save_draft, start_draft
from gapura.kernel.editions.models import ServiceEdition as ServiceEdition
from gapura.kernel.editions.types import AUTHORITY, EDITOR

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
BEGINS = date(2026, 6, 1)
CARD = "civil.family-card"
WRITING = official("3171010101800031", roles=[EDITOR], office_code="", post="services", account_id=31)
AGREEING = official("3171010101800032", roles=[EDITOR], office_code="", post="head", account_id=32)
ELSEWHERE = official("3171010101800033", roles=[EDITOR], agency_code="kua", office_code="", account_id=33)
DECIDING = official(
    "3171010101800034", roles=[AUTHORITY], agency_code="kemenpan-rb", office_code="", post="services", account_id=34
)


def begin(code: str = CARD, *, copy_of: str = "", now: datetime = NOW) -> ServiceEdition:
    return start_draft(actor=WRITING, service_code=code, copy_of=copy_of or code, now=now)


def write(draft: ServiceEdition, old: str = "", new: str = "", *, begins: date = BEGINS) -> ServiceEdition:
    """The draft with its first day, and one change."""
    assert old in draft.text, f"{old!r} is not in the draft"
    text = draft.text.replace(f"valid_from: {draft.begins}", f"valid_from: {begins}").replace(old, new, 1)
    return save_draft(actor=WRITING, number=draft.number, text=text, reason="A test.", revision=draft.revision, now=NOW)


def propose(draft: ServiceEdition) -> ServiceEdition:
    return propose_edition(actor=WRITING, number=draft.number, now=NOW)


def open_approval(edition: ServiceEdition) -> ApprovalRequest:
    return ApprovalRequest.objects.get(object_ref=f"edition:{edition.number}", status="open")


def agree(edition: ServiceEdition) -> ServiceEdition:
    grant_approval(actor=AGREEING, request_id=open_approval(edition).pk, note="", now=NOW)
    return ServiceEdition.objects.get(pk=edition.pk)


def adopt(edition: ServiceEdition) -> ServiceEdition:
    """Through both approvals; this process knows it."""
    agree(edition)
    grant_approval(actor=DECIDING, request_id=open_approval(edition).pk, note="", now=NOW)
    take_up_editions()
    return ServiceEdition.objects.get(pk=edition.pk)


def adopted(old: str = "", new: str = "", *, code: str = CARD, begins: date = BEGINS) -> ServiceEdition:
    """A definition that went the whole way."""
    return adopt(propose(write(begin(code), old, new, begins=begins)))


def ended(ends_on: date, code: str = CARD) -> ServiceEdition:
    """A service whose end went the whole way."""
    return adopt(propose_end(actor=WRITING, service_code=code, ends_on=ends_on, reason="No need.", now=NOW))
