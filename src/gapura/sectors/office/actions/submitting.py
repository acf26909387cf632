"""From the desk of who wrote it to those who approve it, and what happens when the line ends."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.approvals.actions import renew_line, start_line
from gapura.kernel.approvals.types import CannotDecideApproval, LineContent, PlannedStep
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import list_posts_named
from gapura.kernel.identity.types import Post
from gapura.kernel.worklist.actions import close_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.disclosure import check_disclosure
from gapura.sectors.office.actions.drafts import WRITE, lock_draft
from gapura.sectors.office.actions.readers import name_reader, require_cleared
from gapura.sectors.office.actions.registering import register_document
from gapura.sectors.office.actions.setting import set_paper_soon
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.papers import get_paper
from gapura.sectors.office.public_terms import Ground
from gapura.sectors.office.queries.drafts import APPROVAL, MEDIA_TYPE, content_of, has_conflicts, list_files, ref_of
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.text import Kind, parse
from gapura.sectors.office.types import (
    CannotDisclose,
    CannotDraft,
    CannotRegister,
    Disclosure,
    DocumentStatus,
    ReaderGround,
)


def submit_draft(
    *, actor: Actor, code: str, steps: Sequence[PlannedStep] = (), note: str = "", now: datetime
) -> OfficialDocument:
    """Send the document on its approval line; after a return, the new version on the same line (``steps`` stay).

    From now on nobody writes in it until it is recalled or returned. Whoever stands on the line may read it.
    Raises CannotDraft with what is missing; CannotDisclose where its class lacks a ground or a last day;
    CannotChangeLine where the line cannot be drawn so.
    """
    with transaction.atomic():
        document = lock_draft(actor, code)
        require_whole(document)
        require_class(document, today=local_day(now, settings.TIME_ZONE))
        content = LineContent(MEDIA_TYPE, content_of(document))
        payload = {"code": document.code, "version": document.version, "sha256": sha256(content.content).hexdigest()}
        if document.status == DocumentStatus.ON_LINE:
            renew_line(actor=actor, number=document.line_number, content=content, payload=payload, note=note, now=now)
        else:
            _start(actor, document, content, payload, steps, now)
        close_work(kind=WRITE, object_ref=ref_of(document), now=now)
        record_event(
            actor=actor,
            action="office.draft_submitted",
            object_ref=ref_of(document),
            detail={"version": document.version, "line": document.line_number},
        )
    return document


def require_whole(document: OfficialDocument) -> None:
    """Raises CannotDraft with the first thing that is missing."""
    if has_conflicts(document):
        raise CannotDraft(_("Two people wrote the same paragraph. Choose what shall stand first."))
    if not document.body.strip():
        raise CannotDraft(_("The document has no words yet."))
    missing = [
        field for field in get_paper(document.form).fields if field.required and not document.fields.get(field.name)
    ]
    if missing:
        raise CannotDraft(
            _("The form wants a value here: %(field)s.")
            % {"field": missing[0].label.get(document.language, missing[0].name)}
        )
    names = {file.name for file in list_files(document) if file.is_picture}
    called = {str(part.marks["name"]) for part in parse(document.body).walk() if part.kind is Kind.PICTURE}
    if called - names:
        raise CannotDraft(
            _("The text shows a picture that is not there: %(name)s. Add it, or take it out of the text.")
            % {"name": sorted(called - names)[0]}
        )


def require_class(document: OfficialDocument, *, today: date) -> Ground | None:
    """The ground on which the public may not read all of it. Raises CannotDisclose, with the field that is wrong."""
    if document.security != ordinary_class() and document.disclosure == Disclosure.OPEN:
        raise CannotDisclose(_("Nothing of a document of this class becomes public."), "disclosure")
    return check_disclosure(
        disclosure=document.disclosure,
        ground=document.disclosure_ground,
        closed_until=document.closed_until,
        registered_on=today,
        today=today,
    )


def let_decider_read(*, code: str, post_code: str, now: datetime) -> None:
    """Whose turn it is on the document's line reads it: a new step, a substitute, a post of another agency."""
    document = OfficialDocument.objects.filter(code=code).first()
    post = list_posts_named([post_code]).get(post_code)
    if document is not None and post is not None:
        _name_approver(document, post, document.drafter_label, now)


def register_approved(*, actor: Actor, code: str, digest: str, now: datetime) -> OfficialDocument:
    """Number and file the document that was approved, in the transaction of the approval; a long one's paper follows.

    ``digest``: of the bytes that were approved. Raises CannotDecideApproval when the document is not those bytes.
    """
    document = OfficialDocument.objects.select_for_update().get(code=code)
    if sha256(content_of(document)).hexdigest() != digest:
        raise CannotDecideApproval(
            _("The document is not what was read and approved. Return it, so that it is sent again.")
        )
    try:
        register_document(actor=actor, document=document, now=now)
    except CannotRegister as error:
        raise CannotDecideApproval(str(error)) from error
    set_paper_soon(document, now=now)
    return document


def end_document(*, actor: Actor, code: str, is_rejected: bool, now: datetime) -> None:
    """The line ended without approval: the document can be read and not changed any more."""
    status = DocumentStatus.REJECTED if is_rejected else DocumentStatus.WITHDRAWN
    on_line = OfficialDocument.objects.filter(code=code, status=DocumentStatus.ON_LINE)
    if on_line.update(status=status.value, changed_at=now):
        record_event(actor=actor, action=f"office.document_{status.value}", object_ref=f"document:{code}", detail={})


def _start(
    actor: Actor,
    document: OfficialDocument,
    content: LineContent,
    payload: Mapping[str, object],
    steps: Sequence[PlannedStep],
    now: datetime,
) -> None:
    require_cleared(document, [step.post_code for step in steps])
    line = start_line(
        actor=actor,
        kind=APPROVAL,
        object_ref=ref_of(document),
        title=document.title,
        payload=payload,
        content=content,
        steps=steps,
        matter=get_paper(document.form).matter,
        urgent=document.urgent,
        due_on=document.due_on,
        now=now,
    )
    document.status, document.line_number, document.changed_at = DocumentStatus.ON_LINE.value, line.number, now
    document.save()
    for post in list_posts_named({step.post_code for step in steps}).values():
        _name_approver(document, post, actor.label, now)


def _name_approver(document: OfficialDocument, post: Post, named_by: str, now: datetime) -> None:
    name_reader(
        document=document,
        holder=Holder.post(post.agency_code, post.code).key,
        agency_code=post.agency_code,
        ground=ReaderGround.APPROVER,
        named_by=named_by,
        now=now,
    )
