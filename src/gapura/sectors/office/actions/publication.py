"""The public list and its papers: a line for every record, and under it what everybody may read, made anew."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.texts import in_language
from gapura.kernel.approvals.queries import list_steps
from gapura.kernel.approvals.types import StepTask
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_office_title
from gapura.kernel.documents.actions import typeset_paper
from gapura.kernel.identity.queries import get_unit, list_posts_named
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.models import (
    DisclosureChange,
    DocumentFile,
    IncomingLetter,
    OfficialDocument,
    Publication,
    PublishedFile,
)
from gapura.sectors.office.papers import list_papers
from gapura.sectors.office.permissions import can_disclose
from gapura.sectors.office.printing import paper_pictures
from gapura.sectors.office.public_terms import get_disclosure_terms
from gapura.sectors.office.queries.disclosure import BODY, FIELDS, TITLE, parts_of, suggest_redactions
from gapura.sectors.office.queries.drafts import find_line_of, list_files
from gapura.sectors.office.redaction import Mark, find_remains, redact
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.text import parse
from gapura.sectors.office.types import (
    DISCLOSURE_ROLE,
    CameBy,
    CannotDisclose,
    Direction,
    Disclosure,
    DocumentStatus,
)

DISCLOSE = "office.disclose"
_WIDTH = {Disclosure.CLOSED: 0, Disclosure.PARTLY: 1, Disclosure.OPEN: 2}


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file as the public is given it."""

    name: str
    media_type: str
    content: bytes


def list_new_documents(*, actor: Actor, now: datetime) -> int:
    """A line of the public list for every record that has none; how many. Twice is as once.

    What came in is not listed: its title is somebody else's. Open papers of senior posts are published with it.
    """
    known = Publication.objects.filter(document_code=OuterRef("code"))
    fresh = OfficialDocument.objects.filter(
        ~Exists(known),
        status=DocumentStatus.REGISTERED,
        direction__in=[Direction.INTERNAL, Direction.OUTGOING],
        security=ordinary_class(),
    )
    number = 0
    for document in list(fresh.order_by("registered_at", "pk")[:500]):
        with transaction.atomic():
            publication = _list(actor, document, now)
            number += 1
            if document.disclosure == Disclosure.OPEN and is_of_senior_post(document):
                _publish_or_ask(actor, publication, document, now)
    return number


def close_as(
    *, actor: Actor, document: OfficialDocument, disclosure: str, ground: str, reason: str, now: datetime
) -> None:
    """Let the public read no more of a copy than of its source, on the same ground; it leaves the public page at once.

    In the caller's transaction.
    """
    if _WIDTH[Disclosure(disclosure)] >= _WIDTH[Disclosure(document.disclosure)]:
        return
    document.disclosure, document.disclosure_ground = disclosure, ground
    document.save(update_fields=["disclosure", "disclosure_ground"])
    DisclosureChange.objects.create(
        document=document,
        disclosure=disclosure,
        ground=ground,
        closed_until=document.closed_until,
        reason=reason,
        by_label=actor.label[:120],
        at=now,
    )
    relist_document(actor=actor, document=document, reason=reason, now=now)


def publish_document(*, actor: Actor, document: OfficialDocument, now: datetime) -> Publication:
    """All of an open record, for everybody. Twice is once. Raises CannotDisclose."""
    if document.status != DocumentStatus.REGISTERED or document.disclosure != Disclosure.OPEN:
        raise CannotDisclose(_("Only an open record is published whole. Redact it, or review its class first."))
    with transaction.atomic():
        publication = _locked_line(actor, document, now)
        if publication.pdf is not None and not publication.grounds:
            return publication
        publication.files.all().delete()
        publication.withdrawn_at, publication.withdrawn_reason = None, ""
        files = [
            PublicFile(_file_name(number, one.name), one.media_type, bytes(one.content))
            for number, one in enumerate(_attachments(document), start=1)
        ]
        pictures = paper_pictures(document)
        _fill(actor, publication, document, parts_of(document), files, pictures, [], now)
    return publication


