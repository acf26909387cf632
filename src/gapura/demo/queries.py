"""Reading what a demonstration nation offers."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapura.demo.models import NationRecord
from gapura.demo.types import Duty, NationSummary, SampleOfficial, SampleResident, Story

STORIES: Mapping[Story, Promise] = {
    Story.PARENT: _("Parent of two children: asks for the family card and the children's certificates."),
    Story.MOVER: _("Divorced, moved house three times: has an address history and a divorce certificate."),
    Story.GUARDIAN: _("Guardian of a child whose parents died: may act for the ward."),
    Story.SINGLE: _("Never married: can prove it."),
    Story.OWNER: _("Owns land and a vehicle: chooses among them when asking for their papers, and can sell them."),
    Story.WORKER: _("Employed, tax was withheld: sees what was reported, and files last year's return."),
    Story.EMPLOYER: _("Runs a business that employs people: acts for it, and reports what it paid and withheld."),
    Story.WIDOWED: _("Widowed: may ask for the death certificate of the late spouse."),
}
DUTIES: Mapping[Duty, Promise] = {
    Duty.REGISTRAR: _("Registrar of the civil registry office: works cases, serves the counter, proposes corrections."),
    Duty.SUPERVISOR: _("Head of the civil registry office: decides corrections, appeals and visits to the counter."),
    Duty.AUDITOR: _("Auditor: reads the audit log."),
    Duty.PERSONNEL: _("Personnel officer: appoints officials and ends their posts."),
    Duty.RECORDS: _("Records officer: sees what is due to be destroyed and proposes holds."),
    Duty.SITES: _("Keeper of the sites that people sign in to with their account."),
    Duty.OPERATOR: _("Operator on duty: declares outages and reports their cause."),
    Duty.DIRECTOR: _("Director: decides what the officers of the head office propose."),
    Duty.ASKER: _("Religious affairs office: asks for agreements with other agencies."),
    Duty.HOLDER: _("Holder's officer: judges who may ask the population register for what."),
    Duty.AUTHORITY: _("Exchange authority: approves and suspends agreements between agencies."),
    Duty.TREASURER: _("Treasurer: clears up what differs from the bank and proposes refunds."),
    Duty.REFUNDS: _("Head of finance: decides refunds."),
    Duty.LAND: _("Land registrar: examines and records sales of land."),
    Duty.EDITOR: _("Editor of services: writes what the population agency offers; the director agrees."),
    Duty.SERVICES: _("Authority over public services: decides last what agencies offer."),
    Duty.PASSPORTS: _("Immigration officer: sees passports that a machine may not grant, and hands them over."),
    Duty.ANALYST: _("Policy analyst: tries reforms of the law on a population before they are decided."),
    Duty.TAX: _("Tax officer: opens accounts for a reason, collects, proposes refunds and audits."),
    Duty.TAX_DECIDER: _("Tax supervisor: decides on refunds and audits that another proposed."),
    Duty.DRAFTER: _("Analyst of a ministry: writes letters and sends them along the line."),
    Duty.DIVISION: _("Head of a division: reads, gives opinions, hands out work, approves what is delegated."),
    Duty.DEPUTY: _("Deputy minister: decides for the ministry."),
    Duty.LAWYER: _("Legal expert: checks drafts against the law."),
    Duty.MAILROOM: _("Mail room of the ministry: registers and distributes what comes in."),
    Duty.ARCHIVIST: _("Archivist: closes the year, hands records over, guards what must stay."),
    Duty.INFORMATION: _("Information officer: decides with others what the public may read."),
    Duty.NEIGHBOR: _("Mail room of another ministry: receives what was sent to it and answers."),
    Duty.BARS: _("Keeper of travel bans and wanted notices: opens one person's on a ground and proposes."),
    Duty.BARS_DECIDER: _("Head of the keepers: decides which bars are entered, changed and lifted."),
    Duty.SCHOOLS: _("Placement officer of schools: finds places for children who move, and tells the old school."),
}


def find_nation() -> NationSummary | None:
    """The demonstration nation of this database, if one was made."""
    record = NationRecord.objects.order_by("-made_at").first()
    return None if record is None else _summary(record.summary)


def find_why_not_to_serve() -> str | None:
    """Why this database must not be open to the world as it is, or None.

    A demonstration's passwords are printed on its own sign-in page: without GAPURA_DEMO nobody would be warned.
    """
    if settings.GAPURA_DEMO or not NationRecord.objects.exists():
        return None
    return (
        "This database holds a demonstration nation, whose passwords everybody knows, and GAPURA_DEMO is not set. "
        "Set GAPURA_DEMO=1 to show it as a demonstration, or choose another database with GAPURA_DATABASE."
    )


def _summary(stored: Mapping[str, Any]) -> NationSummary:
    residents = tuple(SampleResident(**row | {"story": Story(row["story"])}) for row in stored["residents"])
    officials = tuple(SampleOfficial(**row | {"duty": Duty(row["duty"])}) for row in stored["officials"])
    return NationSummary(**dict(stored) | {"residents": residents, "officials": officials})
