"""A draft: begun from what is in force or from a copy, saved, thrown away."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_catalogue_authority, get_definition, list_versions
from gapura.kernel.editions.models import ServiceEdition
from gapura.kernel.editions.permissions import can_edit
from gapura.kernel.editions.queries import access_edition, find_owner, judge
from gapura.kernel.editions.rules import first_draft, unix_lines
from gapura.kernel.editions.types import LONGEST_TEXT, CannotEdit, EditionStatus
from gapura.kernel.identity.types import AccessDenied


def start_draft(*, actor: Actor, service_code: str, copy_of: str, now: datetime) -> ServiceEdition:
    """Begin a definition of the actor's agency with the newest text of ``copy_of``, which may be any service.

    Raises AccessDenied for a service of another agency, CannotEdit when there is nothing to copy.
    """
    owner = find_owner(service_code) or actor.agency_code or ""
    if not can_edit(actor, owner):
        raise AccessDenied
    versions = list_versions(copy_of)
    if not versions:
        raise CannotEdit(_("There is no service with this code to copy. Choose one from the list."))
    tomorrow = local_day(now, settings.TIME_ZONE) + timedelta(days=1)
    draft = ServiceEdition(
        number=f"ED{new_code(9)}",
        service_code=service_code,
        agency_code=owner,
        authority_code=get_catalogue_authority().code,
        text=first_draft(get_definition(versions[-1]), code=service_code, begins=tomorrow),
        begins=tomorrow,
    )
    with transaction.atomic():
        store(actor, draft, "started", now)
    return draft


def save_draft(*, actor: Actor, number: str, text: str, reason: str, revision: int, now: datetime) -> ServiceEdition:
    """Keep what was written, right or wrong, as long as nobody else saved since ``revision``.

    Raises AccessDenied; CannotEdit when it was saved since, is no draft any more, or is empty or too long.
    """
    text = unix_lines(text)
    if not text or len(text) > LONGEST_TEXT:
        raise CannotEdit(
            _("A definition has between 1 and %(most)s characters. Nothing was saved.") % {"most": LONGEST_TEXT}
        )
    with transaction.atomic():
        draft = lock_draft(actor, number)
        if draft.revision != revision:
            raise CannotEdit(
                _("%(name)s saved this draft meanwhile. Your text stands below: open the draft anew and merge it.")
                % {"name": draft.changed_by}
            )
        draft.text, draft.reason = text, reason.strip()
        if service := judge(draft, today=local_day(now, settings.TIME_ZONE)).service:
            draft.begins = service.valid_from
        store(actor, draft, "saved", now)
    return draft


def discard_draft(*, actor: Actor, number: str, now: datetime) -> None:
    """Put the draft away for good. Raises AccessDenied or CannotEdit."""
    with transaction.atomic():
        draft = lock_draft(actor, number)
        draft.status = EditionStatus.DISCARDED
        store(actor, draft, "discarded", now)


def lock_draft(actor: Actor, number: str) -> ServiceEdition:
    """The draft, if the actor may change it now; whoever comes second waits here and is told."""
    if not can_edit(actor, access_edition(actor, number).agency_code):
        raise AccessDenied
    draft = ServiceEdition.objects.select_for_update().get(pk=number)
    if not draft.is_draft:
        raise CannotEdit(_("This is no draft any more; nothing was changed. Start a new draft."))
    return draft


def store(actor: Actor, edition: ServiceEdition, action: str, now: datetime) -> None:
    """Write the row and one audit event, with the digest of what stands in it."""
    edition.revision += 1
    edition.changed_at, edition.changed_by = now, actor.label
    edition.changed_by_person = actor.person_number or ""
    edition.save()
    record_event(
        actor=actor,
        action=f"editions.{action}",
        object_ref=f"edition:{edition.number}",
        detail={"service": edition.service_code, "begins": str(edition.begins), "sha256": edition.fingerprint},
    )
