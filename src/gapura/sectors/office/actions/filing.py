"""Making an official document of a letter that came in: its words, its files, its number."""

from datetime import datetime

from django.conf import settings

from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.actions.readers import name_reader
from gapura.sectors.office.actions.registering import register_document
from gapura.sectors.office.models import (
    DocumentFile,
    DocumentVersion,
    IncomingLetter,
    OfficialDocument,
)
from gapura.sectors.office.parcels import KeptLetter, digest_of, unpack_letter
from gapura.sectors.office.queries.classification import get_unit_task
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.types import Direction, ReaderGround

FORM = "incoming"


def file_letter(*, actor: Actor, letter: IncomingLetter, task_code: str, title: str, now: datetime) -> OfficialDocument:
    """The registered incoming document of the letter, in the caller's transaction; its class is the task's.

    Raises CannotRegister.
    """
    kept = unpack_letter(bytes(letter.parcel or b""))
    task = get_unit_task(task_code)
    answered = _find_answered(letter, kept)
    document = OfficialDocument.objects.create(
        code=new_code(11),
        agency_code=letter.agency_code,
        office_code=letter.office_code,
        unit_code=letter.unit_code,
        direction=Direction.INCOMING,
        form=FORM,
        fields=dict(kept.fields),
        title=(title.strip() or letter.title)[:200],
        body=kept.body,
        language=kept.language or settings.LANGUAGE_CODE,
        task_code=task_code,
        retention=task.retention.code,
        disclosure=task.disclosure,
        disclosure_ground=task.disclosure_ground,
        security=ordinary_class(),
        urgent=letter.urgent,
        drafter_post=actor.post_code or "",
        drafter_label=actor.label[:120],
        drafter_person=actor.person_number or "",
        created_at=now,
        changed_at=now,
        sealed=kept.sealed or None,
        sealed_digest=digest_of(kept.sealed) if kept.sealed else "",
        reply_to=answered,
    )
    _keep_words(actor, document, now)
    _keep_files(actor, document, kept, now)
    name_reader(
        document=document,
        holder=f"post:{actor.post_code}",
        agency_code=letter.agency_code,
        ground=ReaderGround.HANDLER,
        named_by=actor.label,
        now=now,
    )
    return register_document(actor=actor, document=document, now=now)


def _keep_files(actor: Actor, document: OfficialDocument, kept: KeptLetter, now: datetime) -> None:
    for one in kept.files:
        DocumentFile.objects.create(
            document=document,
            code=new_code(11),
            name=one.name,
            media_type=one.media_type,
            content=one.content,
            size=len(one.content),
            digest=digest_of(one.content),
            added_by_person=actor.person_number or "",
            added_at=now,
        )


def _keep_words(actor: Actor, document: OfficialDocument, now: datetime) -> None:
    words = {"title": document.title, "body": document.body, "fields": document.fields}
    DocumentVersion.objects.create(
        document=document,
        number=1,
        digest=digest(words).hex(),
        made_by_post=actor.post_code or "",
        made_by_label=actor.label[:120],
        made_by_person=actor.person_number or "",
        made_at=now,
        **words,
    )


def _find_answered(letter: IncomingLetter, kept: KeptLetter) -> OfficialDocument | None:
    """The document of this agency that the letter says it replies to, if it is the receiving unit's own."""
    if not kept.replies_to:
        return None
    own = OfficialDocument.objects.filter(agency_code=letter.agency_code, number=kept.replies_to)
    return own.exclude(direction=Direction.INCOMING).order_by("pk").first()
