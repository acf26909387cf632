"""Writing a document: beginning, saving without losing anybody's words, naming who writes along, sending it off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.identity.queries import get_post
from gapura.kernel.identity.types import AccessDenied, UnknownPost
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.actions.readers import name_reader, require_cleared
from gapura.sectors.office.classification import UnitTask
from gapura.sectors.office.models import DocumentReader, DocumentVersion, OfficialDocument
from gapura.sectors.office.papers import get_paper
from gapura.sectors.office.permissions import can_edit_document
from gapura.sectors.office.queries.classification import find_unit_task
from gapura.sectors.office.queries.documents import access_draft, cleared_classes
from gapura.sectors.office.queries.drafts import is_returned, ref_of
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.text.ceilings import find_excess
from gapura.sectors.office.text.merging import choose, merge
from gapura.sectors.office.types import CannotDraft, DocumentStatus, Reach, ReaderGround

WRITE = "office.write"
LONGEST_TITLE = 200
_LONGEST_NOTE = 200
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save made of the document. ``merged``: somebody else had saved meanwhile.

    ``overwritten``: the parts (``title`` or a field's name) that both changed, with what the other had written there;
    it stays in the version before.
    """

    document: OfficialDocument
    merged: bool = False
    overwritten: Mapping[str, Any] | None = None


def create_draft(
    *,
    actor: Actor,
    form: str,
    title: str,
    task_code: str,
    language: str = "",
    body: str | None = None,
    fields: Fields | None = None,
    reply_to: OfficialDocument | None = None,
    now: datetime,
) -> OfficialDocument:
    """Begin a document of the actor's unit: its class comes from the task, its first words from the form.

    Raises CannotDraft, AccessDenied for anybody but an official, LookupError for a form that is none.
    """
    _require_unit(actor)
    paper, task = get_paper(form), _get_task(actor, task_code)
    language = language or settings.LANGUAGE_CODE
    document = OfficialDocument(
        code=new_code(11),
        agency_code=actor.agency_code or "",
        office_code=actor.office_code or "",
        unit_code=actor.unit_code,
        direction=paper.direction.value,
        form=form,
        fields=dict(fields or {}),
        title=_checked_title(title),
        body=checked_body(paper.opening.get(language, "") if body is None else body),
        language=language,
        task_code=task.code,
        retention=task.retention.code,
        disclosure=task.disclosure,
        disclosure_ground=task.disclosure_ground,
        security=ordinary_class(),
        drafter_post=actor.post_code or "",
        drafter_label=actor.label,
        drafter_person=actor.person_number or "",
        created_at=now,
        changed_at=now,
        reply_to=reply_to,
    )
    with transaction.atomic():
        document.save(force_insert=True)
        _write_version(actor, document, base=None, note="", now=now)
        _name_reader(actor, document, actor.post_code or "", actor.agency_code or "", ReaderGround.DRAFTER, now)
        _record(actor, document, "office.draft_created", form=form, task=task.code)
    return document


def save_draft(
    *, actor: Actor, code: str, base: int, title: str, body: str, fields: Fields, note: str = "", now: datetime
) -> Saved:
    """Keep what was written from version ``base`` on.

    What somebody else saved meanwhile is merged by paragraph: first the writer's own words are kept as a version,
    then the merged text as the next one. The same words again make no version. Raises CannotDraft, AccessDenied.
    """
    mine = _Words(_checked_title(title), checked_body(body), dict(fields))
    with transaction.atomic():
        document = lock_draft(actor, code)
        begun = _get_version(document, base)
        now_there = _Words(document.title, document.body, document.fields)
        if mine == now_there:
            return Saved(document)
        if base == document.version:
            _keep(actor, document, mine, base, note, now)
            return Saved(document)
        if mine == begun:
            return Saved(document)
        return _save_beside(actor, document, begun, now_there, mine, base, now)


def settle_conflicts(
    *, actor: Actor, code: str, base: int, chosen: Sequence[Sequence[int]], now: datetime
) -> OfficialDocument:
    """Let the chosen wordings stand, place by place; the version before keeps them all.

    Raises CannotDraft when somebody saved after version ``base``: the places may be others now.
    """
    with transaction.atomic():
        document = lock_draft(actor, code)
        if document.version != base:
            raise CannotDraft(_("Somebody saved meanwhile. Look at the wordings as they are now and choose again."))
        try:
            body = choose(document.body, chosen)
        except IndexError as error:
            raise CannotDraft(_("That wording is not there. Choose again.")) from error
        if body != document.body:
            _keep(actor, document, _Words(document.title, body, document.fields), base, _("Wordings chosen"), now)
    return document


