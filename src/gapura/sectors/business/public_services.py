"""What an approved case does in the register of businesses."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import CaseEffect, CompanyRegister
from gapura.kernel.cases.types import Application, CannotCarryOut
from gapura.kernel.catalogue.queries import get_refusal
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.mandates.plugin import RepresentationRegister
from gapura.kernel.mandates.types import Representable
from gapura.sectors.business.actions import found_business, license_business, transfer_shares
from gapura.sectors.business.queries import find_founding_obstacle, find_obstacle, find_seat, list_represented
from gapura.sectors.business.types import (
    CannotFoundBusiness,
    CannotLicenseBusiness,
    CannotTransferShares,
    NewBusiness,
)

_HOME = ("street", "village", "district", "regency")


class ShareTransfer(CaseEffect):
    """So many shares as answered pass from the subject to the person of the answer ``buyer``."""

    code = "business.share-transfer"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        answers, on = application.answers, local_day(now, settings.TIME_ZONE)
        if application.applicant == answers["buyer"] != application.subject:
            return get_refusal("agent-is-buyer")
        obstacle = find_obstacle(
            answers["business"],
            seller=application.subject,
            buyer=answers["buyer"],
            shares=int(answers["quantity"]),
            on=on,
        )
        return get_refusal(obstacle) if obstacle else None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        answers = application.answers
        try:
            held = transfer_shares(
                actor=actor,
                business_number=answers["business"],
                seller=application.subject,
                buyer=answers["buyer"],
                shares=int(answers["quantity"]),
                case_number=application.number,
                now=now,
            )
        except CannotTransferShares as refused:
            raise CannotCarryOut(get_refusal(refused.refusal)) from refused
        return {
            "business": answers["business"],
            "holder": answers["buyer"],
            "held": f"{held.shares}/{held.shares_issued}",
            "since": held.valid_from.isoformat(),
        }


class Companies(CompanyRegister, RepresentationRegister):
    def find_office_code(self, company_number: str, on: date) -> str | None:
        return ".".join(find_seat(company_number, on=on).split(".")[:2]) or None

    def list_represented(self, person_number: str, on: date) -> Sequence[Representable]:
        return list_represented(person_number, on=on)


class FoundBusiness(CaseEffect):
    """A company of several founders, or a business of one; where no seat is named it is the founder's home."""

    code = "business.found"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        obstacle = find_founding_obstacle(_new_business(application, evidence))
        return get_refusal(obstacle) if obstacle else None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        new = _new_business(application, evidence)
        try:
            business = found_business(actor=actor, new=new, case_number=application.number, now=now)
        except CannotFoundBusiness as refused:
            raise CannotCarryOut(get_refusal(refused.refusal)) from refused
        return {"business_number": business.business_number, "deed_number": business.deed_number}


class LicenseBusiness(CaseEffect):
    """Every line of the chosen business that awaits its licence is granted one."""

    code = "business.license"

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        try:
            lines = license_business(
                actor=actor,
                business_number=application.answers["business"],
                case_number=application.number,
                now=now,
            )
        except CannotLicenseBusiness as refused:
            raise CannotCarryOut(get_refusal(refused.refusal)) from refused
        return {"licences": ", ".join(line.business_licence_number for line in lines)}


def _new_business(application: Application, evidence: Sequence[Evidence]) -> NewBusiness:
    answers = application.answers
    home = next((one.record or {} for one in evidence if one.evidence_type == "civil.residence"), {})
    seat = answers.get("workplace", "")
    shares: dict[str, int] = {}
    for holder, field in ((application.applicant, "own_shares"), (answers.get("partner", ""), "partner_shares")):
        if field in answers:
            shares[holder] = int(answers[field] or 0)
    return NewBusiness(
        name=answers["chosen_name"],
        legal_form=answers["form"],
        line=answers["line"],
        capital=int(answers["paid_in"]),
        seat_address=seat or ", ".join(str(home[part]) for part in _HOME if home.get(part)),
        village_code="" if seat else str(home.get("village_code", "")),
        director=answers.get("director") or application.applicant,
        shares=shares,
    )
