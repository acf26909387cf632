"""Working on a return before it is filed: prepared from the registers, then checked, corrected and added to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Evidence, EvidenceRequest, ExchangeRefusal
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.models import TaxAudit, TaxReturn
from gapura.sectors.tax.queries.returns import (
    find_return,
    get_last_version,
    list_earlier_records,
    read_draft,
    read_version,
    reckon,
    require_period,
    taxpayer_of,
)
from gapura.sectors.tax.return_kinds import Ask, ReturnKind, first_day, get_kinds, last_day, period_before
from gapura.sectors.tax.statements import merge_items, read_items
from gapura.sectors.tax.types import AuditStatus, CannotFile, Item, Origin, ReturnStatus

EARLIER = "earlier"


def prepare_return(*, actor: Actor, kind: ReturnKind, period: str, now: datetime) -> TaxReturn:
    """Fill the draft with what the registers say now, keeping what the person changed. Of a filed one: an amendment.

    Asks the exchange: must run outside a transaction. Raises AccessDenied, CannotFile.
    """
    taxpayer, day = taxpayer_of(actor, kind), local_day(now, settings.TIME_ZONE)
    require_period(kind, period, day)
    tax_return = find_return(taxpayer, kind, period) or _new_return(kind, taxpayer, period, day, now)
    require_open(tax_return)
    fresh = gather_items(actor=actor, kind=kind, tax_return=tax_return, now=now)
    with transaction.atomic():
        _hold_or_save(tax_return)
        tax_return = lock_return(taxpayer, kind, period)
        require_open(tax_return)
        tax_return.draft = [item.as_plain() for item in merge_items(fresh, _worked_on(tax_return))]
        tax_return.revision += 1
        tax_return.news = None
        tax_return.save(update_fields=["draft", "revision", "news"])
        _record(actor, "tax.prepare-return", tax_return)
    return tax_return


def correct_item(
    *,
    actor: Actor,
    kind: ReturnKind,
    period: str,
    revision: int,
    key: str,
    values: Mapping[str, int | str],
    reason: str,
    now: datetime,
) -> TaxReturn:
    """Change what an item says, or, without values, leave it out. Against a register a reason is owed.

    Raises AccessDenied, CannotFile.
    """
    with _changing(actor, kind, period, revision, "tax.correct-item") as (tax_return, items):
        position = _find(items, key)
        item = items[position]
        rule = kind.items[item.code]
        if rule.fixed:
            raise CannotFile(_("Only the register can change this. Ask for a correction of what it holds."))
        if item.provider and not reason.strip():
            raise CannotFile(_("Say why this is wrong."), "reason")
        if not values and item.origin is Origin.ADDED:
            del items[position]
        else:
            origin = Origin.ADDED if item.origin is Origin.ADDED else Origin.CORRECTED if values else Origin.LEFT_OUT
            kept = {name: value for name, value in values.items() if name in rule.inputs}
            items[position] = replace(item, values={**item.values, **kept}, origin=origin, reason=reason.strip()[:200])
        reckon(kind, items, tax_return.period)
    return tax_return


def restore_item(*, actor: Actor, kind: ReturnKind, period: str, revision: int, key: str, now: datetime) -> TaxReturn:
    """Let the item say again what the register says. Raises AccessDenied, CannotFile."""
    with _changing(actor, kind, period, revision, "tax.restore-item") as (tax_return, items):
        position = _find(items, key)
        item = items[position]
        if item.origin is Origin.ADDED:
            raise CannotFile(_("No register says this; you added it. Remove it instead."))
        items[position] = replace(item, values=dict(item.given), origin=Origin.REGISTER, reason="")
    return tax_return


def add_item(
    *,
    actor: Actor,
    kind: ReturnKind,
    period: str,
    revision: int,
    code: str,
    label: str,
    values: Mapping[str, int | str],
    reason: str,
    now: datetime,
) -> TaxReturn:
    """Declare what no register told. Raises AccessDenied, CannotFile."""
    rule = kind.items.get(code)
    if rule is None or not rule.by_hand:
        raise CannotFile(_("This cannot be added here."))
    if not reason.strip():
        raise CannotFile(_("Say what this is and how you know it."), "reason")
    with _changing(actor, kind, period, revision, "tax.add-item") as (tax_return, items):
        constants = {name: reading.constant for name, reading in rule.inputs.items() if reading.constant is not None}
        item = Item(
            key=f"{code}:own:{new_code(5)}",
            code=code,
            values={**constants, **{name: value for name, value in values.items() if name in rule.inputs}},
            origin=Origin.ADDED,
            label=label.strip()[:80],
            reason=reason.strip()[:200],
        )
        items.append(item)
        reckon(kind, items, tax_return.period)
    return tax_return


def discard_draft(*, actor: Actor, kind: ReturnKind, period: str, revision: int, now: datetime) -> TaxReturn:
    """Give up an amendment: what was filed last stands. Raises AccessDenied, CannotFile."""
    with transaction.atomic():
        tax_return = lock_return(taxpayer_of(actor, kind), kind, period)
        require_current(tax_return, revision)
        if tax_return.status == ReturnStatus.DRAFT:
            raise CannotFile(_("This return was never filed. Prepare it anew instead."))
        tax_return.draft, tax_return.revision = None, tax_return.revision + 1
        tax_return.save(update_fields=["draft", "revision"])
        _record(actor, "tax.discard-draft", tax_return)
    return tax_return


def mark_assessed(*, taxpayer: str, tax: str, period: str) -> None:
    """The tax office has assessed the period: what was filed for it is closed, and a draft of it is dropped.

    In the transaction of the assessment, whose audit event tells it.
    """
    kinds = [code for code, kind in get_kinds().items() if kind.tax == tax]
    filed = TaxReturn.objects.filter(taxpayer=taxpayer, kind__in=kinds, period=period, status=ReturnStatus.FILED)
    filed.update(status=ReturnStatus.ASSESSED, draft=None)


def gather_items(*, actor: Actor, kind: ReturnKind, tax_return: TaxReturn, now: datetime) -> list[Item]:
    """Everything the registers say for this return, asked now. Outside a transaction. Raises CannotFile."""
    requests = {code: _request(ask, kind, tax_return, now) for code, ask in kind.asks.items()}
    with transaction.atomic():
        opened = open_requests(actor=actor, requests=list(requests.values()), now=now)
    try:
        answers = dict(zip(requests, answer_requests(opened), strict=True))
    except ExchangeRefusal as refusal:
        raise CannotFile(
            _("A register does not answer now, so the return cannot be prepared. Nothing is lost. Try again later.")
        ) from refusal
    period = tax_return.period
    names: dict[str, int | str] = {"taxpayer": tax_return.taxpayer, "year": int(period[:4]), "period": period}
    names["previous"] = period_before(period)
    items: list[Item] = []
    filer = "business" if actor.mandate == Relation.COMPANY else "person"
    for code, rule in kind.items.items():
        if rule.filer not in ("", filer):
            continue
        if rule.starts:
            items.append(Item(key=code, code=code, values=rule.starts, given=rule.starts, origin=Origin.REGISTER))
        elif rule.ask == EARLIER:
            earlier = list_earlier_records(kind, tax_return.taxpayer, tax_return.period)
            items += read_items(code, rule, earlier, names)
        elif rule.ask:
            evidence = answers[rule.ask]
            if not isinstance(evidence, Evidence) or evidence.subject != tax_return.taxpayer:
                raise AccessDenied
            source = {"provider": evidence.provider, "access_id": evidence.access_id}
            items += read_items(code, rule, evidence.records, names, **source)
    return items


def _request(ask: Ask, kind: ReturnKind, tax_return: TaxReturn, now: datetime) -> EvidenceRequest:
    days = {
        "now": local_day(now, settings.TIME_ZONE),
        "start": first_day(tax_return.period),
        "end": last_day(tax_return.period),
    }
    return EvidenceRequest(
        evidence_type=ask.type,
        subject=tax_return.taxpayer,
        consumer=tax_return.agency_code,
        case_number=tax_return.number,
        legal_ground=ask.legal_ground,
        purpose=ask.purpose,
        as_of=days[ask.at],
        fields=frozenset(ask.fields),
    )


def _new_return(kind: ReturnKind, taxpayer: str, period: str, day: date, now: datetime) -> TaxReturn:
    return TaxReturn(
        number=new_code(11),
        kind=kind.code,
        taxpayer=taxpayer,
        period=period,
        agency_code=kind.get_service(day).agency,
        draft=[],
        opened_at=now,
    )


def _hold_or_save(tax_return: TaxReturn) -> None:
    """Write a new return; where another tab wrote one meanwhile, that one is taken."""
    if tax_return.pk is None:
        TaxReturn.objects.bulk_create([tax_return], ignore_conflicts=True)


def lock_return(taxpayer: str, kind: ReturnKind, period: str) -> TaxReturn:
    found = TaxReturn.objects.select_for_update().filter(taxpayer=taxpayer, kind=kind.code, period=period).first()
    if found is None:
        raise AccessDenied
    return found


def _worked_on(tax_return: TaxReturn) -> list[Item]:
    """What the person has said so far: in the draft, or else in what was filed last."""
    if tax_return.draft is not None:
        return read_draft(tax_return)
    version = get_last_version(tax_return)
    return read_version(version) if version is not None else []


def require_open(tax_return: TaxReturn) -> None:
    if tax_return.status == ReturnStatus.ASSESSED:
        raise CannotFile(_("The tax office has assessed this period. You can object to its assessment."))
    audits = TaxAudit.objects.filter(account__taxpayer=tax_return.taxpayer, period=tax_return.period)
    if audits.filter(tax=get_kinds()[tax_return.kind].tax, status=AuditStatus.OPEN).exists():  # UU 6/1983 art. 8(1)
        raise CannotFile(
            _("The tax office is auditing this period, so it cannot be amended. Tell the auditor instead.")
        )


def require_current(tax_return: TaxReturn, revision: int) -> None:
    if tax_return.draft is None or tax_return.revision != revision:
        raise CannotFile(
            _("This return was changed meanwhile, perhaps in another tab. Look at it as it is now, then go on.")
        )


@contextmanager
def _changing(
    actor: Actor, kind: ReturnKind, period: str, revision: int, action: str
) -> Iterator[tuple[TaxReturn, list[Item]]]:
    """One change of the draft that the person saw: its items, to be changed in place."""
    with transaction.atomic():
        tax_return = lock_return(taxpayer_of(actor, kind), kind, period)
        require_open(tax_return)
        require_current(tax_return, revision)
        items = read_draft(tax_return)
        yield tax_return, items
        tax_return.draft = [item.as_plain() for item in items]
        tax_return.revision += 1
        tax_return.save(update_fields=["draft", "revision"])
        _record(actor, action, tax_return)


def concerned(actor: Actor, tax_return: TaxReturn) -> str:
    """The person whom the log names: the taxpayer, or who acts for the company that is."""
    return (actor.person_number or "") if actor.mandate == Relation.COMPANY else tax_return.taxpayer


def _find(items: list[Item], key: str) -> int:
    position = next((number for number, item in enumerate(items) if item.key == key), None)
    if position is None:
        raise AccessDenied
    return position


def _record(actor: Actor, action: str, tax_return: TaxReturn) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=concerned(actor, tax_return),
        object_ref=f"tax-return:{tax_return.number}",
        detail={"kind": tax_return.kind, "period": tax_return.period, "revision": tax_return.revision},
    )
