"""The fee of a case: reckoned when its checks have passed, waited for with the clock stopped, lawfully given back."""

import logging
from collections.abc import Sequence
from datetime import datetime

from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.actions.fulfilment import tell_applicant
from gapura.kernel.cases.actions.full_fees import reckon_full_fee
from gapura.kernel.cases.actions.steps import country_day, lock_case, move_case, new_step, one_write
from gapura.kernel.cases.events import CaseLapsed
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.rules import due_after_pause, find_transition
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_limit, get_working_calendar, list_exemptions
from gapura.kernel.catalogue.types import Exemption, PublicService
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Answer, Evidence, EvidenceRequest, ExchangeRefusal, ProviderUnavailable
from gapura.kernel.outbox.actions import publish
from gapura.kernel.payments.actions import end_bill, issue_bill
from gapura.kernel.payments.queries import find_bill_of_case
from gapura.kernel.payments.types import BillStatus, Fee, RefundGround

_HOUSE = system_actor("cases")
_log = logging.getLogger(__name__)


def is_fee_owed(case: Case, service: PublicService) -> bool:
    """Whether money must come before the case goes on. No query for what is free."""
    if not service.fee.is_charged:
        return False
    bill = find_bill_of_case(case.number)
    return bill is None or bill.status not in (BillStatus.PAID, BillStatus.SETTLED)


def reckon_fee(actor: Actor, case: Case, service: PublicService, evidence: Sequence[Evidence], now: datetime) -> Fee:
    """What is left of the fee under the largest exemption that a register confirms.

    Raises FeeNotKnown, and ProviderUnavailable.
    """
    full = reckon_full_fee(case, service, evidence)
    for exemption in list_exemptions(service.fee):
        if _is_exempt(actor, case, service, exemption, now):
            waived = {
                "code": exemption.code,
                "title": dict(exemption.title),
                "percent": exemption.percent,
                "law": dict(exemption.law.citation),
            }
            return Fee(exemption.left_of(full.amount), full.amount, full.currency, full.law, waived)
    return full


def _is_exempt(actor: Actor, case: Case, service: PublicService, exemption: Exemption, now: datetime) -> bool:
    """Asked as any request is: logged, and shown to the person. A register that may not answer exempts nobody."""
    request = EvidenceRequest(
        evidence_type=exemption.evidence_type,
        subject=case.subject,
        consumer=service.agency,
        case_number=case.number,
        legal_ground=exemption.legal_ground,
        purpose=exemption.purpose,
        as_of=country_day(now),
        question=exemption.question,
        parameters=exemption.parameters,
    )
    with one_write():
        opened = open_requests(actor=actor, requests=[request], now=now)
    try:
        (answer,) = answer_requests(opened)
    except ProviderUnavailable:
        raise
    except ExchangeRefusal as refusal:
        _log.error("Case %s: exemption %s cannot be asked: %s", case.number, exemption.code, refusal)
        return False
    return isinstance(answer, Answer) and answer.holds is True


def charge_fee(case: Case, fee: Fee, *, now: datetime) -> None:
    """Issue the bill and wait for it, or write down by which article there is nothing to pay. In a transaction."""
    days = get_limit("bill_payable_working_days")
    bill = issue_bill(
        actor=_HOUSE,
        case_number=case.number,
        service_code=case.service_code,
        service_title=case.service_title,
        payer=case.applicant,
        agency_code=case.agency_code,
        fee=fee,
        payable_until=get_working_calendar().add_working_days(country_day(now), days),
        now=now,
    )
    reason = dict(fee.exemption.get("law") or fee.law)
    if bill.status == BillStatus.SETTLED:
        new_step(case, "waive_fee", actor=_HOUSE, now=now, text=reason).save()
        return
    move_case(case, "request_payment", actor=_HOUSE, now=now, text=reason, paused_at=now, next_check_at=None)
    tell_applicant(case, "payment_requested", now=now)


def resume_paid_case(*, actor: Actor, number: str, now: datetime) -> Case:
    """The fee has come: the clock runs on, and the house owes the next move. Does nothing to a case elsewhere.

    Raises CaseNotFound.
    """
    with one_write():
        case = lock_case(number)
        if case.status != CaseStatus.PAYMENT:
            return case
        paused_on = country_day(case.paused_at or now)
        due_on = due_after_pause(case.due_on, paused_on, country_day(now), get_working_calendar())
        move = "complete_payment" if case.decided_at else "receive_payment"
        move_case(case, move, actor=actor, now=now, due_on=due_on, paused_at=None, next_check_at=now)
        tell_applicant(case, "payment_received", now=now)
        return case


def lapse_unpaid_case(*, actor: Actor, number: str, now: datetime) -> Case:
    """Nobody paid in time. Does nothing to a case elsewhere. Raises CaseNotFound."""
    with one_write():
        case = lock_case(number)
        if case.status == CaseStatus.PAYMENT and find_transition("lapse", case.status, actor.kind):
            move_case(case, "lapse", actor=actor, now=now, closed_at=now, paused_at=None)
            publish(CaseLapsed(number=number, service_code=case.service_code))
        return case


def note_refund(*, actor: Actor, number: str, now: datetime) -> Case:
    """Money of the case is on its way back: it stands in the timeline and the person is told. Raises CaseNotFound."""
    with one_write():
        case = lock_case(number)
        new_step(case, "refund", actor=actor, now=now).save()
        tell_applicant(case, "refund_ordered", now=now)
        return case


def end_fee(case: Case, ground: RefundGround, *, actor: Actor, now: datetime) -> None:
    """The case ends without what was paid for: an open bill is cancelled, a paid one goes back by law."""
    limits = {
        RefundGround.WITHDRAWN: "fee_refund_on_withdrawal_percent",
        RefundGround.REFUSED: "fee_refund_on_refusal_percent",
    }
    end_bill(actor=actor, case_number=case.number, ground=ground, percent=get_limit(limits[ground]), now=now)
