"""What the information officer works on, and what everybody may read."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import OfficialDocument, Publication, Redaction
from gapura.sectors.office.permissions import can_disclose
from gapura.sectors.office.printing import list_facts
from gapura.sectors.office.public_terms import get_disclosure_terms
from gapura.sectors.office.queries.documents import access_document, cleared_classes
from gapura.sectors.office.redaction import Find, suggest
from gapura.sectors.office.text import words_of
from gapura.sectors.office.types import DocumentStatus, Reach, RedactionState

TITLE, FIELDS, BODY = "title", "fields", "body"


def access_to_disclose(actor: Actor, code: str) -> OfficialDocument:
    """A registered document of the officer's agency; one for those it names only if they are among them.

    Raises AccessDenied.
    """
    document = OfficialDocument.objects.filter(code=code, status=DocumentStatus.REGISTERED).first()
    if document is None or not can_disclose(actor) or document.agency_code != actor.agency_code:
        raise AccessDenied
    if document.security not in cleared_classes(actor):
        raise AccessDenied
    return access_document(actor, code) if document.reach == Reach.NAMED else document


def access_redaction(actor: Actor, code: str) -> Redaction:
    """Raises AccessDenied, alike for absent and forbidden ones."""
    redaction = Redaction.objects.select_related("document").filter(code=code).first()
    if redaction is None:
        raise AccessDenied
    access_to_disclose(actor, redaction.document.code)
    return redaction


def list_open_redactions(actor: Actor) -> list[Redaction]:
    """Those of the officer's agency that nobody has decided, the longest waiting first. Raises AccessDenied."""
    if not can_disclose(actor):
        raise AccessDenied
    waiting = Redaction.objects.filter(
        agency_code=actor.agency_code or "", state__in=[RedactionState.DRAFT, RedactionState.PROPOSED]
    )
    return list(waiting.select_related("document").order_by("changed_at", "pk")[:100])


def list_closed_documents(actor: Actor, *, before: int | None = None, limit: int = 50) -> list[OfficialDocument]:
    """Registered documents of the officer's agency that are not wholly open, the newest first. Raises AccessDenied."""
    if not can_disclose(actor):
        raise AccessDenied
    rows = OfficialDocument.objects.filter(agency_code=actor.agency_code or "", status=DocumentStatus.REGISTERED)
    rows = rows.exclude(Q(disclosure="open") | Q(reach=Reach.NAMED)).filter(security__in=cleared_classes(actor))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.defer("body", "fields", "sealed").order_by("-pk")[:limit])


def parts_of(document: OfficialDocument) -> dict[str, str]:
    """All words of a document that anybody could be given: title, fields as lines, and text."""
    rows = list_facts(document, document.language)
    fields = "\n".join(f"{label}: {' / '.join(value.split(chr(10)))}" for label, value in rows)
    return {TITLE: document.title, FIELDS: fields, BODY: document.body}


def suggest_redactions(parts: Mapping[str, str]) -> list[Find]:
    """What the country's patterns find."""
    patterns = [(one.code, one.ground, one.expression) for one in get_disclosure_terms().patterns]
    return suggest(parts, patterns)


def public_text(document: OfficialDocument) -> str | None:
    """The words that everybody may read today; None where nothing is public."""
    publication = Publication.objects.filter(document_code=document.code, pdf__isnull=False).first()
    return f"{publication.title}\n\n{words_of(publication.words)}" if publication else None


def find_publication(code: str) -> Publication | None:
    """A line of the public list by its address."""
    return Publication.objects.filter(code=code).first()


def list_published(
    *, agency_code: str = "", on: date | None = None, before: tuple[date, int] | None = None, limit: int = 50
) -> QuerySet[Publication]:
    """The public list, the newest day first; ``before``: the last line of the page before."""
    rows = Publication.objects.defer("pdf", "words")
    if agency_code:
        rows = rows.filter(agency_code=agency_code)
    if on:
        rows = rows.filter(registered_on=on)
    if before:
        day, pk = before
        rows = rows.filter(Q(registered_on__lt=day) | Q(registered_on=day, pk__lt=pk))
    return rows.order_by("-registered_on", "-pk")[:limit]
