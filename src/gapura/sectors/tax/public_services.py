"""What approved cases do in the registers of tax and in taxpayers' accounts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import CaseEffect
from gapura.kernel.cases.types import Application, CannotCarryOut
from gapura.kernel.catalogue.queries import get_office_title, get_refusal
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.types import Evidence
from gapura.sectors.tax.actions import register_business_taxpayer
from gapura.sectors.tax.actions.objections import take_back_assessments
from gapura.sectors.tax.models import TaxPosting, TaxReturn
from gapura.sectors.tax.queries import is_business_taxpayer
from gapura.sectors.tax.queries.objections import (
    OBJECTION,
    can_appeal,
    find_refused_objection,
    find_return_by_number,
    is_in_time,
    list_assessments,
)
from gapura.sectors.tax.types import CannotRegisterTaxpayer


class RegisterBusinessTaxpayer(CaseEffect):
    """The chosen business is a taxpayer of its own; whoever asked answers for it."""

    code = "tax.register-business"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        registered = is_business_taxpayer(application.answers["business"], on=local_day(now, settings.TIME_ZONE))
        return get_refusal("business-is-taxpayer") if registered else None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        language = load(settings.GAPURA_JURISDICTION).languages[0]
        try:
            entry = register_business_taxpayer(
                actor=actor,
                business_number=application.answers["business"],
                responsible=application.applicant,
                tax_office=in_language(get_office_title(application.agency_code, application.office_code), language),
                case_number=application.number,
                now=now,
            )
        except CannotRegisterTaxpayer as refused:
            raise CannotCarryOut(get_refusal(refused.refusal)) from refused
        return {"tax_number": entry.tax_number}


class GrantObjection(CaseEffect):
    """The assessment of the chosen return is taken back. Whoever objects does so within the law's months."""

    code = OBJECTION

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        tax_return = find_return_by_number(application.answers["return"], application.subject)
        assessments = list_assessments(tax_return) if tax_return is not None else ()
        if tax_return is None or not assessments:
            return get_refusal("no-assessment")
        return self.find_missed_term(tax_return, assessments, local_day(application.submitted_at, settings.TIME_ZONE))

    def find_missed_term(
        self, tax_return: TaxReturn, assessments: Sequence[TaxPosting], asked_on: date
    ) -> Reasoned | None:
        """Why it comes too late or too early, or None (UU KUP art. 25(3))."""
        return None if is_in_time(assessments[-1], asked_on) else get_refusal("objection-too-late")

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        tax_return = find_return_by_number(application.answers["return"], application.subject)
        taken_back = take_back_assessments(actor=actor, tax_return=tax_return, now=now) if tax_return is not None else 0
        if not taken_back:
            raise CannotCarryOut(get_refusal("no-assessment"))
        return {"withdrawn": str(taken_back)}


class GrantAppeal(GrantObjection):
    """The same by a ruling of the court, which is asked after the objection was refused, within months of that."""

    code = "tax.appeal"

    def find_missed_term(
        self, tax_return: TaxReturn, assessments: Sequence[TaxPosting], asked_on: date
    ) -> Reasoned | None:
        """UU KUP art. 27(1) and (3)."""
        refused_on = find_refused_objection(tax_return)
        if refused_on is None:
            return get_refusal("no-objection-refused")
        return None if can_appeal(refused_on, asked_on) else get_refusal("appeal-too-late")
