"""From the draft into force: proposed, agreed by a colleague, adopted by the authority."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval, Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_catalogue_authority, get_limit, list_versions, take_up_editions
from gapura.kernel.editions.actions.drafts import lock_draft, store
from gapura.kernel.editions.events import EditionAdopted
from gapura.kernel.editions.models import ServiceEdition
from gapura.kernel.editions.permissions import can_edit
from gapura.kernel.editions.queries import find_owner, judge
from gapura.kernel.editions.types import (
    AGENCY_APPROVAL,
    AUTHORITY,
    AUTHORITY_APPROVAL,
    EDITOR,
    CannotEdit,
    EditionStatus,
)
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish


def propose_edition(*, actor: Actor, number: str, now: datetime) -> ServiceEdition:
    """Ask another editor of the agency to agree. Raises AccessDenied; CannotEdit while the text has mistakes."""
    with transaction.atomic():
        edition = lock_draft(actor, number)
        if not edition.ends_service:
            service = judge(edition, today=local_day(now, settings.TIME_ZONE)).service
            if service is None:
                raise CannotEdit(_("The text has mistakes. Correct every line that is named, then propose it."))
            edition.begins = service.valid_from
        _propose(actor, edition, now)
    return edition


def propose_end(*, actor: Actor, service_code: str, ends_on: date, reason: str, now: datetime) -> ServiceEdition:
    """Propose that the service is offered no more from ``ends_on``. People keep the notice the country sets.

    Raises AccessDenied for a service of another agency, CannotEdit when the day or the service does not allow it.
    """
    if not can_edit(actor, find_owner(service_code) or ""):
        raise AccessDenied
    _check_end(service_code, ends_on, local_day(now, settings.TIME_ZONE))
    edition = ServiceEdition(
        number=f"ED{new_code(9)}",
        service_code=service_code,
        agency_code=actor.agency_code or "",
        authority_code=get_catalogue_authority().code,
        ends_service=True,
        begins=ends_on,
        reason=reason.strip(),
    )
    with transaction.atomic():
        _propose(actor, edition, now)
    return edition


def agree_to_edition(*, actor: Actor, request: Proposal, now: datetime) -> None:
    """The agency's second pair of eyes; the authority is asked next. Raises CannotDecideApproval."""
    edition = _lock_proposed(request, now)
    edition.agreed_by_person = actor.person_number or ""
    store(actor, edition, "agreed", now)
    with as_house("what an agency agreed to goes to the authority's basket"):
        _request(actor, edition, AUTHORITY_APPROVAL, AUTHORITY, edition.authority_code, "", now)


def adopt_edition(*, actor: Actor, request: Proposal, now: datetime) -> None:
    """The authority's eyes: it is in force from its day. Raises CannotDecideApproval. Publishes EditionAdopted."""
    edition = _lock_proposed(request, now)
    if actor.person_number in (edition.proposed_by_person, edition.agreed_by_person):
        raise CannotDecideApproval(_("You had a part in this proposal; a third person has to decide it."))
    latest = ServiceEdition.objects.aggregate(latest=Max("adoption"))["latest"] or 0
    edition.status, edition.adoption, edition.adopted_at = EditionStatus.ADOPTED, latest + 1, now
    edition.adopted_by_person = actor.person_number or ""
    try:
        with transaction.atomic():
            store(actor, edition, "adopted", now)
    except IntegrityError as error:
        raise CannotDecideApproval(_("Something else was adopted in this moment. Look again, then decide.")) from error
    publish(
        EditionAdopted(
            number=edition.number,
            service_code=edition.service_code,
            begins=str(edition.begins),
            ends=edition.ends_service,
        )
    )
    transaction.on_commit(take_up_editions)


def reopen_draft(*, actor: Actor, number: str, now: datetime) -> None:
    """After a denial: a text may be corrected and proposed again; the end of a service is off the table."""
    with transaction.atomic():
        edition = ServiceEdition.objects.select_for_update().get(pk=number)
        if edition.status != EditionStatus.PROPOSED:
            return
        edition.status = EditionStatus.DISCARDED if edition.ends_service else EditionStatus.DRAFT
        edition.digest = edition.proposed_by_person = edition.agreed_by_person = ""
        store(actor, edition, "reopened", now)


def _propose(actor: Actor, edition: ServiceEdition, now: datetime) -> None:
    edition.status, edition.digest = EditionStatus.PROPOSED, edition.fingerprint
    edition.proposed_by_person = actor.person_number or ""
    store(actor, edition, "proposed", now)
    try:
        _request(actor, edition, AGENCY_APPROVAL, EDITOR, edition.agency_code, actor.office_code or "", now)
    except CannotRequestApproval as refusal:
        raise CannotEdit(str(refusal)) from refusal


def _request(
    actor: Actor, edition: ServiceEdition, kind: str, role: str, agency: str, office: str, now: datetime
) -> None:
    payload: Mapping[str, Any] = {
        "service": edition.service_code,
        "begins": str(edition.begins),
        "ends": edition.ends_service,
        "sha256": edition.digest,
        "reason": edition.reason,
    }
    request_approval(
        actor=actor,
        kind=kind,
        object_ref=f"edition:{edition.number}",
        summary=f"{edition.service_code} – {edition.begins}",
        payload=payload,
        role=role,
        agency_code=agency,
        office_code=office,
        now=now,
    )


def _lock_proposed(request: Proposal, now: datetime) -> ServiceEdition:
    """The edition as it was proposed and as it would still be adopted today. Raises CannotDecideApproval."""
    edition = ServiceEdition.objects.select_for_update().get(pk=request.object_ref.partition(":")[2])
    if edition.status != EditionStatus.PROPOSED:
        raise CannotDecideApproval(_("The proposal is no longer on the table; deny this."))
    if edition.fingerprint != request.payload["sha256"] or edition.digest != request.payload["sha256"]:
        raise CannotDecideApproval(
            _("What was proposed has been altered in the database; report this to your security officer.")
        )
    take_up_editions()
    today = local_day(now, settings.TIME_ZONE)
    if edition.ends_service:
        try:
            assert edition.begins is not None
            _check_end(edition.service_code, edition.begins, today)
        except CannotEdit as refusal:
            raise CannotDecideApproval(str(refusal)) from refusal
    elif found := judge(edition, today=today).problems:
        raise CannotDecideApproval(
            _("The text has mistakes by now: %(said)s Deny it, so that it can be corrected.") % {"said": found[0][1]}
        )
    return edition


def _check_end(service_code: str, ends_on: date, today: date) -> None:
    """A service in force may end after its notice, unless a later version is adopted already. Raises CannotEdit."""
    earliest = today + timedelta(days=get_limit("service_withdrawal_days"))
    if ends_on < earliest:
        raise CannotEdit(
            _("People are told beforehand: the service can end on %(day)s at the earliest.") % {"day": earliest}
        )
    versions = list_versions(service_code)
    if any(one.valid_from >= ends_on for one in versions):
        raise CannotEdit(_("A later version begins on that day or after it. End the service after its first day."))
    if not any(ends_on > one.valid_from and (one.valid_until or date.max) > ends_on for one in versions):
        raise CannotEdit(_("The service is not in force on that day, so it cannot end then."))
