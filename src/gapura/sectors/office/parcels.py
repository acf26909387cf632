"""A letter as bytes: what one office hands to another, in this house or over the network."""

import hashlib
from base64 import b64encode
from datetime import date

from django.conf import settings
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.clock import local_day
from gapura.foundation.texts import in_language
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.identity.queries import get_unit
from gapura.sectors.office.models import Dispatch, IncomingLetter, OfficialDocument
from gapura.sectors.office.types import CameBy, CannotReceive, EnclosedFile, ReceivedLetter

LARGEST_PARCEL = 9 * 1024 * 1024
"""What one message between nodes can hold, with its envelope."""


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Enclosure(_Closed):
    name: str = Field(max_length=120)
    media_type: str = Field(max_length=100)
    content: Base64Bytes


class Parcel(_Closed):
    """Everything that the receiving office gets to see; the sender's own notes and readers stay at home."""

    code: str = Field(max_length=16)
    to_agency: str = Field(max_length=40)
    to_unit: str = Field(default="", max_length=60)
    from_agency: str = Field(max_length=40)
    from_unit: str = Field(max_length=60)
    sealed_by: str = Field(max_length=40)
    sender_label: str = Field(max_length=200)
    number: str = Field(max_length=80)
    registered_on: date
    replies_to: str = Field(default="", max_length=80)
    title: str = Field(max_length=200)
    body: str
    fields: dict[str, JsonValue]
    language: str = Field(max_length=5)
    task_code: str = Field(max_length=40)
    urgent: bool
    answer_by: date | None = None
    sealed: Base64Bytes
    files: tuple[Enclosure, ...] = ()


def read_parcel(content: bytes) -> Parcel:
    """Raises CannotReceive when these bytes are no letter."""
    try:
        return Parcel.model_validate_json(content)
    except ValidationError as error:
        raise CannotReceive(f"The parcel is no letter: {error.errors()[0]['msg']}") from None


def digest_of(content: bytes) -> str:
    """SHA-256 of a parcel, as both ends keep it."""
    return hashlib.sha256(content).hexdigest()


def as_letter(parcel: Parcel) -> ReceivedLetter:
    """The parcel as the receiving office takes it in."""
    return ReceivedLetter(
        code=parcel.code,
        agency_code=parcel.to_agency,
        unit_code=parcel.to_unit,
        came_by=CameBy.OFFICE,
        title=parcel.title,
        sender_label=parcel.sender_label,
        sender_agency=parcel.from_agency,
        sender_unit=parcel.from_unit,
        their_number=parcel.number,
        their_date=parcel.registered_on,
        replies_to=parcel.replies_to,
        body=parcel.body,
        fields=parcel.fields,
        language=parcel.language,
        task_code=parcel.task_code,
        urgent=parcel.urgent,
        answer_by=parcel.answer_by,
        sealed=parcel.sealed,
        files=tuple(EnclosedFile(one.name, one.media_type, one.content) for one in parcel.files),
    )


class KeptLetter(_Closed):
    """What of a letter waits until it is accepted: the words and bytes, without what has its own column."""

    body: str
    fields: dict[str, JsonValue]
    language: str
    task_code: str
    replies_to: str
    sealed: Base64Bytes
    files: tuple[Enclosure, ...]


def pack_letter(letter: ReceivedLetter) -> bytes:
    """The words, fields and files of a letter that waits to be accepted; the same bytes for the same letter."""
    files = [{"name": one.name, "media_type": one.media_type, "content": encoded(one.content)} for one in letter.files]
    return canonical_bytes(
        {
            "body": letter.body,
            "fields": dict(letter.fields),
            "language": letter.language,
            "task_code": letter.task_code,
            "replies_to": letter.replies_to,
            "sealed": encoded(letter.sealed),
            "files": files,
        }
    )


def unpack_letter(content: bytes) -> KeptLetter:
    """What ``pack_letter`` packed."""
    return KeptLetter.model_validate_json(content)


def encoded(content: bytes) -> str:
    """Base64, as a parcel carries bytes."""
    return b64encode(content).decode()


def compose_parcel(document: OfficialDocument, dispatch: Dispatch) -> Parcel:
    """The letter as its receiver gets it. What came in and is passed on keeps the seal of who wrote it."""
    arrival = IncomingLetter.objects.filter(document=document).first()
    files = document.files.filter(removed_at__isnull=True, is_picture=False).order_by("pk")
    answered = IncomingLetter.objects.filter(document_id=document.reply_to_id).first() if document.reply_to_id else None
    assert document.registered_at is not None
    return Parcel(
        code=dispatch.code,
        to_agency=dispatch.to_agency,
        to_unit=dispatch.to_unit,
        from_agency=document.agency_code,
        from_unit=document.unit_code,
        sealed_by=arrival.sealed_by if arrival else document.agency_code,
        sender_label=_sender_label(document),
        number=document.number,
        registered_on=local_day(document.registered_at, settings.TIME_ZONE),
        replies_to=answered.their_number if answered else "",
        title=document.title,
        body=document.body,
        fields=document.fields,
        language=document.language,
        task_code=document.task_code,
        urgent=document.urgent,
        answer_by=document.due_on,
        sealed=encoded(bytes(document.sealed or b"")).encode(),
        files=tuple(
            Enclosure(name=one.name, media_type=one.media_type, content=encoded(bytes(one.content)).encode())
            for one in files
        ),
    )


def _sender_label(document: OfficialDocument) -> str:
    unit = in_language(get_unit(document.unit_code).title, settings.LANGUAGE_CODE)
    agency = get_agency(document.agency_code).short_title
    return f"{unit}, {agency}"[:200]
