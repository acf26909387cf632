"""A counter's journal comes back: checked against what was prepared, then made cases and documents (ADR 23)."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from gapura.foundation.canonical import digest
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import adopt_document, replace_documents_about
from gapura.kernel.documents.actions import report_block, typeset_order
from gapura.kernel.documents.queries import (
    ReservedBlock,
    ReservedCode,
    check_reserved_seal,
    count_reserved_codes,
    find_block,
    find_document,
    find_reserved_code,
    get_template_version,
)
from gapura.kernel.documents.types import BlockStatus, SealedDocument
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.operations.counters.house import get_house_secret
from gapura.kernel.operations.counters.issuing import count_papers, open_paper
from gapura.kernel.operations.counters.journal import CLOSE, ISSUE, Line, read_lines
from gapura.kernel.operations.counters.keys import read_card
from gapura.kernel.operations.counters.packs import order_to_issue
from gapura.kernel.operations.models import Counter, CounterJournal
from gapura.kernel.operations.queries import find_counter, is_counter_needed
from gapura.kernel.operations.types import CounterRefused, Reconciliation

SEALED_WITHIN = timedelta(minutes=2)  # of the journal's moment: the first paper of a cold machine takes seconds


def reconcile_journal(
    *, actor: Actor, content: bytes, now: datetime, advance: Callable[[], object] = lambda: None
) -> Reconciliation:
    """Confirm every paper of a counter's closed journal that is as it was prepared; the same again changes nothing.

    Raises CounterRefused, and has then taken nothing, when the journal itself is not whole or not the only one.
    """
    counter = _counter_of(content)
    lines = read_lines(content, read_card(counter.card).verifier)
    block = _block_of(counter, lines)
    _require_only_journal(actor, counter, block, lines, now)
    confirmed: list[str] = []
    before: list[str] = []
    refused: dict[str, str] = {}
    papers = [line for line in lines if line.kind == ISSUE]
    for line in papers:
        code = str(line.body.get("code"))
        try:
            (confirmed if _confirm(actor, counter, block, line, now) else before).append(code)
        except CounterRefused as refusal:
            refused[code] = str(refusal)
        advance()
    if not refused and block.status == BlockStatus.OUT:
        report_block(actor=actor, number=block.number, now=now)
    ended, unchecked = _look_again(actor, [*confirmed, *before], now)
    return Reconciliation(
        confirmed=tuple(confirmed),
        confirmed_before=tuple(before),
        refused=refused,
        unchecked=unchecked,
        ended_meanwhile=ended,
        unused=count_reserved_codes(block) - len(papers),
    )


def _counter_of(content: bytes) -> Counter:
    """Whose journal it claims to be; the signatures are checked with that counter's key afterwards."""
    try:
        code = str(json.loads(content.partition(b"\n")[0])["body"]["counter"])
    except (ValueError, TypeError, LookupError) as error:
        raise CounterRefused(
            "This file is no journal of a counter. Choose the one that gapura counter close wrote."
        ) from error
    counter = find_counter(code)
    if counter is None:
        raise CounterRefused(f"No counter {code} was ever admitted here. This journal belongs to another house.")
    return counter


def _block_of(counter: Counter, lines: Sequence[Line]) -> ReservedBlock:
    block = find_block(str(lines[0].body["pack"]))
    if block is None or block.counter != counter.code:
        raise CounterRefused("The journal is of a pack that this house never made for this counter.")
    if block.status == BlockStatus.WITHDRAWN:
        raise CounterRefused(
            f"The pack {block.number} was withdrawn on {block.ended_at:%Y-%m-%d}: {block.end_reason}. Its papers "
            "verify as revoked. Look into each one, and issue anew what was rightful."
        )
    if lines[-1].kind != CLOSE or lines[-1].body["papers"] != count_papers(lines):
        raise CounterRefused(
            "The journal does not end with the line that closes it: its end may be missing, so nothing was taken. "
            "Close the pack at the counter (gapura counter close) and bring what that writes."
        )
    return block


def _require_only_journal(
    actor: Actor, counter: Counter, block: ReservedBlock, lines: Sequence[Line], now: datetime
) -> None:
    with transaction.atomic():
        first, is_new = CounterJournal.objects.get_or_create(
            pack=block.number,
            defaults={
                "counter": counter,
                "beginning": lines[0].digest,
                "end": lines[-1].digest,
                "papers": count_papers(lines),
                "reported_at": now,
            },
        )
        if (first.beginning, first.end) == (lines[0].digest, lines[-1].digest):
            if is_new:
                _record(actor, "operations.journal_reported", block, papers=first.papers, unlike="")
            return
        _record(actor, "operations.journal_contradicts", block, papers=count_papers(lines), unlike=lines[-1].digest)
    codes = [str(line.body["code"]) for line in lines if line.kind == ISSUE]
    twice = [code for code in codes if find_document(code)]
    alone = sorted(set(codes) - set(twice))
    raise CounterRefused(
        f"The pack {block.number} came back with another journal on {first.reported_at:%Y-%m-%d}: the counter was "
        f"copied, and the pack used twice. Nothing of this one was taken. Issued by both: {', '.join(twice) or 'none'}"
        f"; only here: {', '.join(alone) or 'none'}. Ask the officials it names; issue anew what was rightful."
    )


