"""Telling taxpayers; whether they read it stands on their page."""

from datetime import datetime

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.notifications.actions import send_message
from gapura.sectors.tax.models import TaxAccount
from gapura.sectors.tax.queries.terms import get_account_term


def send_notice(*, actor: Actor, account: TaxAccount, kind: str, about: Text | None = None, now: datetime) -> None:
    """A message of one of the kinds that begin with ``tax_``, to who answers for the account."""
    title = about or get_account_term("bill", "title")
    context = {f"service_{language}": words for language, words in title.items()}
    send_message(actor=actor, recipient=account.responsible, kind=kind, context=context, now=now)