def change_particulars(
    *,
    actor: Actor,
    code: str,
    task_code: str,
    reach: Reach,
    security: str = "",
    urgent: bool,
    due_on: date | None,
    now: datetime,
) -> OfficialDocument:
    """Change the task, who may read it, how secret it is (``security``, empty: as it is), and how much it hurries.

    With another task come its retention and what it lets the public read; ``set_disclosure`` departs from that.
    Nobody makes a document more secret than they may read, or than those may whom it names. Raises CannotDraft.
    """
    task = _get_task(actor, task_code)
    with transaction.atomic():
        document = lock_draft(actor, code)
        if security:
            _set_security(actor, document, security)
        if document.task_code != task.code:
            document.task_code, document.retention = task.code, task.retention.code
            document.disclosure, document.disclosure_ground = task.disclosure, task.disclosure_ground
            document.closed_until = None
        document.reach, document.urgent, document.due_on = reach.value, urgent, due_on
        document.changed_at = now
        document.save()
        index_soon(document)
        _record(
            actor, document, "office.draft_classified", task=task.code, reach=document.reach, security=document.security
        )
    return document


def _set_security(actor: Actor, document: OfficialDocument, security: str) -> None:
    if security not in cleared_classes(actor):
        raise CannotDraft(_("You may not draft what you could not read. Choose a class that your post may read."))
    document.security = security
    require_cleared(document, [reader.holder.removeprefix("post:") for reader in document.readers.order_by("pk")])


def name_writer(*, actor: Actor, code: str, post_code: str, now: datetime) -> None:
    """Let another post of the agency write in the draft; it finds the draft in its basket. Raises CannotDraft."""
    access_draft(actor, code)
    try:
        post = get_post(post_code)
    except UnknownPost as error:
        raise CannotDraft(_("There is no post “%(post)s”.") % {"post": post_code}) from error
    with transaction.atomic():
        document = lock_draft(actor, code)
        if post.agency_code != document.agency_code:
            raise CannotDraft(_("Only posts of your agency can write along. Send others the finished document."))
        require_cleared(document, [post_code])
        if post_code == document.drafter_post:
            raise CannotDraft(_("This post drafts the document already."))
        _name_reader(actor, document, post_code, post.agency_code, ReaderGround.CO_DRAFTER, now)
        open_work(
            kind=WRITE,
            object_ref=ref_of(document),
            holder=Holder.post(post.agency_code, post_code),
            title=document.title,
            path=f"/desk/office/documents/{document.code}/edit/",
            sender=actor.label,
            urgent=document.urgent,
            due_on=document.due_on,
            now=now,
        )
        _record(actor, document, "office.writer_named", post=post_code)


def remove_writer(*, actor: Actor, code: str, post_code: str, now: datetime) -> None:
    """From now on the post only reads what its unit may; what it wrote stays. Raises CannotDraft."""
    with transaction.atomic():
        document = lock_draft(actor, code)
        holder = Holder.post(document.agency_code, post_code)
        named = DocumentReader.objects.filter(document=document, holder=holder.key, ground=ReaderGround.CO_DRAFTER)
        if not named.delete()[0]:
            raise CannotDraft(_("This post does not write along."))
        index_soon(document)
        close_work(kind=WRITE, object_ref=ref_of(document), holder=holder, now=now)
        _record(actor, document, "office.writer_removed", post=post_code)


def drop_draft(*, actor: Actor, code: str, now: datetime) -> None:
    """Give the draft up. It can still be read, and nobody writes in it any more. Raises CannotDraft."""
    with transaction.atomic():
        document = lock_draft(actor, code)
        if document.line_number:
            raise CannotDraft(_("It was sent for approval before. Withdraw it there, so that the path ends too."))
        document.status, document.changed_at = DocumentStatus.WITHDRAWN.value, now
        document.save()
        close_work(kind=WRITE, object_ref=ref_of(document), now=now)
        _record(actor, document, "office.draft_dropped")


def lock_draft(actor: Actor, code: str) -> OfficialDocument:
    """The draft, locked until the transaction ends, if the actor may write in it now.

    Raises AccessDenied, and CannotDraft while it is on its way.
    """
    known = access_draft(actor, code)
    document = OfficialDocument.objects.select_for_update().get(pk=known.pk)
    if document.status == DocumentStatus.ON_LINE and not is_returned(document):
        raise CannotDraft(_("It is on its way to be approved. Recall it, or ask who has it to return it."))
    if not can_edit_document(actor, document):
        raise AccessDenied
    return document


def _require_unit(actor: Actor) -> None:
    if actor.kind is not ActorKind.OFFICIAL or not actor.person_number:
        raise AccessDenied
    if not actor.unit_code:
        raise CannotDraft(_("Your post belongs to no unit yet, so the document would have no register. Ask personnel."))