def _confirm(actor: Actor, counter: Counter, block: ReservedBlock, line: Line, now: datetime) -> bool:
    """Whether the paper is confirmed now; False when it was before. Raises CounterRefused."""
    reserved = find_reserved_code(str(line.body["code"]))
    if reserved is None or reserved.block_id != block.pk:
        raise CounterRefused("This number was not reserved in the pack.")
    document = find_document(reserved.code)
    if document is not None:
        if document.sha256 == line.body["sha256"]:
            return False
        raise CounterRefused("Another paper was confirmed under this number. One of them is not rightful.")
    _require_allowed(counter, block, line, now)
    sealed = _compared(block, reserved, line, now)
    with transaction.atomic():
        case = adopt_document(actor=actor, sealed=sealed, now=now)
        record_event(
            actor=actor,
            action="operations.paper_confirmed",
            subject=case.subject,
            object_ref=f"document:{sealed.code}",
            case_number=case.number,
            detail={
                "pack": block.number,
                "counter": counter.code,
                "line": line.place,
                "issuer": line.by[0],
                "witness": line.by[1],
            },
        )
    return True


def _require_allowed(counter: Counter, block: ReservedBlock, line: Line, now: datetime) -> None:
    if not block.valid_from <= line.at < block.valid_until or line.at > now:
        raise CounterRefused(f"It was issued at {line.at:%Y-%m-%d %H:%M} UTC, outside the hours of its pack.")
    if not is_counter_needed(counter.code, line.at):
        raise CounterRefused(
            f"No declared outage let this counter issue at {line.at:%Y-%m-%d %H:%M} UTC. If there was one, declare it "
            "in the desk, name the counter, and reconcile again."
        )
    known = {official["number"] for official in read_card(counter.card).officials}
    if len(set(line.by)) != 2 or not set(line.by) <= known:
        raise CounterRefused("The line does not name two officials of the counter.")


def _compared(block: ReservedBlock, reserved: ReservedCode, line: Line, now: datetime) -> SealedDocument:
    """The paper, when it says just what was prepared, under the seal of that counter. Raises CounterRefused."""
    paper, content = open_paper(line, block.number, get_house_secret())
    if paper.code != reserved.code or digest(paper.order).hex() != reserved.order_digest:
        raise CounterRefused("It states something else than what was prepared under this number.")
    if line.body["templates"] != get_template_version():
        raise CounterRefused(
            "It was set with other templates than ours. Reconcile with the version that made the pack."
        )
    zone = load(settings.GAPURA_JURISDICTION).timezone
    order = order_to_issue(paper, pack=block.number, counter=block.counter, place=line.place, at=line.at, zone=zone)
    if not content.startswith(typeset_order(order, paper.code)):
        raise CounterRefused("The printed page is not the one that was prepared.")
    seal = check_reserved_seal(content, block, now)
    if not seal.valid:
        raise CounterRefused(f"Its seal does not hold: {seal.reason}")
    if seal.sealed_at is None or abs(seal.sealed_at - line.at) > SEALED_WITHIN:
        raise CounterRefused("Its seal is of another time than the journal says.")
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != line.body["sha256"]:
        raise CounterRefused("The journal gives another digest for it.")
    return SealedDocument(paper.code, order, content, sha256, line.body["templates"], seal.sealed_at)


def _look_again(actor: Actor, codes: Sequence[str], now: datetime) -> tuple[int, dict[str, str]]:
    """Ask the registers what changed since the papers were prepared; what says otherwise ends as on any other day."""
    ended, unchecked = 0, {}
    for code in codes:
        document = find_document(code)
        if document is None:
            continue
        try:
            ended += replace_documents_about(actor=actor, person_number=document.subject, now=now)
        except ExchangeRefusal as refusal:
            unchecked[code] = str(refusal)
    return ended, unchecked


def _record(actor: Actor, action: str, block: ReservedBlock, **detail: str | int) -> None:
    record_event(
        actor=actor, action=action, object_ref=f"pack:{block.number}", detail={"counter": block.counter, **detail}
    )
