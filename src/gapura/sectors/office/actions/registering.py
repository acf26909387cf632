"""Giving a document its number and its folder: the moment from which it is a record."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_unit_today
from gapura.kernel.outbox.actions import publish
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.actions.folders import open_folder
from gapura.sectors.office.events import DocumentRegistered
from gapura.sectors.office.models import OfficialDocument, UnitRegister
from gapura.sectors.office.queries.numbering import get_numbering
from gapura.sectors.office.types import CannotRegister, DocumentStatus


def register_document(*, actor: Actor, document: OfficialDocument, now: datetime) -> OfficialDocument:
    """Number the document in its unit's register of the day, and file it. Once only.

    A unit that was merged meanwhile registers in its successor's book. The caller has judged that it is approved:
    this is called in the transaction of the last approval. Publishes DocumentRegistered. Raises CannotRegister.
    """
    with transaction.atomic():
        row = OfficialDocument.objects.select_for_update().get(pk=document.pk)
        if row.status not in (DocumentStatus.DRAFT, DocumentStatus.ON_LINE):
            raise CannotRegister(_("This document has its number already, or was refused. Nothing was changed."))
        row.unit_code = get_unit_today(row.unit_code).code
        _number(row, now)
        row.folder = open_folder(actor=actor, unit_code=row.unit_code, task_code=row.task_code, now=_registered_at(row))
        row.retention = row.folder.retention
        row.status, row.changed_at = DocumentStatus.REGISTERED.value, now
        row.save()
        record_event(
            actor=actor,
            action="office.document_registered",
            object_ref=f"document:{row.code}",
            detail={"number": row.number, "folder": row.folder.code},
        )
        index_soon(row)
        publish(DocumentRegistered(code=row.code, number=row.number, direction=row.direction))
    for name in ("unit_code", "number", "serial", "year", "registered_at", "folder", "retention", "status"):
        setattr(document, name, getattr(row, name))
    return document


def _number(document: OfficialDocument, now: datetime) -> None:
    """The next number of the register, whose row is locked until the transaction ends: no gap and no twin."""
    numbering = get_numbering()
    key = {"unit_code": document.unit_code, "direction": document.direction}
    UnitRegister.objects.bulk_create([UnitRegister(agency_code=document.agency_code, **key)], ignore_conflicts=True)
    register = UnitRegister.objects.select_for_update().get(**key)
    moment = numbering.moment(now, register.last_at)
    if moment is None:
        raise CannotRegister(
            _("The clock of this house is behind the last number in the register. Have the clock set right first.")
        )
    on = local_day(moment, settings.TIME_ZONE)
    register.last_serial = register.last_serial + 1 if register.year == on.year else 1
    register.year, register.last_at = on.year, moment
    register.save()
    document.serial, document.year, document.registered_at = register.last_serial, on.year, moment
    document.number = numbering.write(
        document.direction,
        serial=register.last_serial,
        unit_code=document.unit_code,
        task_code=document.task_code,
        on=on,
    )


def _registered_at(document: OfficialDocument) -> datetime:
    assert document.registered_at is not None
    return document.registered_at
