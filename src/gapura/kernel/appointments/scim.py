"""Rows as SCIM resources, and back. The only place that knows both vocabularies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from scim2_models import Context, Meta, Reference

from gapura.foundation import clock
from gapura.foundation.texts import Text, in_language
from gapura.kernel.appointments import schemas
from gapura.kernel.appointments.models import AppointmentOrder, Official, PostRecord
from gapura.kernel.appointments.queries import get_powers, list_open_orders, list_powers
from gapura.kernel.appointments.schemas import GroupResource, UserResource
from gapura.kernel.appointments.types import OfficialFacts, OrderStatus


def etag(row: Official | PostRecord) -> str:
    """The version of a resource, as a weak entity tag."""
    return f'W/"{row.version}"'


def to_users(rows: Sequence[Official], base: str) -> list[UserResource]:
    """Officials as Users; two queries for any number."""
    orders = _open_orders(official__in=[row.pk for row in rows])
    by_official: dict[Any, list[AppointmentOrder]] = defaultdict(list)
    for order in orders:
        by_official[order.official_id].append(order)
    records = {
        record.post_id: record
        for record in PostRecord.objects.filter(post__in={order.post_id for order in orders}, ended_at__isnull=True)
    }
    return [_to_user(row, by_official[row.pk], records, base) for row in rows]


def _to_user(
    row: Official, orders: Iterable[AppointmentOrder], records: dict[str, PostRecord], base: str
) -> UserResource:
    user = UserResource.model_validate(row.attributes, scim_ctx=Context.DEFAULT)
    user.id, user.external_id, user.meta = str(row.pk), row.external_id or None, _meta("User", row, base)
    user.user_name, user.display_name = row.user_name, row.display_name or None
    user.groups = [
        schemas.Membership(
            value=str(record.pk), ref=Reference(f"{base}/Groups/{record.pk}"), display=record.display_name
        )
        for order in orders
        if (record := records.get(order.post_id))
    ] or None
    user.entitlements = [
        schemas.Entitlement(value=order.post_id, display=_words(order.post.title), type=order.status)
        for order in orders
    ] or None
    today = clock.today(settings.TIME_ZONE)
    in_force = {
        role
        for order in orders
        if order.status == OrderStatus.IN_FORCE and order.valid_from <= today
        for role in order.post.roles
    }
    user.roles = [
        schemas.Role(value=role, display=_words(get_powers().title(role))) for role in sorted(in_force)
    ] or None
    if row.person_number:
        user[schemas.Official] = schemas.Official(person_number=row.person_number)
    return user


def to_facts(user: UserResource) -> OfficialFacts:
    """What a User says of an official."""
    plain = user.model_dump(scim_ctx=Context.DEFAULT)
    ours = {"id", "meta", "groups", "roles", "entitlements", "externalId", str(schemas.Official.__schema__)}
    official = user[schemas.Official]
    return OfficialFacts(
        user_name=user.user_name or "",
        display_name=user.display_name or "",
        person_number=(official.person_number if official else None) or "",
        external_id=user.external_id or "",
        active=user.active is not False,
        attributes={name: value for name, value in plain.items() if name not in ours},
    )


def to_groups(rows: Sequence[PostRecord], base: str) -> list[GroupResource]:
    """Posts as Groups; one query for any number."""
    by_post: dict[str, list[AppointmentOrder]] = defaultdict(list)
    for order in _open_orders(post__in=[row.post_id for row in rows]):
        by_post[order.post_id].append(order)
    return [_to_group(row, by_post[row.post_id], base) for row in rows]


def _to_group(row: PostRecord, orders: Sequence[AppointmentOrder], base: str) -> GroupResource:
    powers = list_powers(row.post.roles)
    group = GroupResource(
        id=str(row.pk),
        external_id=row.external_id or None,
        meta=_meta("Group", row, base),
        display_name=row.display_name,
        members=[
            schemas.Member(
                value=str(order.official_id), ref=Reference(f"{base}/Users/{order.official_id}"), type="User"
            )
            for order in orders
        ]
        or None,
    )
    if ordinary := sorted(set(row.post.roles) - set(powers)):
        group[schemas.Post] = schemas.Post(roles=" ".join(ordinary))
    return group


def _words(text: Text) -> str:
    return in_language(text, settings.LANGUAGE_CODE)


def _open_orders(**wanted: Any) -> list[AppointmentOrder]:
    return list(list_open_orders(clock.today(settings.TIME_ZONE)).filter(**wanted).select_related("post", "official"))


def _meta(resource_type: str, row: Official | PostRecord, base: str) -> Meta:
    return Meta(
        resource_type=resource_type,
        created=row.created_at,
        last_modified=row.changed_at,
        location=f"{base}/{resource_type}s/{row.pk}",
        version=etag(row),
    )
