"""Orders: from a proposal over the account and four eyes to an appointment, and to its end."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.appointments.events import AppointmentOrdered, AppointmentPutInForce
from gapura.kernel.appointments.models import AppointmentOrder, Official, PostRecord
from gapura.kernel.appointments.permissions import can_order
from gapura.kernel.appointments.queries import access_official, list_open_orders, list_powers
from gapura.kernel.appointments.types import (
    APPROVAL_KIND,
    APPROVER,
    PERSONNEL_CHANNEL,
    CannotOrder,
    OrderKind,
    OrderStatus,
)
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, Proposal
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.actions import appoint_official, end_appointment
from gapura.kernel.identity.queries import find_account_of, find_person_of, get_post, list_holders
from gapura.kernel.identity.types import AccessDenied, Post
from gapura.kernel.outbox.actions import publish


def order_appointment(
    *,
    actor: Actor,
    official_id: UUID,
    post_code: str,
    kind: OrderKind = OrderKind.PRINCIPAL,
    number: str = "",
    valid_from: date,
    valid_until: date | None = None,
    now: datetime,
) -> AppointmentOrder:
    """Say that the official shall hold the post; a power waits for four eyes, the rest is in force at once.

    Raises AccessDenied for what is not of the actor's agency; CannotOrder when the actor may not, the official is
    not active, the period is empty or past, a deputy has no last day, the same order is open already, or the actor
    would give a power to themselves. Publishes AppointmentOrdered.
    """
    official, post = access_official(actor.agency_code or "", official_id), get_post(post_code)
    if post.agency_code != actor.agency_code:
        raise AccessDenied
    _check_order(actor, official, post, kind, valid_from, valid_until, country_day(now))
    order = AppointmentOrder(
        official=official,
        post_id=post.code,
        number=number,
        kind=kind,
        status=OrderStatus.WAITING_ACCOUNT,
        valid_from=valid_from,
        valid_until=valid_until,
        ordered_at=now,
        ordered_by=actor.reference,
        ordered_by_label=actor.label,
        ordered_by_account=actor.account_id,
        ordered_by_person=actor.person_number or "",
    )
    with transaction.atomic():
        _close_lapsed(official, post.code, country_day(now))
        _store_once(order)
        _record(actor, "appointments.ordered", order)
        _settle(order, actor, now)
        publish(AppointmentOrdered(order_id=order.pk, post_code=post.code, status=order.status))
    return order


def settle_orders_of(*, actor: Actor, person_number: str, now: datetime) -> None:
    """Take up the orders that waited until this person has a proven account. Idempotent."""
    Official.objects.filter(person_number=person_number).update(version=F("version") + 1, changed_at=now)
    waiting = AppointmentOrder.objects.filter(
        status=OrderStatus.WAITING_ACCOUNT, official__person_number=person_number, official__active=True
    )
    with transaction.atomic():
        for order in waiting.select_for_update().order_by("pk"):
            _settle(order, actor, now)
            _record(actor, "appointments.order_taken_up", order)


def put_in_force(*, actor: Actor, request: Proposal, now: datetime) -> None:
    """Carry out a granted power; ``actor`` is the one who granted.

    Raises CannotDecideApproval when they would receive it themselves, or when the order, the post's roles or the
    person are no longer what was proposed: then nothing is in force and the request stays open.
    """
    order = AppointmentOrder.objects.select_for_update().filter(pk=request.payload["order"]).first()
    if order is None or order.status != OrderStatus.WAITING_APPROVAL or order.approval_id != request.id:
        raise CannotDecideApproval(_("The order has been withdrawn or replaced since. Deny the request."))
    if _is_involved(actor, order):
        raise CannotDecideApproval(_("This power is for you or was asked for by you; another person has to decide it."))
    if dict(request.payload) != _payload(order, get_post(order.post_id)):
        raise CannotDecideApproval(_("What would be given is no longer what was proposed. Deny it; it is asked anew."))
    if find_person_of(order.account_id or 0) != order.subject_person:
        raise CannotDecideApproval(_("The account is no longer proven to be this person. Deny the request."))
    if order.valid_until is not None and order.valid_until <= country_day(now):
        raise CannotDecideApproval(_("The last day of the order has passed. Deny the request."))
    order.decided_by_person = actor.person_number or ""
    _appoint(order, actor, now)


def _is_involved(actor: Actor, order: AppointmentOrder) -> bool:
    """Whether the decider would receive the power or asked for it, whatever account they use."""
    return actor.person_number in (order.subject_person, order.ordered_by_person)


def refuse_order(*, actor: Actor, order_id: int, now: datetime) -> None:
    """Note that four eyes did not agree. Idempotent."""
    with transaction.atomic():
        order = AppointmentOrder.objects.select_for_update().get(pk=order_id)
        if order.status == OrderStatus.WAITING_APPROVAL:
            _close(order, OrderStatus.REFUSED, now)
            _record(actor, "appointments.refused", order)


def end_order(*, actor: Actor, order: AppointmentOrder, now: datetime) -> None:
    """End what the order gave, today: sessions in the post end with their next request. Waiting orders just end."""
    with transaction.atomic():
        if order.status == OrderStatus.IN_FORCE and order.account_id is not None:
            on = max(country_day(now), order.valid_from)
            end_appointment(actor=actor, account_id=order.account_id, post_code=order.post_id, on=on)
        _close(order, OrderStatus.ENDED, now)
        _record(actor, "appointments.ended", order)


def close_order(*, actor: Actor, order: AppointmentOrder, now: datetime) -> None:
    """End an order at the desk. Raises CannotOrder when the actor may not, or it is not open any more."""
    if not can_order(actor, order.official.agency_code, get_post(order.post_id).office_code):
        raise CannotOrder(_("Only the agency's personnel system or a personnel officer may do this."))
    with transaction.atomic():
        locked = list_open_orders(country_day(now)).select_for_update(of=("self",)).filter(pk=order.pk).first()
        if locked is None:
            raise CannotOrder(_("This order has ended already; nothing was changed."))
        end_order(actor=actor, order=locked, now=now)


def adopt_appointment(*, actor: Actor, account_id: int, post_code: str, now: datetime) -> None:
    """Explain an appointment made or ended elsewhere in the house by an official and an order. Idempotent."""
    post, today = get_post(post_code), country_day(now)
    holders = list_holders(agency_code=post.agency_code, on=today, account_id=account_id)
    holder = next((one for one in holders if one.post.code == post_code), None)
    ours = AppointmentOrder.objects.filter(account_id=account_id, post_id=post_code, status=OrderStatus.IN_FORCE)
    if holder is None:
        with transaction.atomic():
            for order in ours:
                _close(order, OrderStatus.ENDED, now)
                _record(actor, "appointments.ended", order)
        return
    if ours.exists():
        return
    with transaction.atomic():
        official, _new = Official.objects.get_or_create(
            agency_code=post.agency_code,
            person_number=holder.person_number,
            ended_at=None,
            defaults={
                "user_name": holder.login,
                "user_name_key": holder.login.casefold(),
                "display_name": holder.login,
                "created_at": now,
                "changed_at": now,
            },
        )
        order = AppointmentOrder.objects.create(
            official=official,
            post_id=post_code,
            status=OrderStatus.IN_FORCE,
            valid_from=holder.valid_from,
            valid_until=holder.valid_until,
            subject_person=holder.person_number,
            account_id=account_id,
            ordered_at=now,
            ordered_by=actor.reference,
            ordered_by_label=actor.label,
            in_force_at=now,
        )
        _record(actor, "appointments.adopted", order)


def country_day(moment: datetime) -> date:
    """The calendar day of ``moment`` in the country."""
    return local_day(moment, settings.TIME_ZONE)


def _check_order(
    actor: Actor,
    official: Official,
    post: Post,
    kind: OrderKind,
    valid_from: date,
    valid_until: date | None,
    today: date,
) -> None:
    if not can_order(actor, post.agency_code, post.office_code):
        raise CannotOrder(_("Only the agency's personnel system or a personnel officer may do this."))
    if not official.active:
        raise CannotOrder(_("This official no longer works for the agency; make them active first."))
    if kind is OrderKind.DEPUTY and valid_until is None:
        raise CannotOrder(_("A deputy needs a last day."))
    if valid_until is not None and valid_until <= max(valid_from, today):
        raise CannotOrder(_("The last day lies before the first day, or has passed."))
    if official.person_number == actor.person_number and list_powers(post.roles):
        raise CannotOrder(_("Nobody gives a power to themselves; a colleague has to propose it."))


def _settle(order: AppointmentOrder, actor: Actor, now: datetime) -> None:
    """The next state of an order that waits for an account."""
    number = order.official.person_number
    account = find_account_of(number) if number else None
    if account is None:
        return
    order.subject_person, order.account_id = account.person_number, account.account_id
    post = get_post(order.post_id)
    if not list_powers(post.roles):
        _appoint(order, actor, now)
    elif order.ordered_by_person in ("", order.subject_person):
        _close(order, OrderStatus.REFUSED, now)  # it turned out to be a grant to oneself
    else:
        _request_approval(order, post, now)


def _request_approval(order: AppointmentOrder, post: Post, now: datetime) -> None:
    order.status = OrderStatus.WAITING_APPROVAL
    order.save()
    request = request_approval(
        actor=_maker(order),
        kind=APPROVAL_KIND,
        object_ref=f"order:{order.pk}",
        summary=(order.official.display_name or order.official.user_name)[:200],
        payload=_payload(order, post),
        role=APPROVER,
        agency_code=post.agency_code,
        office_code=post.office_code,
        now=now,
    )
    order.approval_id = request.pk
    order.save(update_fields=["approval_id"])


def _payload(order: AppointmentOrder, post: Post) -> dict[str, Any]:
    """What is decided, exactly: a change of any of it makes the decision void."""
    return {
        "order": order.pk,
        "number": order.number,
        "official": str(order.official_id),
        "subject": order.subject_person,
        "post": post.code,
        "roles": sorted(post.roles),
        "kind": order.kind,
        "valid_from": order.valid_from.isoformat(),
        "valid_until": order.valid_until.isoformat() if order.valid_until else None,
    }


def _maker(order: AppointmentOrder) -> Actor:
    """Who proposed it, as they were then; they may have been away when the account was opened."""
    by_system = order.ordered_by.startswith(ActorKind.SYSTEM)
    return Actor(
        kind=ActorKind.SYSTEM if by_system else ActorKind.OFFICIAL,
        label=order.ordered_by_label,
        account_id=order.ordered_by_account,
        person_number=order.ordered_by_person,
        post_code=None if by_system else order.ordered_by.partition(":")[2],
        channel=PERSONNEL_CHANNEL if by_system else "web",
    )


def _appoint(order: AppointmentOrder, actor: Actor, now: datetime) -> None:
    account_id, begins = order.account_id or 0, max(order.valid_from, country_day(now))
    if order.kind == OrderKind.PRINCIPAL:
        _end_earlier(order, account_id, actor, begins, now)
    appoint_official(
        actor=actor,
        account_id=account_id,
        post_code=order.post_id,
        valid_from=begins,
        valid_until=order.valid_until,
    )
    order.status, order.in_force_at, order.valid_from = OrderStatus.IN_FORCE, now, begins
    order.save()
    _record(actor, "appointments.in_force", order)
    publish(AppointmentPutInForce(order_id=order.pk, account_id=account_id, post_code=order.post_id))


def _end_earlier(order: AppointmentOrder, account_id: int, actor: Actor, begins: date, now: datetime) -> None:
    """A transfer: what the person held as principal in the agency ends the day the new post begins."""
    others = list_open_orders(country_day(now)).filter(official_id=order.official_id).exclude(pk=order.pk)
    deputies = set(others.filter(kind=OrderKind.DEPUTY).values_list("post_id", flat=True))
    for holder in list_holders(agency_code=order.official.agency_code, on=begins, account_id=account_id):
        if holder.post.code not in deputies | {order.post_id}:
            on = max(begins, holder.valid_from)
            end_appointment(actor=actor, account_id=account_id, post_code=holder.post.code, on=on)
    for other in others.filter(kind=OrderKind.PRINCIPAL, ordered_at__lte=order.ordered_at):
        if other.status == OrderStatus.IN_FORCE and begins > country_day(now):
            other.valid_until = max(begins, other.valid_from)
            other.save(update_fields=["valid_until"])
        else:
            _close(other, OrderStatus.ENDED, now)
        _record(actor, "appointments.ended_by_transfer", other)


def _close_lapsed(official: Official, post_code: str, today: date) -> None:
    lapsed = official.orders.filter(post_id=post_code, status=OrderStatus.IN_FORCE, valid_until__lte=today)
    lapsed.update(status=OrderStatus.ENDED)


def _close(order: AppointmentOrder, status: OrderStatus, now: datetime) -> None:
    order.status, order.ended_at = status, now
    order.save()


def _store_once(order: AppointmentOrder) -> None:
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        raise CannotOrder(_("This official holds the post already, or the order for it still waits.")) from error


def _record(actor: Actor, action: str, order: AppointmentOrder) -> None:
    """Note the change of an order, and that its official and its post look different now."""
    now = order.ended_at or order.in_force_at or order.ordered_at
    Official.objects.filter(pk=order.official_id).update(version=F("version") + 1, changed_at=now)
    PostRecord.objects.filter(post_id=order.post_id).update(version=F("version") + 1, changed_at=now)
    record_event(
        actor=actor,
        action=action,
        subject=order.subject_person or order.official.person_number or None,
        object_ref=f"order:{order.pk}",
        detail={"post": order.post_id, "status": order.status, "order": order.number},
    )
