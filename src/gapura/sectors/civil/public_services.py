"""What the register does for the kernel: routing and representation of cases, approved corrections."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import CaseEffect, PopulationRegister
from gapura.kernel.cases.types import Application, CannotCarryOut
from gapura.kernel.catalogue.queries import get_limit, get_refusal
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.identity.plugin import PersonNames
from gapura.kernel.mandates.plugin import FamilyRegister
from gapura.kernel.mandates.types import Representable
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.production.actions import RegisterKeeper
from gapura.kernel.production.types import CardFacts
from gapura.kernel.records.actions import approve_correction_case
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.civil import queries
from gapura.sectors.civil.actions.annulments import ANNULMENT, carry_out_annulment
from gapura.sectors.civil.actions.births import find_notice, register_birth
from gapura.sectors.civil.actions.corrections import CORRECTION, carry_out_correction
from gapura.sectors.civil.actions.deaths import register_death, require_possible
from gapura.sectors.civil.actions.moves import find_address, move_people
from gapura.sectors.civil.models import IdentityCardEntry
from gapura.sectors.civil.permissions import can_look_up
from gapura.sectors.civil.queries.codes import value_label
from gapura.sectors.civil.rules import REGISTERS
from gapura.sectors.civil.types import BirthNotice, CannotChangeRegister, DeathNotice, Move
from gapura.web.languages import localized


class CivilRegister(PopulationRegister, FamilyRegister, PersonNames):
    def find_name(self, person_number: str, on: date) -> str:
        return queries.get_names([person_number], on=on, known_at=None).get(person_number, "")

    def find_office_code(self, person_number: str, on: date) -> str | None:
        return queries.find_office_code(person_number, on=on)

    def list_dependants(self, person_number: str, on: date) -> Sequence[Representable]:
        return queries.list_dependants(person_number, on=on, age_of_majority=get_limit("age_of_majority"))

    def is_of_age(self, person_number: str, on: date) -> bool:
        return queries.is_over_age(person_number, get_limit("age_of_majority"), on=on)

    def list_family_of(self, person_number: str, on: date) -> Sequence[str]:
        card = queries.list_family_of(person_number, on=on)
        relatives = queries.list_relatives(person_number, on=on, known_at=None)
        return [*card, *sorted(relatives - set(card))]


class IdentityCardKeeper(RegisterKeeper):
    """Identity cards as cards that are made: what the register of them says of a new one."""

    kind = "civil.identity-card"
    register = IdentityCardEntry
    number_of, status_of = "card_number", "card_status"

    def facts_of(self, card: CardFacts) -> Mapping[str, Any]:
        return {"issued_on": card.issued_on, "expires_on": card.expires_on}


class CorrectionHandler(ApprovalHandler):
    """Shows a proposed correction whole; granted, it is written and the request it answers is approved with it."""

    kind = CORRECTION

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        carry_out_correction(actor=actor, proposal=request, now=now)
        _approve_answered(actor, request, now)

    def get_title(self) -> str:
        return _("Correction of a register entry")

    def get_proposing_page(self, *, actor: Actor, case_number: str) -> str | None:
        if not can_look_up(actor):
            return None
        return f"{reverse('civil:search')}?{urlencode({'case_number': case_number})}"

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
            (_("Case"), request.case_number or _("None: nobody asked for it")),
        ]


class AnnulmentHandler(ApprovalHandler):
    """Shows that somebody registered as dead lives; granted, the death is believed no more.

    The request of the person that it answers is approved with it.
    """

    kind = ANNULMENT

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        carry_out_annulment(actor=actor, proposal=request, now=now)
        _approve_answered(actor, request, now)

    def get_title(self) -> str:
        return _("Annulment of a death: the person lives")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        payload = request.payload
        return [
            (_("Person number"), payload["person_number"]),
            (_("Number of the death certificate"), payload["certificate_number"]),
            (_("The register says"), _("Died on %(day)s") % {"day": payload["died_on"]}),
            (_("Legal ground"), payload["legal_ground"]),
            (_("Proof"), payload["evidence"]),
            (_("Case"), request.case_number or _("None: nobody asked for it")),
        ]


def _approve_answered(actor: Actor, request: Proposal, now: datetime) -> None:
    """An annulment is a correction as well: what the person asked for waits for that kind of approval."""
    subject = request.payload["person_number"]
    approve_correction_case(actor=actor, number=request.case_number, subject=subject, through=CORRECTION, now=now)


class BirthRegistration(CaseEffect):
    """A child enters the register: its number, its certificate and its place on the family card."""

    code = "civil.register-birth"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        try:
            find_notice(_notices(evidence), int(application.answers["twin"]))
        except CannotChangeRegister as refusal:
            return get_refusal(refusal.code)
        return None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        try:
            born = register_birth(
                actor=actor,
                applicant=application.applicant,
                notices=_notices(evidence),
                child_order=int(application.answers["twin"]),
                child_name=application.answers["child_name"],
                source=Source(SourceKind.CASE, application.number),
                today=local_day(now, settings.TIME_ZONE),
                now=now,
            )
        except CannotChangeRegister as refusal:
            raise CannotCarryOut(get_refusal(refusal.code)) from refusal
        return {"child": born.child, "certificate": born.certificate_number, "family_card": born.family_number}


class DeathRegistration(CaseEffect):
    """A death enters the register: what the person was ends, and their family card is made anew."""

    code = "civil.register-death"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        try:
            require_possible(_death(application, evidence), today=local_day(now, settings.TIME_ZONE))
        except CannotChangeRegister as refusal:
            return get_refusal(refusal.code)
        return None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        today = local_day(now, settings.TIME_ZONE)
        try:
            registered = register_death(
                actor=actor,
                told=_death(application, evidence),
                source=Source(SourceKind.CASE, application.number),
                today=today,
                now=now,
            )
        except CannotChangeRegister as refusal:
            raise CannotCarryOut(get_refusal(refusal.code)) from refusal
        dead, applicant = application.answers["dead"], application.applicant
        relatives = queries.list_relatives(dead, on=today, known_at=None)
        return {
            "certificate": registered.certificate_number,
            "family_card": registered.family_number,
            "head": registered.head,
            "relative": applicant if applicant in relatives else "",
        }


class HouseMove(CaseEffect):
    """People move: their addresses and family cards change, and those who live there are told."""

    code = "civil.move"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        try:
            find_address(_move(application), on=local_day(now, settings.TIME_ZONE))
        except CannotChangeRegister as refusal:
            return get_refusal(refusal.code)
        return None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        move = _move(application)
        if move.host and move.host not in application.consents.get("host", ()):
            raise CannotCarryOut(get_refusal("host-not-agreed"))
        try:
            moved = move_people(
                actor=actor,
                applicant=application.applicant,
                move=move,
                source=Source(SourceKind.CASE, application.number),
                today=local_day(now, settings.TIME_ZONE),
                now=now,
            )
        except CannotChangeRegister as refusal:
            raise CannotCarryOut(get_refusal(refusal.code)) from refusal
        for neighbor in moved.neighbors:
            send_message(actor=actor, recipient=neighbor, kind="moved_in", context={}, now=now)
        return {"family_card": moved.family_number}


def _move(application: Application) -> Move:
    answers = application.answers
    return Move(
        everybody=answers["who"] == "everybody",
        host=answers["host"],
        street=answers["new_street"],
        neighbourhood=answers["new_area"],
        place=answers["new_place"],
    )


def _death(application: Application, evidence: Sequence[Evidence]) -> DeathNotice:
    """What the physician certified; without a notice what the applicant says. Raises CannotChangeRegister."""
    dead, told_on, place = (application.answers[field] for field in ("dead", "day", "place"))
    records = [one.record for one in evidence if one.evidence_type == "health.death-certified" and one.record]
    if not records:
        if not (told_on and place):
            raise CannotChangeRegister("death-day-missing")
        return DeathNotice(dead, date.fromisoformat(told_on), place)
    certified_on = records[0]["died_on"]
    if told_on not in ("", certified_on):
        raise CannotChangeRegister("death-day-differs")
    return DeathNotice(dead, date.fromisoformat(certified_on), records[0]["death_place"])


def _notices(evidence: Sequence[Evidence]) -> list[BirthNotice]:
    """What health facilities told of the applicant's children that have no number yet."""
    return [
        BirthNotice(
            number=record["notice_number"],
            mother=record["mother_number"],
            born_on=date.fromisoformat(record["born_on"]),
            sex=record["sex"],
            child_order=record["child_order"],
            birth_place=record["birth_place"] or record["facility_name"],
        )
        for one in evidence
        if one.evidence_type == "health.birth-attended"
        for record in one.records
        if not record["child_number"]
    ]


def _declared(register: str, field: str) -> tuple[str, str]:
    declared = find_evidence_type(REGISTERS[register].evidence_types[0])
    if declared is None:
        return register, field
    titles = {one.code: one.title for one in declared.fields}
    return localized(declared.title), localized(titles[field])
