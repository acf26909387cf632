"""Entering that somebody is away and who stands in. Open steps move to the right basket at once."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.actions.following import reseat_posts
from gapura.kernel.approvals.models import Absence
from gapura.kernel.approvals.permissions import can_enter_absence
from gapura.kernel.approvals.queries.country import day_of, list_absence_reasons
from gapura.kernel.approvals.queries.deputies import find_absence, list_leaders_above
from gapura.kernel.approvals.types import CannotEnterAbsence
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import find_holder, list_posts_named
from gapura.kernel.identity.types import AccessDenied, Post


def enter_absence(
    *,
    actor: Actor,
    post_code: str,
    reason: str,
    valid_from: date,
    valid_until: date,
    substitute_post: str = "",
    now: datetime,
) -> Absence:
    """The holder of the post (or the vacant post) is away, ``valid_until`` exclusive; ``substitute_post`` stands in.

    Without a substitute whoever leads the unit does. For one's own post, or as a leader above it. Raises
    AccessDenied; CannotEnterAbsence when the days, the reason or the substitute cannot be so.
    """
    post = access_post(actor, post_code)
    today = day_of(now)
    holder = find_holder(post_code, on=max(valid_from, today))
    person = holder.person_number if holder else ""
    if reason not in list_absence_reasons() or not today <= valid_until or valid_until <= valid_from:
        raise CannotEnterAbsence(_("The absence ends after it begins, and not in the past. Check the days."))
    with transaction.atomic():
        _require_alone(post_code, person, valid_from, valid_until)
        if substitute_post:
            _require_substitute(post, substitute_post, valid_from)
        absence = Absence.objects.create(
            post_code=post_code,
            agency_code=post.agency_code,
            person=person,
            substitute_post=substitute_post,
            reason=reason,
            valid_from=valid_from,
            valid_until=valid_until,
            entered_by_label=actor.label,
            entered_at=now,
        )
        _record(actor, "approvals.absence_entered", absence)
        reseat_posts([post_code], now=now)
    return absence


def end_absence(*, actor: Actor, absence_id: int, now: datetime) -> None:
    """The holder is back: what is still open returns to them. Raises AccessDenied."""
    with transaction.atomic():
        absence = Absence.objects.select_for_update().filter(pk=absence_id, ended_at__isnull=True).first()
        if absence is None:
            raise AccessDenied
        access_post(actor, absence.post_code)
        absence.ended_at = now
        absence.save(update_fields=["ended_at"])
        _record(actor, "approvals.absence_ended", absence)
        reseat_posts([absence.post_code], now=now)


def access_post(actor: Actor, post_code: str) -> Post:
    """The post whose absence the actor may enter: their own, or one that they lead. Raises AccessDenied."""
    post = list_posts_named([post_code]).get(post_code)
    leaders = {leader.code for leader in list_leaders_above(post_code)} if post else set()
    if post is None or not can_enter_absence(actor, post_code, leaders):
        raise AccessDenied
    return post


def _require_alone(post_code: str, person: str, valid_from: date, valid_until: date) -> None:
    rows = Absence.objects.select_for_update().filter(post_code=post_code, person=person, ended_at__isnull=True)
    if rows.filter(valid_from__lt=valid_until, valid_until__gt=valid_from).exists():
        raise CannotEnterAbsence(_("An absence is entered for some of these days already. End that one first."))


def _require_substitute(post: Post, substitute_post: str, on: date) -> None:
    named = list_posts_named([substitute_post]).get(substitute_post)
    if named is None or named.agency_code != post.agency_code or named.code == post.code:
        raise CannotEnterAbsence(_("Another post of your own agency stands in. Choose one from the list."))
    with as_house("a chain of substitutes is followed to its end"):
        if _leads_back(post.code, substitute_post, on):
            raise CannotEnterAbsence(
                _("Who stands in for you is away on that day, and you stand in for them. Choose somebody else.")
            )


def _leads_back(post_code: str, substitute_post: str, on: date) -> bool:
    seen, at = {post_code}, substitute_post
    while at not in seen:
        seen.add(at)
        holder = find_holder(at, on=on)
        absence = find_absence(at, on=on, person=holder.person_number if holder else "")
        if absence is None or not absence.substitute_post:
            return False
        at = absence.substitute_post
    return True


def _record(actor: Actor, action: str, absence: Absence) -> None:
    record_event(
        actor=actor,
        action=action,
        object_ref=f"post:{absence.post_code}",
        subject=absence.person or None,
        detail={
            "from": absence.valid_from.isoformat(),
            "until": absence.valid_until.isoformat(),
            "reason": absence.reason,
            "substitute": absence.substitute_post,
        },
    )
