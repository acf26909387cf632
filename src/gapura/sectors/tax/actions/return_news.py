"""What registers say since a return was filed: compared, told once, and taken over when the person says so."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.sectors.tax.actions.filing import file_return
from gapura.sectors.tax.actions.returns import gather_items, prepare_return
from gapura.sectors.tax.models import ReturnVersion, TaxReturn
from gapura.sectors.tax.queries.returns import find_return, get_last_version, read_version, reckon, taxpayer_of
from gapura.sectors.tax.return_kinds import ReturnKind, get_kinds
from gapura.sectors.tax.statements import compare_items, merge_items
from gapura.sectors.tax.types import CannotFile, Item, ReturnStatus


def compare_filed_returns(*, actor: Actor, taxpayer: str, register: str, now: datetime) -> int:
    """Compare what the person filed with what the changed register says now; returns how many differ.

    Asks the exchange: outside a transaction. Whoever is told once of a difference is not told of the same again.
    """
    kinds = {code: kind for code, kind in get_kinds().items() if register in kind.changes}
    filed = TaxReturn.objects.filter(taxpayer=taxpayer, kind__in=kinds, status=ReturnStatus.FILED).order_by("pk")
    return sum(_compare(actor, kinds[one.kind], one, now) for one in filed)


def accept_news(*, actor: Actor, kind: ReturnKind, period: str, difference: int, now: datetime) -> ReturnVersion:
    """Amend a filed return by what was reported since, if that still makes the ``difference`` that the page showed.

    Outside a transaction. Raises AccessDenied, CannotFile.
    """
    tax_return = find_return(taxpayer_of(actor, kind), kind, period)
    if tax_return is None or tax_return.news is None:
        raise AccessDenied
    shown = tax_return.news["difference"]
    prepared = prepare_return(actor=actor, kind=kind, period=period, now=now)
    last = get_last_version(prepared)
    items = prepared.draft or []
    balance = reckon(kind, [Item.from_plain(plain) for plain in items], period).balance
    if last is None or shown != difference or balance - last.balance != difference:
        raise CannotFile(_("It has changed again since this page was made. Look at the amended return, then file it."))
    return file_return(actor=actor, kind=kind, period=period, revision=prepared.revision, now=now)


def _compare(actor: Actor, kind: ReturnKind, tax_return: TaxReturn, now: datetime) -> bool:
    version = get_last_version(tax_return)
    if version is None:
        return False
    before = read_version(version)
    after = merge_items(gather_items(actor=actor, kind=kind, tax_return=tax_return, now=now), before)
    if not compare_items(before, after):
        return False
    balance = reckon(kind, after, tax_return.period).balance
    news = {"balance": balance, "difference": balance - version.balance, "items": [item.as_plain() for item in after]}
    _tell(actor, kind, tax_return, news, now)
    return True


def _tell(actor: Actor, kind: ReturnKind, tax_return: TaxReturn, news: dict[str, Any], now: datetime) -> None:
    with transaction.atomic():
        held = TaxReturn.objects.select_for_update().get(pk=tax_return.pk)
        if _same(held.news, news):
            return
        held.news = news
        held.save(update_fields=["news"])
        record_event(
            actor=actor,
            action="tax.return-differs",
            subject=held.taxpayer,
            object_ref=f"tax-return:{held.number}",
            detail={"difference": news["difference"]},
        )
        titles = {
            f"service_{language}": title
            for language, title in kind.get_service(local_day(now, settings.TIME_ZONE)).title.items()
        }
        send_message(
            actor=actor,
            recipient=held.taxpayer,
            kind=MessageKind.RETURN_DIFFERS,
            context={**titles, "period": held.period},
            now=now,
        )


def _same(told: dict[str, Any] | None, news: dict[str, Any]) -> bool:
    """Whether the person was told this; what they were given under (``access_id``) is new each time."""
    if told is None or told["balance"] != news["balance"]:
        return False
    before, after = ([Item.from_plain(plain) for plain in one["items"]] for one in (told, news))
    return not compare_items(before, after)
