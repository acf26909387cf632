"""Emergency access: a named power for a named case, for minutes, and its review by another person."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.kernel.appointments.actions.orders import country_day
from gapura.kernel.appointments.events import EmergencyAccessReviewed, EmergencyAccessTaken
from gapura.kernel.appointments.models import EmergencyAccess
from gapura.kernel.appointments.permissions import can_review, can_take_power
from gapura.kernel.appointments.queries import access_emergency, get_powers
from gapura.kernel.appointments.types import APPROVER, CannotReview, CannotTakePower, Verdict
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit, get_working_calendar
from gapura.kernel.identity.queries import list_holders
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import publish


def take_power(
    *, actor: Actor, role: str, reason: str, case_number: str, minutes: int, now: datetime
) -> EmergencyAccess:
    """Add ``role`` to what the actor's post may do for ``minutes``; everybody who decides powers there is told.

    Raises AccessDenied without the right; CannotTakePower for another role than the country allows, without reason
    or case, beyond the country's limit, or while an earlier one waits for its review. Publishes EmergencyAccessTaken.
    """
    if not can_take_power(actor):
        raise AccessDenied
    _check_wish(role, reason, case_number, minutes)
    due_on = get_working_calendar().add_working_days(country_day(now), get_limit("emergency_review_working_days"))
    access = EmergencyAccess(
        account_id=actor.account_id or 0,
        person_number=actor.person_number or "",
        label=actor.label,
        agency_code=actor.agency_code or "",
        office_code=actor.office_code or "",
        post_code=actor.post_code or "",
        role=role,
        reason=reason.strip(),
        case_number=case_number.strip(),
        taken_at=now,
        until=now + timedelta(minutes=minutes),
        review_due_on=due_on,
    )
    with transaction.atomic():
        _store_once(access)
        _record(actor, "appointments.power_taken", access, {"role": role, "minutes": minutes})
        _tell_deciders(actor, access, now)
        publish(EmergencyAccessTaken(access_id=access.pk, agency_code=access.agency_code, role=role))
    return access


def end_power(*, actor: Actor, access_id: int, now: datetime) -> None:
    """Give the power back early. Raises AccessDenied unless it is the actor's own."""
    access = access_emergency(actor, access_id)
    if access.person_number != actor.person_number:
        raise AccessDenied
    with transaction.atomic():
        EmergencyAccess.objects.filter(pk=access.pk, until__gt=now).update(until=now)
        _record(actor, "appointments.power_given_back", access, {})


def review_power(*, actor: Actor, access_id: int, verdict: Verdict, note: str, now: datetime) -> EmergencyAccess:
    """Say whether the access was justified; it must be over. Publishes EmergencyAccessReviewed.

    Raises AccessDenied when the actor may not see it; CannotReview for one's own, one without a note, one that still
    runs or was reviewed before.
    """
    with transaction.atomic():
        access_emergency(actor, access_id)
        access = EmergencyAccess.objects.select_for_update().get(pk=access_id)
        _check_review(actor, access, note, now)
        access.reviewed_at, access.verdict, access.note = now, verdict, note.strip()
        access.reviewed_by_label, access.reviewed_by_person = actor.label, actor.person_number
        access.save()
        _record(actor, "appointments.power_reviewed", access, {"verdict": verdict})
        publish(EmergencyAccessReviewed(access_id=access.pk, verdict=verdict))
    return access


def _check_wish(role: str, reason: str, case_number: str, minutes: int) -> None:
    if role not in get_powers().emergency:
        raise CannotTakePower(_("This power cannot be taken in an emergency; ask for an appointment."))
    if not reason.strip() or not case_number.strip():
        raise CannotTakePower(_("Name the case and the reason: both are read by the one who reviews it."))
    longest = get_limit("emergency_access_minutes")
    if not 1 <= minutes <= longest:
        raise CannotTakePower(_("A power is taken for 1 to %(minutes)s minutes.") % {"minutes": longest})


def _check_review(actor: Actor, access: EmergencyAccess, note: str, now: datetime) -> None:
    if access.person_number == actor.person_number:
        raise CannotReview(_("This was your own access; another person has to review it."))
    if not can_review(actor, access):
        raise CannotReview(_("Your post may not review this; a post that decides powers has to."))
    if access.reviewed_at is not None:
        raise CannotReview(_("This has been reviewed already; nothing was changed."))
    if access.until > now:
        raise CannotReview(_("The access still runs. Review it when it is over."))
    if not note.strip():
        raise CannotReview(_("Say what you looked at and what you found."))


def _tell_deciders(actor: Actor, access: EmergencyAccess, now: datetime) -> None:
    title = get_powers().title(access.role)
    holders = list_holders(agency_code=access.agency_code, on=country_day(now))
    told = {one.person_number for one in holders if APPROVER in one.post.roles and one.valid_from <= country_day(now)}
    for person in sorted(told - {access.person_number}):
        send_message(
            actor=actor,
            recipient=person,
            kind=MessageKind.POWER_TAKEN,
            context={f"service_{language}": text for language, text in title.items()},
            case_number=access.case_number[:20],
            now=now,
        )


def _store_once(access: EmergencyAccess) -> None:
    try:
        with transaction.atomic():
            access.save(force_insert=True)
    except IntegrityError as error:
        raise CannotTakePower(
            _("Your last emergency access has not been reviewed. Ask a colleague who decides powers to do so first.")
        ) from error


def _record(actor: Actor, action: str, access: EmergencyAccess, detail: dict[str, object]) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=access.person_number,
        object_ref=f"emergency-access:{access.pk}",
        case_number=access.case_number,
        detail=detail,
    )