def publish_redacted(
    *,
    actor: Actor,
    document: OfficialDocument,
    marks: Sequence[Mark],
    files: Sequence[PublicFile],
    grounds: Iterable[str],
    now: datetime,
) -> Publication:
    """What the marks leave, in place of what was public before. In the transaction of the decision.

    Raises CannotDisclose where marked words would still be there.
    """
    parts = redact(parts_of(document), marks)
    if remains := find_remains((*parts.values(), document.number), marks):
        raise CannotDisclose(_("These words would still be readable: %(words)s.") % {"words": ", ".join(remains)})
    with transaction.atomic():
        publication = _locked_line(actor, document, now)
        publication.files.all().delete()
        publication.withdrawn_at, publication.withdrawn_reason = None, ""
        _fill(actor, publication, document, parts, files, {}, sorted(set(grounds)), now)
    return publication


def relist_document(*, actor: Actor, document: OfficialDocument, reason: str, now: datetime) -> None:
    """Bring the line up to the document's class, in the transaction that changed it.

    What was public under a wider class is withdrawn, with the reason.
    """
    publication = Publication.objects.select_for_update().filter(document_code=document.code).first()
    if publication is None:
        return
    narrower = _WIDTH[Disclosure(document.disclosure)] < _WIDTH[Disclosure(publication.disclosure)]
    if publication.pdf is not None and narrower:
        _empty(actor, publication, reason, now)
    if publication.pdf is None:
        _describe(publication, document)
    publication.disclosure, publication.closed_until = document.disclosure, document.closed_until
    publication.save()


def open_publication(*, actor: Actor, document: OfficialDocument, now: datetime) -> None:
    """The term of a closed record is over: its line says so, and what has nothing personal in it is published."""
    publication = _locked_line(actor, document, now)
    if publication.pdf is None:
        _describe(publication, document)
    publication.disclosure, publication.closed_until = Disclosure.OPEN, None
    publication.save()
    if publication.grounds or publication.pdf is None:
        _publish_or_ask(actor, publication, document, now)


def withdraw_publication(*, actor: Actor, code: str, reason: str, now: datetime) -> Publication:
    """Take words and files away; the line stays, with day and reason. Raises AccessDenied, CannotDisclose."""
    with transaction.atomic():
        publication = Publication.objects.select_for_update().filter(code=code).first()
        if publication is None or not can_disclose(actor) or publication.agency_code != actor.agency_code:
            raise AccessDenied
        if not reason.strip():
            raise CannotDisclose(_("Say why it is withdrawn. Everybody reads it."), "reason")
        if publication.pdf is not None:
            _empty(actor, publication, reason, now)
    return publication


def is_of_senior_post(document: OfficialDocument) -> bool:
    """Whether who approved it has one of the ranks whose papers are published by themselves."""
    line = find_line_of(document)
    posts = [step.post_code for step in list_steps(line) if step.task == StepTask.APPROVAL] if line else []
    ranks = {post.rank for post in list_posts_named(posts).values()}
    return bool(ranks & get_disclosure_terms().published_ranks)


def is_to_person(document: OfficialDocument) -> bool:
    """Whether it goes to a person or company: its title and words may be about them."""
    receivers = document.dispatches.exclude(to_person="", to_company="")
    answered = IncomingLetter.objects.filter(document=document.reply_to_id).exclude(came_by=CameBy.OFFICE)
    return document.sent_letters.exists() or receivers.exists() or (bool(document.reply_to_id) and answered.exists())


def _publish_or_ask(actor: Actor, publication: Publication, document: OfficialDocument, now: datetime) -> None:
    """Published at once where nothing looks personal and nothing is attached; else a person looks first."""
    is_personal = is_to_person(document) or bool(suggest_redactions(parts_of(document)))
    if not is_personal and not _attachments(document):
        publish_document(actor=actor, document=document, now=now)
        return
    open_work(
        kind=DISCLOSE,
        object_ref=f"document:{document.code}",
        holder=Holder.role(document.agency_code, document.office_code, DISCLOSURE_ROLE),
        title=document.title,
        path=reverse("office:disclosure-document", args=[document.code]),
        now=now,
    )


def _list(actor: Actor, document: OfficialDocument, now: datetime) -> Publication:
    assert document.registered_at is not None
    publication = Publication(
        code=new_code(11),
        document_code=document.code,
        agency_code=document.agency_code,
        unit_title=dict(get_unit(document.unit_code).title),
        number=document.number,
        registered_on=local_day(document.registered_at, settings.TIME_ZONE),
        listed_at=now,
        disclosure=document.disclosure,
        closed_until=document.closed_until,
        language=document.language,
    )
    _describe(publication, document)
    publication.save(force_insert=True)
    _record(actor, "office.document-listed", publication, disclosure=document.disclosure)
    return publication


