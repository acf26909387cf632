"""What the public may read of a document: its class, with the ground of the law and the day on which it ends."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.actions.publication import open_publication, relist_document
from gapura.sectors.office.models import DisclosureChange, OfficialDocument
from gapura.sectors.office.public_terms import Ground, get_disclosure_terms
from gapura.sectors.office.queries.disclosure import access_to_disclose
from gapura.sectors.office.queries.documents import access_draft
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.types import CannotDisclose, Disclosure, DocumentStatus


def check_disclosure(
    *, disclosure: str, ground: str, closed_until: date | None, registered_on: date, today: date
) -> Ground | None:
    """The ground, if a document may be closed so from the day it is registered. Raises CannotDisclose."""
    if disclosure == Disclosure.OPEN:
        if ground or closed_until:
            raise CannotDisclose(_("An open document needs no ground and no last day."), "disclosure")
        return None
    found = get_disclosure_terms().grounds.get(ground)
    if disclosure not in (Disclosure.PARTLY, Disclosure.CLOSED):
        raise CannotDisclose(_("Choose whether the public may read all, a part, or nothing."), "disclosure")
    if found is None:
        raise CannotDisclose(_("Choose the ground in the law. Without one the document is open."), "ground")
    _check_last_day(found, closed_until, registered_on, today)
    return found


def _check_last_day(ground: Ground, closed_until: date | None, registered_on: date, today: date) -> None:
    if closed_until is None:
        if ground.needs_end:
            raise CannotDisclose(_("On this ground nothing is closed for ever. Say until which day."), "closed_until")
        return
    if closed_until <= today:
        raise CannotDisclose(_("This day is over. Choose a later one, or open the document."), "closed_until")
    if ground.years is not None and closed_until > _after_years(registered_on, ground.years):
        raise CannotDisclose(
            _("On this ground the law lets it stay closed for %(years)s years at most.") % {"years": ground.years},
            "closed_until",
        )


def set_disclosure(
    *,
    actor: Actor,
    code: str,
    disclosure: str,
    ground: str = "",
    closed_until: date | None = None,
    reason: str = "",
    now: datetime,
) -> OfficialDocument:
    """Set the class of a draft (who writes it), or review that of a record (the information officer, with a reason).

    What is closed again leaves the public page at once. Raises AccessDenied, CannotDisclose.
    """
    document = _access(actor, code)
    today = local_day(now, settings.TIME_ZONE)
    registered_on = local_day(document.registered_at, settings.TIME_ZONE) if document.registered_at else today
    check_disclosure(
        disclosure=disclosure, ground=ground, closed_until=closed_until, registered_on=registered_on, today=today
    )
    if document.status == DocumentStatus.REGISTERED and not reason.strip():
        raise CannotDisclose(_("Say why the class changes. Whoever asks later reads it."), "reason")
    with transaction.atomic():
        document = OfficialDocument.objects.select_for_update().get(pk=document.pk)
        before = (document.disclosure, document.disclosure_ground, document.closed_until)
        if before == (disclosure, ground, closed_until):
            return document
        _write(actor, document, disclosure, ground, closed_until, reason, now)
        relist_document(actor=actor, document=document, reason=reason, now=now)
    return document


def open_ended_classes(*, actor: Actor, now: datetime) -> int:
    """Open every record whose term is over; how many. By the clock, in the country's days."""
    today, number = local_day(now, settings.TIME_ZONE), 0
    ended = OfficialDocument.objects.filter(
        status=DocumentStatus.REGISTERED, closed_until__lte=today, security=ordinary_class()
    )
    for pk in list(ended.order_by("pk").values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            document = OfficialDocument.objects.select_for_update().get(pk=pk)
            if document.closed_until is None or document.closed_until > today:
                continue
            _write(actor, document, Disclosure.OPEN, "", None, "", now)
            open_publication(actor=actor, document=document, now=now)
            number += 1
    return number


def _access(actor: Actor, code: str) -> OfficialDocument:
    document = OfficialDocument.objects.filter(code=code).first()
    if document is not None and document.status == DocumentStatus.REGISTERED:
        return access_to_disclose(actor, code)
    return access_draft(actor, code)


def _write(
    actor: Actor,
    document: OfficialDocument,
    disclosure: str,
    ground: str,
    closed_until: date | None,
    reason: str,
    now: datetime,
) -> None:
    document.disclosure, document.disclosure_ground, document.closed_until = disclosure, ground, closed_until
    document.save(update_fields=["disclosure", "disclosure_ground", "closed_until"])
    DisclosureChange.objects.create(
        document=document,
        disclosure=disclosure,
        ground=ground,
        closed_until=closed_until,
        reason=reason,
        by_label=actor.label[:120],
        at=now,
    )
    record_event(
        actor=actor,
        action="office.disclosure-set",
        object_ref=f"document:{document.code}",
        detail={
            "disclosure": disclosure,
            "ground": ground,
            "until": closed_until.isoformat() if closed_until else "",
            "reason": reason,
        },
    )


def _after_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)
