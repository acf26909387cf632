"""What the register does for the kernel: routing and representation of cases, approved corrections."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gapura.foundation.texts import in_language
from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import PopulationRegister
from gapura.kernel.cases.types import Representable
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.sectors.civil import queries
from gapura.sectors.civil.actions.corrections import CORRECTION, carry_out_correction
from gapura.sectors.civil.queries.codes import value_label
from gapura.sectors.civil.rules import REGISTERS


class CivilRegister(PopulationRegister):
    def find_office_code(self, person_number: str, on: date) -> str | None:
        return queries.find_office_code(person_number, on=on)

    def list_dependants(self, person_number: str, on: date) -> Sequence[Representable]:
        return queries.list_dependants(person_number, on=on, age_of_majority=get_limit("age_of_majority"))

    def list_family_of(self, person_number: str, on: date) -> Sequence[str]:
        return queries.list_family_of(person_number, on=on)


class CorrectionHandler(ApprovalHandler):
    """Shows a proposed correction whole, and writes it when it is granted."""

    kind = CORRECTION

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        carry_out_correction(actor=actor, proposal=request, now=now)

    def get_title(self) -> str:
        return _("Correction of a register entry")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        payload = request.payload
        evidence_type, field = _declared(payload["register"], payload["field"])
        return [
            (_("Person number"), payload["person_number"]),
            (_("Register"), evidence_type),
            (_("What is corrected"), field),
            (_("The register says"), value_label(payload["field"], payload["old"])),
            (_("It should say"), value_label(payload["field"], payload["new"])),
            (_("Proof"), payload["evidence"]),
            (_("Since"), payload["valid_from"] or _("From the beginning: it was wrong all along")),
        ]


def _declared(register: str, field: str) -> tuple[str, str]:
    language = get_language() or settings.LANGUAGE_CODE
    declared = find_evidence_type(REGISTERS[register].evidence_types[0])
    if declared is None:
        return register, field
    titles = {one.code: one.title for one in declared.fields}
    return in_language(declared.title, language), in_language(titles[field], language)
