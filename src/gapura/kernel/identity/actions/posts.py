"""Creating posts, appointing officials to them, and ending appointments."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from gapura.foundation.periods import Period
from gapura.foundation.texts import Text
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.actions.accounts import touch_authority
from gapura.kernel.identity.events import AppointmentEnded, OfficialAppointed, PostCreated
from gapura.kernel.identity.models import Appointment, IdentityProof
from gapura.kernel.identity.models import Post as PostRow
from gapura.kernel.identity.types import CannotAppointOfficial, Post
from gapura.kernel.outbox.actions import publish


def create_post(
    *, actor: Actor, code: str, agency_code: str, office_code: str, title: Text, roles: Sequence[str]
) -> Post:
    """A post of an office, held by nobody yet. Publishes PostCreated."""
    with transaction.atomic():
        PostRow.objects.create(
            code=code,
            agency_code=agency_code,
            office_code=office_code,
            title=dict(title),
            roles=sorted(set(roles)),
        )
        record_event(
            actor=actor,
            action="identity.post_created",
            object_ref=f"post:{code}",
            detail={"roles": sorted(set(roles))},
        )
        publish(PostCreated(code=code))
    return Post(code, agency_code, office_code, title, frozenset(roles))


def change_post(*, actor: Actor, code: str, title: Text, roles: Sequence[str]) -> None:
    """Give the post another title or other roles; whoever holds it has them with their next request."""
    with transaction.atomic():
        PostRow.objects.filter(code=code).update(title=dict(title), roles=sorted(set(roles)))
        for account_id in set(Appointment.objects.filter(post_id=code).values_list("account_id", flat=True)):
            touch_authority(account_id)
        record_event(
            actor=actor,
            action="identity.post_changed",
            object_ref=f"post:{code}",
            detail={"roles": sorted(set(roles))},
        )


def appoint_official(
    *, actor: Actor, account_id: int, post_code: str, valid_from: date, valid_until: date | None
) -> None:
    """Let the account act in the post on the days of the period (end exclusive). Publishes OfficialAppointed.

    Raises CannotAppointOfficial unless the account is proven to be a person: two accounts of one person
    could otherwise approve each other's requests.
    """
    Period(valid_from, valid_until)
    if not IdentityProof.objects.filter(account_id=account_id, ended_at__isnull=True).exists():
        raise CannotAppointOfficial(
            f"Account {account_id} is not proven to be a person; record the proof, then appoint."
        )
    with transaction.atomic():
        # An appointment ended on the day it began stays as an empty period; the same one again opens it anew.
        Appointment.objects.update_or_create(
            account_id=account_id,
            post_id=post_code,
            valid_from=valid_from,
            defaults={"valid_until": valid_until},
        )
        touch_authority(account_id)
        _record(actor, "identity.official_appointed", account_id, post_code)
        publish(OfficialAppointed(account_id=account_id, post_code=post_code))


def end_appointment(*, actor: Actor, account_id: int, post_code: str, on: date) -> None:
    """Let ``on`` be the first day on which the account no longer holds the post. Publishes AppointmentEnded.

    On that day its sessions in the post end with their next request.
    """
    with transaction.atomic():
        open_on = Appointment.objects.filter(account_id=account_id, post_id=post_code, valid_from__lte=on)
        open_on.exclude(valid_until__lte=on).update(valid_until=on)
        touch_authority(account_id)
        _record(actor, "identity.appointment_ended", account_id, post_code)
        publish(AppointmentEnded(account_id=account_id, post_code=post_code))


def _record(actor: Actor, action: str, account_id: int, post_code: str) -> None:
    record_event(actor=actor, action=action, object_ref=f"post:{post_code}", detail={"account": account_id})
