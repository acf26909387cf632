"""Papers of a person, really sealed, and who hands them on. For tests only."""

from dataclasses import replace
from datetime import date
from typing import Any

from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.documents.actions import record_document, render_document
from gapura.kernel.documents.queries import Document
from gapura.kernel.documents.testing import NOW as NOW
from gapura.kernel.documents.testing import PERSON as PERSON
from gapura.kernel.documents.testing import new_order
from gapura.kernel.wallet.actions import Link, make_link, send_document
from gapura.kernel.wallet.models import Delivery as Delivery
from gapura.kernel.wallet.models import Opening as Opening
from gapura.kernel.wallet.types import RECEIVER_ROLE

HOLDER = resident(PERSON)
CLERK = official(RECEIVER_ROLE, agency="kua", office="", person_number="3171010101800021")
COMPANY = "8120010000017"
DIRECTOR = replace(resident("3171016003850002"), principal=COMPANY, mandate="company")
HOUSE = system_actor("test")


def issue_paper(*, valid_until: date | None = date(2026, 9, 2), **changes: Any) -> Document:
    """A birth extract that PERSON holds, about themselves."""
    order = new_order(valid_until=valid_until, **changes)
    return record_document(actor=HOUSE, sealed=render_document(order), now=NOW)


def send(paper: Document, **changes: Any) -> Delivery:
    """Send it to KUA for seven days, or as ``changes`` say."""
    terms = {"actor": HOLDER, "receiver": "kua", "purpose": "Wedding", "days": 7, "send_key": "form", "now": NOW}
    return send_document(code=paper.code, **{**terms, **changes})


def link(paper: Document, **changes: Any) -> Link:
    """Make a link for seven days that opens once, or as ``changes`` say."""
    terms = {"actor": HOLDER, "purpose": "Landlord", "days": 7, "openings": 1, "send_key": "form", "now": NOW}
    return make_link(code=paper.code, **{**terms, **changes})


def other_code(made: Link) -> str:
    """Six digits that are not the link's."""
    return f"{(int(made.code) + 1) % 10**6:06d}"


def receiver_of(agency: str) -> Actor:
    """An official who opens what is sent to the agency."""
    return official(RECEIVER_ROLE, agency=agency, office="")
