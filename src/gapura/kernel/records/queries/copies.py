"""Copies of a person's data, for that person alone."""

from datetime import datetime

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.records.models import DataCopy
from gapura.kernel.records.types import CopyInfo


def list_copies_of(person_number: str, *, now: datetime) -> list[CopyInfo]:
    """Copies made for the person, newest first."""
    copies = DataCopy.objects.filter(person_number=person_number).order_by("-made_at")
    return [
        CopyInfo(
            one.code,
            one.made_at,
            one.expires_at,
            one.rows,
            len(one.content),
            _is_available(one, now),
            len(one.waiting_for),
        )
        for one in copies
    ]


def access_copy(actor: Actor, code: str, *, now: datetime) -> DataCopy:
    """The copy, for the person it is about until it expires. Raises AccessDenied, alike for absent ones."""
    copy = DataCopy.objects.filter(code=code).first()
    own = copy is not None and actor.kind is ActorKind.RESIDENT and actor.person_number == copy.person_number
    if copy is None or not own or not _is_available(copy, now):
        raise AccessDenied
    return copy


def _is_available(copy: DataCopy, now: datetime) -> bool:
    return bool(copy.content) and now < copy.expires_at
