"""Taking out what the public may not read: chosen by one information officer, approved by another person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.foundation.sandbox import FileRefused, open_apart
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.publication import PublicFile, publish_redacted
from gapura.sectors.office.models import DocumentFile, Redaction
from gapura.sectors.office.public_terms import get_disclosure_terms
from gapura.sectors.office.queries.disclosure import access_redaction, access_to_disclose, parts_of
from gapura.sectors.office.queries.drafts import list_files
from gapura.sectors.office.redaction import BOXES, WITHHELD, Mark, redact
from gapura.sectors.office.types import DISCLOSURE_ROLE, CannotDisclose, RedactionState

REDACT = "office.redact"
MOST_MARKS, MOST_BOXES = 500, 200
_OPENER = "gapura.sectors.office.redaction_opener"
_DRAWN = ("application/pdf", "image/jpeg", "image/png")


def redact_document(*, actor: Actor, code: str, now: datetime) -> Redaction:
    """Begin to redact a record; the one that is begun, where there is one. Raises AccessDenied."""
    document = access_to_disclose(actor, code)
    decided = [RedactionState.APPROVED, RedactionState.REFUSED]
    if begun := document.redactions.exclude(state__in=decided).first():
        return begun
    last = document.redactions.filter(state=RedactionState.APPROVED).order_by("-pk").first()
    try:
        with transaction.atomic():
            redaction = Redaction.objects.create(
                code=new_code(11),
                document=document,
                agency_code=document.agency_code,
                marks=last.marks if last else [],
                files=last.files if last else {},
                made_by_person=actor.person_number or "",
                made_by_label=actor.label[:120],
                changed_at=now,
            )
            _record(actor, "office.redaction-started", redaction)
    except IntegrityError:  # two officers at once: the first one's
        return document.redactions.exclude(state__in=decided).get()
    return redaction


def save_redaction(
    *, actor: Actor, code: str, marks: Sequence[Mark], files: Mapping[str, Mapping[str, Any]], now: datetime
) -> Redaction:
    """Keep what is chosen. Who saves it has made it: another person decides. Raises AccessDenied, CannotDisclose."""
    access_redaction(actor, code)
    _require_marks(marks)
    with transaction.atomic():
        redaction = _locked(code, RedactionState.DRAFT)
        known = {one.code: one for one in list_files(redaction.document)}
        for file_code, choice in files.items():
            _require_file(known.get(file_code), choice)
        redaction.marks = [_plain(mark) for mark in marks]
        redaction.files = {code: dict(choice) for code, choice in files.items()}
        redaction.made_by_person, redaction.made_by_label = actor.person_number or "", actor.label[:120]
        redaction.changed_at = now
        redaction.save()
        _record(actor, "office.redaction-saved", redaction, marks=len(marks), files=len(files))
    return redaction


def propose_redaction(*, actor: Actor, code: str, now: datetime) -> Redaction:
    """Give it to another person to decide. Raises AccessDenied, CannotDisclose."""
    access_redaction(actor, code)
    with transaction.atomic():
        redaction = _locked(code, RedactionState.DRAFT)
        if not redaction.marks and not any(one["do"] != "whole" for one in redaction.files.values()):
            raise CannotDisclose(_("Nothing is taken out. Open the document instead, or mark what must go."))
        undecided = [one for one in list_files(redaction.document) if one.code not in redaction.files]
        if undecided:
            raise CannotDisclose(
                _("Say of every file what becomes of it. Open: %(names)s.")
                % {"names": ", ".join(one.name for one in undecided)}
            )
        redaction.state, redaction.changed_at = RedactionState.PROPOSED, now
        redaction.made_by_person, redaction.made_by_label = actor.person_number or "", actor.label[:120]
        redaction.digest = digest_of(redaction)
        redaction.save()
        document = redaction.document
        open_work(
            kind=REDACT,
            object_ref=f"office-redaction:{redaction.code}",
            holder=Holder.role(document.agency_code, document.office_code, DISCLOSURE_ROLE),
            title=document.title,
            path=f"/desk/office/redactions/{redaction.code}/",
            sender=redaction.made_by_label,
            now=now,
        )
        _record(actor, "office.redaction-proposed", redaction, digest=redaction.digest)
    return redaction


def decide_redaction(
    *, actor: Actor, code: str, approve: bool, seen_digest: str, opinion: str = "", now: datetime
) -> Redaction:
    """Approve what was proposed, which publishes it, or send it back with a reason.

    Whoever made it does not decide it, and nobody decides about something else than they saw.
    Draws files: call outside a transaction. Raises AccessDenied, CannotDisclose.
    """
    redaction = access_redaction(actor, code)
    if redaction.state == RedactionState.PROPOSED and (actor.person_number or "") == redaction.made_by_person:
        raise CannotDisclose(_("You have marked it yourself. Another information officer decides."))
    if not approve and not opinion.strip():
        raise CannotDisclose(_("Say what must be changed."), "opinion")
    files = draw_files(redaction) if approve else []
    with transaction.atomic():
        redaction = _locked(code, RedactionState.PROPOSED)
        if (actor.person_number or "") == redaction.made_by_person:
            raise CannotDisclose(_("You have marked it yourself. Another information officer decides."))
        if seen_digest != redaction.digest or redaction.digest != digest_of(redaction):
            raise CannotDisclose(_("It was changed after you opened it. Look at it again, then decide."))
        redaction.state = RedactionState.APPROVED if approve else RedactionState.REFUSED
        redaction.decided_by_person, redaction.decided_by_label = actor.person_number or "", actor.label[:120]
        redaction.decided_at, redaction.opinion = now, opinion
        redaction.save()
        close_work(kind=REDACT, object_ref=f"office-redaction:{redaction.code}", now=now)
        _record(actor, f"office.redaction-{redaction.state}", redaction, digest=redaction.digest)
        if approve:
            publish_redacted(
                actor=actor,
                document=redaction.document,
                marks=marks_of(redaction),
                files=files,
                grounds=grounds_of(redaction),
                now=now,
            )
    return redaction


def marks_of(redaction: Redaction) -> list[Mark]:
    return [Mark.read(one) for one in redaction.marks]


def grounds_of(redaction: Redaction) -> set[str]:
    """Every ground that something was taken out on."""
    withheld = {one["ground"] for one in redaction.files.values() if one.get("ground")}
    return {mark.ground for mark in marks_of(redaction)} | withheld


def digest_of(redaction: Redaction) -> str:
    """SHA-256 of what is decided: the whole words, every mark and box, and the files they are about."""
    document = redaction.document
    return digest(
        {
            "parts": parts_of(document),
            "marks": redaction.marks,
            "files": redaction.files,
            "digests": {one.code: one.digest for one in list_files(document)},
        }
    ).hex()


def draw_files(redaction: Redaction) -> list[PublicFile]:
    """The files as the public is given them: pages drawn anew. Raises CannotDisclose where one cannot be drawn."""
    drawn = []
    for number, file in enumerate(list_files(redaction.document), start=1):
        choice = redaction.files.get(file.code, {"do": WITHHELD})
        if choice["do"] != WITHHELD:
            drawn.append(PublicFile(f"attachment-{number}.pdf", "application/pdf", _draw(file, choice)))
    return drawn


def show_file_page(file: DocumentFile, page: int) -> bytes:
    """A page as JPEG with a ruler, to choose boxes by. Raises CannotDisclose."""
    try:
        return open_apart(f"{_OPENER}:show_page", bytes(file.content), number=page).content
    except FileRefused as refusal:
        raise CannotDisclose(_("This page cannot be shown. Withhold the file.")) from refusal


def preview(redaction: Redaction) -> dict[str, str]:
    """The parts of the document as they would be published."""
    return redact(parts_of(redaction.document), marks_of(redaction))


def _draw(file: DocumentFile, choice: Mapping[str, Any]) -> bytes:
    try:
        return open_apart(f"{_OPENER}:black_out", bytes(file.content), boxes=choice.get("boxes", [])).content
    except FileRefused as refusal:
        raise CannotDisclose(
            _(
                "%(name)s cannot be drawn: it is damaged, has more than 40 pages, or a box lies on a page it has not. "
                "Withhold it, or correct the boxes."
            )
            % {"name": file.name}
        ) from refusal


def _require_marks(marks: Sequence[Mark]) -> None:
    if len(marks) > MOST_MARKS:
        raise CannotDisclose(_("These are more than %(most)s marks. Close the whole document.") % {"most": MOST_MARKS})
    for mark in marks:
        _require_ground(mark.ground)
        if mark.words and not any(letter.isalnum() for letter in mark.words):
            raise CannotDisclose(_("Words to take out have at least one letter or digit."), "words")


def _require_ground(ground: Any) -> None:
    if ground not in get_disclosure_terms().grounds:
        raise CannotDisclose(_("Every mark names its ground in the law."), "ground")


def _require_file(file: DocumentFile | None, choice: Mapping[str, Any]) -> None:
    if file is None:
        raise CannotDisclose(_("One of the files is not there any more. Load the page again."))
    if choice["do"] == WITHHELD:
        _require_ground(choice.get("ground"))
    elif file.media_type not in _DRAWN:
        raise CannotDisclose(
            _("%(name)s cannot be drawn as pages, so it is given whole or not at all: withhold it.")
            % {"name": file.name}
        )
    if choice["do"] == BOXES:
        _require_ground(choice.get("ground"))
        _require_boxes(choice.get("boxes", []))


def _require_boxes(boxes: Sequence[Sequence[int]]) -> None:
    for box in boxes:
        numbers = len(box) == 5 and all(isinstance(one, int) for one in box)
        if not numbers or box[0] < 1 or min(box[1:3]) < 0 or min(box[3:]) < 1 or max(box[1:]) > 100:
            raise CannotDisclose(_("A box is written as page, left, top, width and height in per cent."), "boxes")
    if not 1 <= len(boxes) <= MOST_BOXES:
        raise CannotDisclose(_("Name at least one box, or give the file whole."), "boxes")


def _locked(code: str, state: RedactionState) -> Redaction:
    redaction = Redaction.objects.select_for_update(of=("self",)).select_related("document").get(code=code)
    if redaction.state != state:
        raise CannotDisclose(_("Somebody has gone on with it meanwhile. Load the page again."))
    return redaction


def _plain(mark: Mark) -> dict[str, Any]:
    said = {"ground": mark.ground}
    return said | ({"words": mark.words} if mark.words else {"part": mark.part, "line": mark.line})


def _record(actor: Actor, action: str, redaction: Redaction, **detail: Any) -> None:
    record_event(
        actor=actor,
        action=action,
        object_ref=f"office-redaction:{redaction.code}",
        detail={"document": redaction.document.code, **detail},
    )