def _get_task(actor: Actor, code: str) -> UnitTask:
    task = find_unit_task(code)
    if task is None or not task.is_for(actor.agency_code or ""):
        raise CannotDraft(_("Choose the task that the document belongs to: its class comes from it."))
    return task


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    body: str
    fields: Mapping[str, Any]


def _save_beside(
    actor: Actor, document: OfficialDocument, begun: _Words, there: _Words, mine: _Words, base: int, now: datetime
) -> Saved:
    theirs = _last_author(document)
    _keep(actor, document, mine, base, "", now)
    title, fields, overwritten = _merge_heads(begun, there, mine)
    body = merge(begun.body, there.body, mine.body, first_author=theirs, second_author=actor.label)
    merged = _Words(title, checked_body(body), fields)
    if merged != mine:
        _keep(actor, document, merged, document.version, _("Merged"), now)
    return Saved(document, True, overwritten)


def _merge_heads(begun: _Words, there: _Words, mine: _Words) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Title and fields hold one value each: the other's where the writer changed nothing, else the writer's."""
    before, theirs, own = ({"title": one.title, **one.fields} for one in (begun, there, mine))
    merged: dict[str, Any] = {}
    overwritten: dict[str, Any] = {}
    for name in {**theirs, **own}:
        value, other, was = own.get(name, ""), theirs.get(name, ""), before.get(name, "")
        merged[name] = other if value == was else value
        if value not in (was, other) and other != was:
            overwritten[name] = other
    return merged.pop("title"), merged, overwritten


def _last_author(document: OfficialDocument) -> str:
    return DocumentVersion.objects.get(document=document, number=document.version).made_by_label


def _get_version(document: OfficialDocument, number: int) -> _Words:
    version = DocumentVersion.objects.filter(document=document, number=number).first()
    if version is None:
        raise CannotDraft(_("The version that this began from is not there. Copy your text and open the draft anew."))
    return _Words(version.title, version.body, version.fields)


def _keep(actor: Actor, document: OfficialDocument, words: _Words, base: int, note: str, now: datetime) -> None:
    if document.version >= get_limit("office_versions_per_document"):
        raise CannotDraft(_("This document was saved more often than any needs. Begin a new one from a copy."))
    document.title, document.body, document.fields = words.title, words.body, dict(words.fields)
    document.version, document.changed_at = document.version + 1, now
    document.save()
    _write_version(actor, document, base=base, note=note[:_LONGEST_NOTE], now=now)
    _record(actor, document, "office.draft_saved", version=document.version, base=base)


def _write_version(actor: Actor, document: OfficialDocument, *, base: int | None, note: str, now: datetime) -> None:
    words = {"title": document.title, "body": document.body, "fields": document.fields}
    DocumentVersion.objects.create(
        document=document,
        number=document.version,
        base=base,
        **words,
        digest=digest(words).hex(),
        made_by_post=actor.post_code or "",
        made_by_label=actor.label,
        made_by_person=actor.person_number or "",
        made_at=now,
        note=note,
    )
    index_soon(document)


def _name_reader(
    actor: Actor, document: OfficialDocument, post_code: str, agency_code: str, ground: ReaderGround, now: datetime
) -> None:
    holder = Holder.post(agency_code, post_code).key
    name_reader(document=document, holder=holder, agency_code=agency_code, ground=ground, named_by=actor.label, now=now)


def _checked_title(title: str) -> str:
    words = " ".join(title.split())
    if not words:
        raise CannotDraft(_("Write what the document is about."))
    if len(words) > LONGEST_TITLE:
        raise CannotDraft(_("The title is longer than %(most)s characters.") % {"most": LONGEST_TITLE})
    return words


def checked_body(body: str) -> str:
    """The text with plain ends of lines. Raises CannotDraft where it is more than is kept and read."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    most = get_limit("office_text_characters")
    if len(text) > most:
        raise CannotDraft(
            _("The text has %(length)s characters; at most %(most)s are kept. Put the long part into an attachment.")
            % {"length": len(text), "most": most}
        )
    if excess := find_excess(text):
        what, most = excess
        words = {
            "lines": _("The text has more than %(most)s lines. Put the long part into an attachment."),
            "paragraph": _("A paragraph has more than %(most)s characters. Divide it by empty lines."),
            "brackets": _("The text has more than %(most)s opening brackets. Put the long part into an attachment."),
        }
        raise CannotDraft(words[what] % {"most": most})
    return text


def _record(actor: Actor, document: OfficialDocument, action: str, **detail: Any) -> None:
    record_event(actor=actor, action=action, object_ref=ref_of(document), detail=detail)
