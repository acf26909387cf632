"""An adult lets somebody of the family see what was reported about them, and takes it back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.withholding.actions.naming import list_family
from gapura.sectors.withholding.models import Consent
from gapura.sectors.withholding.queries import list_consents_of, require_person
from gapura.sectors.withholding.types import CannotConsent


def give_consent(*, actor: Actor, viewer: str, now: datetime) -> Consent:
    """Let ``viewer``, somebody on the same family card, see the person's lines for a year.

    Asks the register; outside a transaction. Raises CannotConsent, AccessDenied.
    """
    person, family = require_person(actor), list_family(actor=actor, now=now)
    if viewer == person or viewer not in family:
        raise CannotConsent(_("This person is not on your family card. Choose somebody from the list."))
    today = local_day(now, settings.TIME_ZONE)
    if any(one.viewer == viewer for one in list_consents_of(person, now=now)):
        raise CannotConsent(_("You let this person see it already."))
    try:
        with transaction.atomic():
            Consent.objects.filter(person=person, viewer=viewer, ended_at__isnull=True).update(ended_at=now)
            consent = Consent.objects.create(
                person=person,
                person_name=family.get(person, person),
                viewer=viewer,
                viewer_name=family[viewer],
                given_at=now,
                valid_from=today,
                valid_until=today + timedelta(days=get_limit("report_consent_days")),
            )
            record_event(
                actor=actor,
                action="withholding.consent_given",
                subject=person,
                object_ref=f"report-consent:{consent.pk}",
            )
    except IntegrityError as error:  # the same page sent twice at the same moment
        raise CannotConsent(_("You let this person see it already.")) from error
    return consent


def end_consent(*, actor: Actor, consent_id: int, now: datetime) -> None:
    """Take a consent back: from now on the lines are not shown. Raises AccessDenied for anybody else's."""
    mine = Consent.objects.filter(pk=consent_id, person=require_person(actor))
    with transaction.atomic():
        if not mine.exists():
            raise AccessDenied
        mine.filter(ended_at__isnull=True).update(ended_at=now)
        record_event(
            actor=actor,
            action="withholding.consent_ended",
            subject=actor.person_number,
            object_ref=f"report-consent:{consent_id}",
        )
