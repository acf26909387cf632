"""Reading editions, never another agency's drafts; and what the catalogue takes from here."""

import logging
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from gapura.foundation.isolation import as_house
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.plugin import Edition, EditionSource, Judgment
from gapura.kernel.catalogue.queries import get_definition, judge_definition, list_services, list_versions
from gapura.kernel.catalogue.types import PublicService
from gapura.kernel.editions.models import ServiceEdition
from gapura.kernel.editions.permissions import can_edit, can_see_edition
from gapura.kernel.editions.types import AUTHORITY, EDITOR, EditionStatus
from gapura.kernel.identity.types import AccessDenied

_log = logging.getLogger(__name__)


class AdoptedEditions(EditionSource):
    """What the catalogue puts on top of the country's files. A row that was altered afterwards is left out."""

    def find_latest(self) -> int:
        with as_house("what was adopted is public"):
            return ServiceEdition.objects.aggregate(latest=Max("adoption"))["latest"] or 0

    def list_editions(self) -> Sequence[Edition]:
        with as_house("what was adopted is public"):
            rows = list(ServiceEdition.objects.filter(adoption__isnull=False).order_by("adoption"))
        for row in rows:
            if row.fingerprint != row.digest:
                _log.error("Edition %s of %s was altered after its adoption; it is left out.", row.pk, row.service_code)
        return [row.edition for row in rows if row.fingerprint == row.digest]


def access_edition(actor: Actor, number: str) -> ServiceEdition:
    """The edition, for editors of its agency and the authority. Raises AccessDenied, also when there is none."""
    edition = ServiceEdition.objects.filter(pk=number).first()
    if edition is None or not can_see_edition(actor, edition):
        raise AccessDenied
    return edition


def list_editions(actor: Actor, *, limit: int = 100) -> list[ServiceEdition]:
    """What the actor's post may see, what was changed last on top; nothing discarded."""
    seen = Q(pk__in=())
    if EDITOR in actor.roles:
        seen |= Q(agency_code=actor.agency_code)
    if AUTHORITY in actor.roles:
        shown = [EditionStatus.PROPOSED.value, EditionStatus.ADOPTED.value]
        seen |= Q(authority_code=actor.agency_code, status__in=shown)
    found = ServiceEdition.objects.filter(seen).exclude(status=EditionStatus.DISCARDED.value)
    return list(found.order_by("-changed_at", "pk")[:limit])


def list_own_services(actor: Actor, *, on: date) -> list[PublicService]:
    """The services in force that the actor's post may edit."""
    return [service for service in list_services(on=on) if can_edit(actor, service.agency)]


def find_owner(service_code: str) -> str | None:
    """The agency whose service it is, by its latest version; None where there is no such service."""
    versions = list_versions(service_code)
    return versions[-1].agency if versions else None


def find_predecessor(edition: ServiceEdition) -> PublicService | None:
    """The version that the edition would follow, or followed: what is in force before its first day."""
    begins = edition.begins or date.max
    before = [one for one in list_versions(edition.service_code) if one.valid_from < begins]
    return before[-1] if before else None


def text_before(edition: ServiceEdition) -> str:
    """The predecessor's text; empty where the service is new."""
    before = find_predecessor(edition)
    return get_definition(before) if before else ""


def judge(edition: ServiceEdition, *, today: date) -> Judgment:
    """What the loader says of the text, and what may not be edited: whose service it is, and days gone by."""
    judgment = judge_definition(edition.text)
    service, lines = judgment.service, {name: line for line, name in judgment.outline}
    if service is None:
        return judgment
    problems = []
    if service.code != edition.service_code:
        said = _("This draft is of %(service)s. Write its code, or start a draft of the other service.")
        problems.append((lines["code"], said % {"service": edition.service_code}))
    if service.agency != edition.agency_code:
        said = _("Only your own agency's services are yours to write: 'agency' must be %(agency)s.")
        problems.append((lines["agency"], said % {"agency": edition.agency_code}))
    if service.valid_from <= today:
        said = _("'valid_from' must be a day to come, %(day)s or later: cases of today have their rules already.")
        problems.append((lines["valid_from"], said % {"day": today + timedelta(days=1)}))
    return Judgment(None if problems else service, tuple(problems), judgment.outline)
