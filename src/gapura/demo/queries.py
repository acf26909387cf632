"""Reading what a demonstration nation offers."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapura.demo.models import NationRecord
from gapura.demo.types import Duty, NationSummary, SampleOfficial, SampleResident, Story

STORIES: Mapping[Story, Promise] = {
    Story.PARENT: _("Parent of two children: asks for the family card and the children's certificates."),
    Story.MOVER: _("Divorced, moved house three times: has an address history and a divorce certificate."),
    Story.GUARDIAN: _("Guardian of a child whose parents died: may act for the ward."),
    Story.SINGLE: _("Never married: can prove it."),
    Story.WIDOWED: _("Widowed: may ask for the death certificate of the late spouse."),
}
DUTIES: Mapping[Duty, Promise] = {
    Duty.REGISTRAR: _("Registrar of the civil registry office: works cases and proposes corrections."),
    Duty.SUPERVISOR: _("Head of the civil registry office: decides corrections and appeals."),
    Duty.AUDITOR: _("Auditor: reads the audit log."),
}


def find_nation() -> NationSummary | None:
    """The demonstration nation of this database, if one was made."""
    record = NationRecord.objects.order_by("-made_at").first()
    return None if record is None else _summary(record.summary)


def _summary(stored: Mapping[str, Any]) -> NationSummary:
    residents = tuple(SampleResident(**row | {"story": Story(row["story"])}) for row in stored["residents"])
    officials = tuple(SampleOfficial(**row | {"duty": Duty(row["duty"])}) for row in stored["officials"])
    return NationSummary(**dict(stored) | {"residents": residents, "officials": officials})
