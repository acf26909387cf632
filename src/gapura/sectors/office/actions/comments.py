"""Remarks on paragraphs: asked, answered, settled; and kept, whatever becomes of the paragraph."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.models import DocumentComment, OfficialDocument
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.drafts import anchor_of, ref_of
from gapura.sectors.office.text import list_pieces, words_of
from gapura.sectors.office.types import CannotDraft, DocumentStatus

LONGEST_REMARK = 2_000
_LONGEST_QUOTE = 200
_VERSIONS_LOOKED_THROUGH = 10


def add_comment(*, actor: Actor, code: str, body: str, anchor: str = "", now: datetime) -> DocumentComment:
    """Say something about a paragraph (named by its ``anchor``) or, without one, about the whole document.

    Whoever may read it may. A remark on a paragraph that was changed meanwhile is kept with what the paragraph said.
    Raises CannotDraft, AccessDenied.
    """
    document = access_document(actor, code)
    _require_writing(document)
    quote = _find_quote(document, anchor) if anchor else ""
    return _write(actor, document, body, now, anchor=anchor if quote else "", quote=quote)


def _find_quote(document: OfficialDocument, anchor: str) -> str:
    """How the paragraph begins, as it is or as it was in a recent version; empty where there never was one."""
    earlier = document.versions.order_by("-number").values_list("body", flat=True)[:_VERSIONS_LOOKED_THROUGH]
    for body in (document.body, *earlier):
        for piece in list_pieces(body):
            if anchor_of(piece) == anchor:
                return " ".join(words_of(piece).split())[:_LONGEST_QUOTE]
    return ""


def answer_comment(*, actor: Actor, code: str, comment_id: int, body: str, now: datetime) -> DocumentComment:
    """Answer a remark. Raises CannotDraft, AccessDenied."""
    document = access_document(actor, code)
    _require_writing(document)
    remark = _get_remark(document, comment_id)
    if remark.resolved_at is not None:
        raise CannotDraft(_("This remark is settled already. Write a new one."))
    return _write(actor, document, body, now, parent=remark)


def resolve_comment(*, actor: Actor, code: str, comment_id: int, now: datetime) -> DocumentComment:
    """Call a remark settled; it stays to be read. Raises CannotDraft, AccessDenied."""
    document = access_document(actor, code)
    _require_writing(document)
    with transaction.atomic():
        remark = _get_remark(document, comment_id)
        if remark.resolved_at is None:
            remark.resolved_at, remark.resolved_by_label = now, actor.label
            remark.save(update_fields=["resolved_at", "resolved_by_label"])
            _record(actor, document, "office.comment_resolved", remark)
    return remark


def _require_writing(document: OfficialDocument) -> None:
    if document.status not in (DocumentStatus.DRAFT, DocumentStatus.ON_LINE):
        raise CannotDraft(_("The document is finished; its remarks are kept as they are."))


def _get_remark(document: OfficialDocument, comment_id: int) -> DocumentComment:
    remark = document.comments.filter(pk=comment_id, parent__isnull=True).first()
    if remark is None:
        raise CannotDraft(_("This remark is not there."))
    return remark


def _write(
    actor: Actor,
    document: OfficialDocument,
    body: str,
    now: datetime,
    *,
    parent: DocumentComment | None = None,
    anchor: str = "",
    quote: str = "",
) -> DocumentComment:
    words = body.strip()
    if not words:
        raise CannotDraft(_("Write what you want to say."))
    if len(words) > LONGEST_REMARK:
        raise CannotDraft(_("A remark has at most %(most)s characters.") % {"most": LONGEST_REMARK})
    with transaction.atomic():
        remark = DocumentComment.objects.create(
            document=document,
            parent=parent,
            version=document.version,
            anchor=anchor,
            quote=quote,
            body=words,
            made_by_post=actor.post_code or "",
            made_by_label=actor.label,
            made_by_person=actor.person_number or "",
            made_at=now,
        )
        _record(actor, document, "office.comment_written", remark)
    return remark


def _record(actor: Actor, document: OfficialDocument, action: str, remark: DocumentComment) -> None:
    record_event(actor=actor, action=action, object_ref=ref_of(document), detail={"comment": remark.pk})
