"""Taking in a photo, giving it to a case, and forgetting what no case took."""

import hashlib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.foundation.rate_limits import Buckets, Rate
from gapura.foundation.sandbox import FileRefused, Refusal, open_apart
from gapura.foundation.uploads import Kind, find_kind
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.photos.models import FingerprintPiece, Photo
from gapura.kernel.photos.queries import get_terms, read_picture
from gapura.kernel.photos.rules import is_alike, pieces_of
from gapura.kernel.photos.safe import lock
from gapura.kernel.photos.types import Flaw, PhotoNotUsable, PhotoRefused, PhotoTerms
from gapura.kernel.photos.wording import describe

_OPENER = "gapura.kernel.photos.opening:judge_photo"
_DAY_SECONDS = 86_400
_REFUSALS = {Refusal.MEMORY: Flaw.TOO_MANY_PIXELS, Refusal.BUSY: Flaw.BUSY}
tries = Buckets()


def accept_photo(*, actor: Actor, subject: str, content: bytes, now: datetime, form_key: str = "") -> Photo:
    """Judge the picture of ``subject`` in the sandbox, cut it to the country's size and keep it for one case.

    The same file in the same form (``form_key``) is the same photo. Whoever calls reads no more of a file than one byte
    above ``photo_most_kibibytes``. Takes half a second: must run outside a transaction. Raises PhotoRefused
    with everything that is wrong.
    """
    send_key = _send_key(actor, subject, form_key, content)
    if earlier := Photo.objects.filter(send_key=send_key).first():
        return earlier
    terms = get_terms()
    if settings.GAPURA_RATE_LIMITS and _is_too_often(actor, terms, now):
        raise PhotoRefused([describe(Flaw.TOO_OFTEN, terms)])
    judged = _judge(content, terms)
    if flaws := judged["flaws"]:
        raise PhotoRefused([describe(Flaw(flaw), terms) for flaw in flaws])
    if _is_of_another(judged["looks"], subject, terms):
        record_event(actor=actor, action="photos.of_another", subject=subject)
        raise PhotoRefused([describe(Flaw.OF_ANOTHER, terms)])
    photo = Photo(
        code=new_code(),
        subject=subject,
        given_by=actor.person_number or "",
        picture=lock(b64decode(judged["picture"])),
        fingerprint=judged["looks"][0],
        looks=" ".join(judged["looks"]),
        send_key=send_key,
        accepted_at=now,
    )
    return _keep(actor, photo)


def _is_too_often(actor: Actor, terms: PhotoTerms, now: datetime) -> bool:
    """Looking at a photo is dear, and an answer tells whether somebody else has used the picture."""
    rate = Rate(terms.tries_per_day, _DAY_SECONDS)
    return bool(tries.take([(actor.person_number or actor.reference, rate)], now.timestamp()))


def _send_key(actor: Actor, subject: str, form_key: str, content: bytes) -> str:
    form = f"{actor.reference}/{subject}/{form_key or new_code()}/{hashlib.sha256(content).hexdigest()}"
    return hashlib.sha256(form.encode()).hexdigest()


def _keep(actor: Actor, photo: Photo) -> Photo:
    """The photo as it is kept; its twin where the same form arrived at the same moment."""
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
            record_event(actor=actor, action="photos.accepted", subject=photo.subject, object_ref=f"photo:{photo.code}")
    except IntegrityError:
        return Photo.objects.get(send_key=photo.send_key)
    return photo


def claim_photo(
    *, actor: Actor, code: str, subject: str, case_number: str, now: datetime, agency_code: str = ""
) -> Photo:
    """Give the photo to the case, in the caller's transaction; the same case may ask again and gets it again.

    Raises PhotoNotUsable when it is not of ``subject`` or another case has it, PhotoRefused when meanwhile a case of
    somebody else took the same picture.
    """
    with transaction.atomic():
        photo = Photo.objects.select_for_update().filter(code=code, subject=subject).first()
        if photo is None or photo.used_in not in ("", case_number):
            raise PhotoNotUsable
        if photo.used_in:
            return photo
        terms = get_terms()
        if _is_of_another(photo.looks.split(), subject, terms):
            raise PhotoRefused([describe(Flaw.OF_ANOTHER, terms)])
        photo.used_in, photo.used_at, photo.agency_code = case_number, now, agency_code
        photo.save(update_fields=["used_in", "used_at", "agency_code"])
        FingerprintPiece.objects.bulk_create(
            FingerprintPiece(photo=photo, value=value) for value in sorted(pieces_of([photo.fingerprint]))
        )
        record_event(
            actor=actor,
            action="photos.used",
            subject=subject,
            object_ref=f"photo:{code}",
            case_number=case_number,
        )
    return photo


def view_photo(*, actor: Actor, photo: Photo) -> bytes:
    """The picture, for an official whom the caller has let see the photo's case. Written to the log."""
    record_event(
        actor=actor,
        action="photos.viewed",
        subject=photo.subject,
        object_ref=f"photo:{photo.code}",
        case_number=photo.used_in,
    )
    return read_picture(photo)


def forget_unused(*, actor: Actor, now: datetime) -> int:
    """Remove photos that no case took within the country's hours; returns how many."""
    until = now - timedelta(hours=get_terms().unused_hours)
    with transaction.atomic():
        count, _ = Photo.objects.filter(used_in="", accepted_at__lte=until).delete()
        if count:
            record_event(actor=actor, action="photos.forgotten", detail={"count": count})
    return count


def _judge(content: bytes, terms: PhotoTerms) -> dict[str, Any]:
    """What the sandbox says: ``flaws``, or ``picture`` and ``looks``."""
    if len(content) > terms.most_kibibytes * 1024:
        return {"flaws": [Flaw.TOO_LARGE]}
    if find_kind(content) is not Kind.PICTURE:
        return {"flaws": [Flaw.NOT_A_PICTURE]}
    try:
        judged: dict[str, Any] = open_apart(_OPENER, content, terms=asdict(terms)).value
    except FileRefused as refusal:
        return {"flaws": [_REFUSALS.get(refusal.why, Flaw.UNREADABLE)]}
    return judged


@as_house("a photo of somebody else is recognized whoever's it is; nobody is told whose")
def _is_of_another(looks: Sequence[str], subject: str, terms: PhotoTerms) -> bool:
    """Whether a case of somebody else has this picture."""
    others = FingerprintPiece.objects.filter(value__in=pieces_of(looks)).exclude(photo__subject=subject)
    found = others.values_list("photo__fingerprint", flat=True).order_by().distinct()
    return any(is_alike(looks, other, terms.look_alike_bits) for other in found)
