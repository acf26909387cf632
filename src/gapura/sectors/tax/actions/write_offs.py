"""Giving up a debt that cannot be collected: one officer proposes with the law's ground, another person decides."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval, Proposal
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.actions.collection import write_off
from gapura.sectors.tax.actions.ledger import lock_account
from gapura.sectors.tax.actions.notices import send_notice
from gapura.sectors.tax.models import TaxAccount
from gapura.sectors.tax.permissions import require_power_over
from gapura.sectors.tax.queries.ledger import find_account, get_balance
from gapura.sectors.tax.queries.terms import get_account_term
from gapura.sectors.tax.types import OFFICER, SUPERVISOR, WRITE_OFF_APPROVAL, CannotCollect


def propose_write_off(
    *, actor: Actor, taxpayer: str, tax: str, period: str, ground: str, why: str, now: datetime
) -> None:
    """Ask another person to give up what the period owes today, for one of the country's grounds.

    Raises AccessDenied, also for the officer's own account; CannotCollect where nothing is owed, without a reason, or
    while the same waits.
    """
    account = find_account(taxpayer)
    if account is None:
        raise AccessDenied
    require_power_over(actor, account, OFFICER)
    owed = get_balance(taxpayer, tax, period).owed
    if not owed:
        raise CannotCollect(_("This period owes nothing, so there is nothing to write off."))
    if ground not in get_account_term("write_off", "grounds") or not why.strip():
        raise CannotCollect(_("Choose the ground in law and say what was found; the one who decides reads it."))
    payload = {"account": account.pk, "tax": tax, "period": period, "owed": owed, "ground": ground}
    try:
        with transaction.atomic():
            request_approval(
                actor=actor,
                kind=WRITE_OFF_APPROVAL,
                object_ref=f"tax-account:{account.pk}:{tax}:{period}",
                summary=f"{tax} {period}",
                payload=payload | {"why": why.strip()[:300]},
                role=SUPERVISOR,
                agency_code=actor.agency_code or "",
                office_code=actor.office_code or "",
                now=now,
            )
            _record(actor, account, "tax.write_off_propose", tax, period, owed)
    except CannotRequestApproval as refusal:
        raise CannotCollect(_("This is proposed already, and waits for the decision.")) from refusal


def carry_out_write_off(*, actor: Actor, request: Proposal, now: datetime) -> int:
    """Give up what was proposed, in the transaction of the decision; returns how much.

    Raises CannotDecideApproval where the period owes another amount by now: what was proposed is what is given up.
    """
    payload = request.payload
    account = TaxAccount.objects.get(pk=payload["account"])
    require_power_over(actor, account, SUPERVISOR)
    lock_account(account.taxpayer, now)
    if get_balance(account.taxpayer, payload["tax"], payload["period"]).owed != payload["owed"]:
        raise CannotDecideApproval(_("The period owes another amount than was proposed. Deny this and propose anew."))
    of = {"taxpayer": account.taxpayer, "tax": payload["tax"], "period": payload["period"]}
    given_up = write_off(actor=actor, **of, source=f"write-off:{request.id}", now=now)
    _record(actor, account, "tax.write_off", payload["tax"], payload["period"], given_up)
    send_notice(actor=actor, account=account, kind="tax_decided", about=get_account_term("write_off", "title"), now=now)
    return given_up


def _record(actor: Actor, account: TaxAccount, action: str, tax: str, period: str, amount: int) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=account.responsible,
        object_ref=f"tax-account:{account.pk}",
        detail={"tax": tax, "period": period, "amount": amount},
    )
