"""Posts as an agency's personnel system sees them. It may give them ordinary roles, never a power."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.kernel.appointments.actions.orders import country_day, end_order
from gapura.kernel.appointments.models import PostRecord
from gapura.kernel.appointments.permissions import can_order
from gapura.kernel.appointments.queries import access_post_record, get_powers, list_open_orders, list_powers
from gapura.kernel.appointments.types import CannotOrder
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.actions import change_post, create_post, end_appointment
from gapura.kernel.identity.queries import get_post, list_holders


def establish_post(
    *, actor: Actor, display_name: str, external_id: str, roles: Sequence[str], now: datetime
) -> PostRecord:
    """A new post of the actor's agency and office with ordinary roles. Raises CannotOrder."""
    _require_ordinary(actor, actor.office_code or "", roles)
    agency, office, record_id = actor.agency_code or "", actor.office_code or "", uuid.uuid4()
    code = "/".join(part for part in (agency, office, record_id.hex[:16]) if part)
    with transaction.atomic():
        record = _new_record(record_id, code, agency, display_name, external_id, now)
        create_post(
            actor=actor,
            code=code,
            agency_code=agency,
            office_code=office,
            title=dict.fromkeys((language for language, _name in settings.LANGUAGES), display_name),
            roles=roles,
        )
        record.save(force_insert=True)
        _record(actor, "appointments.post_established", record, roles)
    return record


def adopt_post(*, actor: Actor, code: str, now: datetime) -> None:
    """Let a post that was made elsewhere be seen by its agency's personnel system. Idempotent."""
    if PostRecord.objects.filter(post_id=code).exists():
        return
    post = get_post(code)
    name = next(iter(post.title.values()))[:150]
    with transaction.atomic():
        record = _new_record(uuid.uuid4(), code, post.agency_code, name, "", now)
        record.save(force_insert=True)
        _record(actor, "appointments.post_adopted", record, post.roles)


def change_post_record(
    *,
    actor: Actor,
    record_id: uuid.UUID,
    display_name: str,
    external_id: str,
    roles: Sequence[str],
    now: datetime,
) -> PostRecord:
    """Another name or other ordinary roles; the post's powers stay. Raises AccessDenied, CannotOrder."""
    with transaction.atomic():
        record = access_post_record(actor.agency_code or "", record_id, for_update=True)
        post = get_post(record.post_id)
        _require_ordinary(actor, post.office_code, roles)
        wanted = sorted({*roles, *list_powers(post.roles)})
        title = dict.fromkeys(post.title, display_name) if display_name != record.display_name else post.title
        if wanted != sorted(post.roles) or title != post.title:
            change_post(actor=actor, code=post.code, title=title, roles=wanted)
        record.display_name, record.external_id = display_name, external_id
        record.version, record.changed_at = record.version + 1, now
        record.save()
        _record(actor, "appointments.post_changed", record, wanted)
    return record


def abolish_post(*, actor: Actor, record_id: uuid.UUID, now: datetime) -> None:
    """End every appointment to the post today and every order for it; the post is absent from now on."""
    with transaction.atomic():
        record = access_post_record(actor.agency_code or "", record_id, for_update=True)
        post = get_post(record.post_id)
        _require_ordinary(actor, post.office_code, ())
        today = country_day(now)
        for order in list_open_orders(today).filter(post_id=post.code):
            end_order(actor=actor, order=order, now=now)
        for holder in list_holders(agency_code=post.agency_code, on=today):
            if holder.post.code == post.code:
                on = max(today, holder.valid_from)
                end_appointment(actor=actor, account_id=holder.account_id, post_code=post.code, on=on)
        record.ended_at = record.changed_at = now
        record.save()
        _record(actor, "appointments.post_abolished", record, post.roles)


def _require_ordinary(actor: Actor, office_code: str, roles: Sequence[str]) -> None:
    if not can_order(actor, actor.agency_code or "", office_code):
        raise CannotOrder(_("Only the agency's personnel system or a personnel officer may do this."))
    if powers := list_powers(roles):
        raise CannotOrder(
            _("%(roles)s cannot be put on a post from here: it is a power or unknown. Ordinary roles are: %(known)s.")
            % {"roles": ", ".join(powers), "known": ", ".join(sorted(get_powers().ordinary))}
        )


def _new_record(
    record_id: uuid.UUID, code: str, agency: str, display_name: str, external_id: str, now: datetime
) -> PostRecord:
    return PostRecord(
        id=record_id,
        post_id=code,
        agency_code=agency,
        display_name=display_name,
        external_id=external_id,
        created_at=now,
        changed_at=now,
    )


def _record(actor: Actor, action: str, record: PostRecord, roles: Sequence[str] | frozenset[str]) -> None:
    record_event(
        actor=actor,
        action=action,
        object_ref=f"post:{record.post_id}",
        detail={"roles": sorted(roles), "version": record.version},
    )
