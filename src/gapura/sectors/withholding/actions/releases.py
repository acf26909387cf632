"""A person lets an employer have chosen amounts; the employer uses them, or the person takes them back before."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import digest
from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import confirm_mandate
from gapura.kernel.mandates.plugin import list_dependants
from gapura.kernel.mandates.types import NotMandated, Representable
from gapura.sectors.withholding.actions.naming import find_own_name
from gapura.sectors.withholding.models import Claim, Release, ReleasedItem
from gapura.sectors.withholding.queries import (
    access_received,
    list_claimed_elsewhere,
    list_consents_for,
    list_employers,
    list_lines,
    require_person,
)
from gapura.sectors.withholding.types import CASE, CannotRelease, Employer, Ground, Line, ReleaseState, Shown

NUMBER_LENGTH = 12


def list_shown(*, actor: Actor, tax_year: int, now: datetime) -> list[Shown]:
    """The actor's own lines, those of their minor children, and of adults who consented.

    Asks the register whose children they are; outside a transaction. Raises AccessDenied.
    """
    person = require_person(actor)
    own_name = find_own_name(actor=actor, now=now)
    shown = [list_lines(person, own_name, Ground.SELF, tax_year=tax_year)]
    for child in _list_children(actor, now):
        shown.append(list_lines(child.number, child.full_name, Ground.CHILD, tax_year=tax_year))
    for consent in list_consents_for(person, now=now):
        shown.append(list_lines(consent.person, consent.person_name, Ground.CONSENT, tax_year=tax_year))
    return shown


def _list_children(actor: Actor, now: datetime) -> list[Representable]:
    proposed = list_dependants(actor.person_number or "", local_day(now, settings.TIME_ZONE))
    return [one for one in proposed if one.relation == Relation.CHILD and _is_their_child(actor, one.number, now)]


def _is_their_child(actor: Actor, child: str, now: datetime) -> bool:
    try:
        confirm_mandate(actor=actor, principal=child, relation=Relation.CHILD, service=None, case_number=CASE, now=now)
    except NotMandated:
        return False
    return True


def release_lines(
    *,
    actor: Actor,
    employer_number: str,
    tax_year: int,
    keys: Collection[str],
    dependants: Collection[str],
    send_key: str,
    now: datetime,
) -> Release:
    """Let the employer have the lines of these keys, and count these dependants. Sent twice (``send_key``) it is one.

    Outside a transaction. Raises CannotRelease, AccessDenied.
    """
    person, key = require_person(actor), digest([actor.person_number, send_key]).hex()
    if sent := Release.objects.filter(send_key=key).first():
        return sent
    shown = list_shown(actor=actor, tax_year=tax_year, now=now)
    employer = _find_employer(person, employer_number, tax_year)
    chosen, counted = _choose(shown, keys), _count(shown[1:], dependants)
    if not chosen and not counted:
        raise _not_there()
    if list_claimed_elsewhere(person, [one.number for one in counted], tax_year=tax_year):
        raise _claimed()
    release = Release(
        number=new_code(NUMBER_LENGTH),
        send_key=key,
        person=person,
        person_name=shown[0].full_name,
        employer_number=employer.number,
        employer_name=employer.name,
        tax_year=tax_year,
        released_at=now,
    )
    try:
        with transaction.atomic():
            _write_down(actor, release, chosen, counted)
    except IntegrityError as error:  # the other parent, or the same page sent twice, at the same moment
        if sent := Release.objects.filter(send_key=key).first():
            return sent
        raise _claimed() from error
    return release


def _find_employer(person: str, number: str, tax_year: int) -> Employer:
    employer = next((one for one in list_employers(person, tax_year=tax_year) if one.number == number), None)
    if employer is None:
        raise CannotRelease(_("Choose an employer from the list."))
    return employer


def _count(family: Sequence[Shown], dependants: Collection[str]) -> list[Shown]:
    counted = [one for one in family if one.number in dependants]
    if len(counted) != len(set(dependants)):
        raise _not_there()
    return counted


def _choose(shown: Sequence[Shown], keys: Collection[str]) -> list[tuple[Shown, Line]]:
    found = [(one, line) for one in shown for line in one.lines if line.key in keys]
    if len(found) != len(set(keys)):
        raise _not_there()
    return found


def _not_there() -> CannotRelease:
    return CannotRelease(_("Choose what to release from the list."))


def _claimed() -> CannotRelease:
    return CannotRelease(
        _("Somebody counts one of these people for this year already. A person counts for one taxpayer; agree on whom.")
    )


def _write_down(actor: Actor, release: Release, chosen: Sequence[tuple[Shown, Line]], counted: Sequence[Shown]) -> None:
    release.save(force_insert=True)
    ReleasedItem.objects.bulk_create(
        ReleasedItem(
            release=release,
            about=one.full_name,
            title=dict(line.title),
            reported_by=line.reported_by,
            reference=line.reference,
            amount=line.amount,
            tax_withheld=line.tax_withheld,
        )
        for one, line in chosen
    )
    mine = Claim.objects.filter(person=release.person, tax_year=release.tax_year, ended_at__isnull=True)
    mine.filter(dependant__in=[one.number for one in counted]).update(ended_at=release.released_at)
    Claim.objects.bulk_create(
        Claim(
            release=release,
            person=release.person,
            dependant=one.number,
            dependant_name=one.full_name,
            tax_year=release.tax_year,
        )
        for one in counted
    )
    record_event(
        actor=actor,
        action="withholding.lines_released",
        subject=release.person,
        object_ref=f"release:{release.number}",
        detail={"employer": release.employer_number, "lines": len(chosen), "dependants": len(counted)},
    )


def use_release(*, actor: Actor, number: str, now: datetime) -> Release:
    """The employer takes it into the payroll. Raises AccessDenied, CannotRelease when it was taken back or used."""
    with transaction.atomic():
        access_received(actor, number)
        release = Release.objects.select_for_update().get(number=number)
        if release.state != ReleaseState.OPEN:
            raise CannotRelease(_("It was used already, or the person has taken it back."))
        release.state, release.used_at = ReleaseState.USED, now
        release.save(update_fields=["state", "used_at"])
        record_event(
            actor=actor, action="withholding.release_used", subject=release.person, object_ref=f"release:{number}"
        )
    return release


def take_back(*, actor: Actor, number: str, now: datetime) -> Release:
    """The person takes it back. Raises AccessDenied, CannotRelease when the employer has used it."""
    with transaction.atomic():
        release = Release.objects.select_for_update().filter(number=number, person=require_person(actor)).first()
        if release is None:
            raise AccessDenied
        if release.state == ReleaseState.USED:
            raise CannotRelease(
                _("The employer has used it already. Ask them to correct your pay, or file it yourself.")
            )
        if release.state == ReleaseState.OPEN:
            release.state, release.taken_back_at = ReleaseState.TAKEN_BACK, now
            release.save(update_fields=["state", "taken_back_at"])
            Claim.objects.filter(release=release, ended_at__isnull=True).update(ended_at=now)
            record_event(
                actor=actor,
                action="withholding.release_taken_back",
                subject=release.person,
                object_ref=f"release:{number}",
            )
    return release
