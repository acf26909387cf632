"""The folder of a unit task and year, opened when the first document needs it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.texts import in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_unit
from gapura.sectors.office.models import Folder
from gapura.sectors.office.queries.classification import find_unit_task
from gapura.sectors.office.types import CannotRegister, FolderState


def open_folder(*, actor: Actor, unit_code: str, task_code: str, now: datetime) -> Folder:
    """The unit's open folder of the task for this year: the one there is, or a new one.

    Where the year's folder was closed already, another is begun beside it. Raises CannotRegister when the task is
    not the agency's.
    """
    year = local_day(now, settings.TIME_ZONE).year
    folders = Folder.objects.filter(unit_code=unit_code, task_code=task_code, year=year, state=FolderState.OPEN)
    return folders.order_by("pk").first() or _begin(actor, unit_code, task_code, year, now)


def _begin(actor: Actor, unit_code: str, task_code: str, year: int, now: datetime) -> Folder:
    task, unit = find_unit_task(task_code), get_unit(unit_code)
    if task is None or not task.is_for(unit.agency_code):
        raise CannotRegister(
            _("“%(task)s” is not a task of this agency. Choose the task that the document belongs to.")
            % {"task": task_code}
        )
    before = Folder.objects.filter(unit_code=unit_code, task_code=task_code, year=year).count()
    code = f"{unit_code}/{task_code}/{year}" + (f"-{before + 1}" if before else "")
    with transaction.atomic():
        folder, is_new = Folder.objects.get_or_create(
            code=code,
            defaults={
                "agency_code": unit.agency_code,
                "office_code": unit.office_code,
                "unit_code": unit_code,
                "task_code": task_code,
                "year": year,
                "title": in_language(task.title, settings.LANGUAGE_CODE)[:200],
                "retention": task.retention.code,
                "opened_on": local_day(now, settings.TIME_ZONE),
            },
        )
        if is_new:
            record_event(actor=actor, action="office.folder_opened", object_ref=f"folder:{code}", detail={})
    return folder