def _locked_line(actor: Actor, document: OfficialDocument, now: datetime) -> Publication:
    if document.security != ordinary_class():
        raise CannotDisclose(_("Nothing of a document of this class becomes public."))
    found = Publication.objects.select_for_update().filter(document_code=document.code).first()
    return found or _list(actor, document, now)


def _describe(publication: Publication, document: OfficialDocument) -> None:
    """The title as the law lets it be told: not where the ground hides it, nor where it names somebody's numbers."""
    ground = get_disclosure_terms().grounds.get(document.disclosure_ground)
    is_told = ground is None or ground.shows_title
    is_personal = is_to_person(document) or bool(suggest_redactions({TITLE: document.title}))
    publication.title = document.title if is_told and not is_personal else ""
    publication.grounds = [ground.code] if ground else []


def _fill(
    actor: Actor,
    publication: Publication,
    document: OfficialDocument,
    parts: Mapping[str, str],
    files: Sequence[PublicFile],
    pictures: Mapping[str, Any],
    grounds: list[str],
    now: datetime,
) -> None:
    pdf = typeset_paper(template="official-paper", paper=_paper(publication, document, parts, files, pictures), now=now)
    publication.title, publication.words, publication.grounds = parts[TITLE][:300], _words(parts), grounds
    publication.pdf, publication.pdf_digest = pdf, hashlib.sha256(pdf).hexdigest()
    publication.published_at = now
    publication.save()
    for one in files:
        PublishedFile.objects.create(
            publication=publication,
            code=new_code(11),
            name=one.name,
            media_type=one.media_type,
            content=one.content,
            size=len(one.content),
        )
    close_work(kind=DISCLOSE, object_ref=f"document:{document.code}", now=now)
    _record(actor, "office.document-published", publication, digest=publication.pdf_digest)


def _empty(actor: Actor, publication: Publication, reason: str, now: datetime) -> None:
    digest = publication.pdf_digest
    publication.files.all().delete()
    publication.words, publication.pdf, publication.pdf_digest = "", None, ""
    publication.withdrawn_at, publication.withdrawn_reason = now, reason
    publication.save()
    _record(actor, "office.publication-withdrawn", publication, digest=digest, reason=reason)


def _words(parts: Mapping[str, str]) -> str:
    """The public text as CommonMark: the fields as a list, then the words."""
    fields = "".join(f"- {line}\n" for line in parts[FIELDS].split("\n") if line)
    return f"{fields}\n{parts[BODY]}" if fields else parts[BODY]


def _paper(
    publication: Publication,
    document: OfficialDocument,
    parts: Mapping[str, str],
    files: Sequence[PublicFile],
    pictures: Mapping[str, Any],
) -> dict[str, Any]:
    """What the country's template of official papers reads; only what is public is in it."""
    rows = [line.partition(": ") for line in parts[FIELDS].split("\n") if line]
    form = list_papers().get(document.form)
    return {
        "language": document.language,
        "title": parts[TITLE],
        "form": in_language(form.title, document.language) if form else "",
        "office": in_language(get_office_title(document.agency_code, document.office_code), document.language),
        "unit": in_language(publication.unit_title, document.language),
        "number": publication.number,
        "day": publication.registered_on.isoformat(),
        "is_draft": False,
        "head": [{"label": label, "kind": "text", "value": value} for label, _colon, value in rows],
        "foot": [],
        "words": [node.as_plain() for node in parse(parts[BODY]).children],
        "pictures": dict(pictures),
        "attachments": [{"name": one.name, "sha256": hashlib.sha256(one.content).hexdigest()} for one in files],
        "approved": [],
    }


def _attachments(document: OfficialDocument) -> list[DocumentFile]:
    return [one for one in list_files(document) if not one.is_picture]


def _file_name(number: int, name: str) -> str:
    """A name that tells nothing: what a file was called may say what was taken out of it."""
    suffix = PurePath(name).suffix.lower()
    return f"attachment-{number}{suffix if suffix.isascii() and len(suffix) < 6 else ''}"


def _record(actor: Actor, action: str, publication: Publication, **detail: str) -> None:
    record_event(actor=actor, action=action, object_ref=f"office-publication:{publication.code}", detail=detail)
