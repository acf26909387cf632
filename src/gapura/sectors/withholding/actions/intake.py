"""The worker reads what reporters sent, judges each row, and lets the right ones into the register."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from gapura.foundation.appending import appending_together
from gapura.foundation.clock import local_day
from gapura.foundation.sandbox import FileRefused, Refusal, open_apart
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Answer, EvidenceRequest
from gapura.kernel.outbox.actions import enqueue_job, publishing_together
from gapura.sectors.withholding.actions.statements import Filed, list_filed, store_rows
from gapura.sectors.withholding.models import Delivery, RowFinding, Statement
from gapura.sectors.withholding.queries import count_unknown, get_terms, is_person_number
from gapura.sectors.withholding.rules import COLUMNS, find_overlaps, find_repeated, read_row
from gapura.sectors.withholding.types import (
    TELL_JOB,
    Acceptance,
    DeliveryState,
    Fault,
    FileFault,
    FileUnreadable,
    Finding,
    Form,
    ReportedRow,
    Scope,
)

_OPENER = "gapura.sectors.withholding.opening:read_rows"
_ASKED_AT_ONCE = 100
_MOST_FINDINGS = 1000
_PURPOSE = {
    "id": "Memastikan nomor dalam laporan pajak ada pemiliknya",
    "en": "To make sure that a number in a report for tax is somebody's",
    "ko": "과세자료에 적힌 번호의 주인이 있는지 확인",
}


class _TooManyUnknown(Exception):
    """More numbers that nobody bears than a reporter may send in a day."""


@dataclass
class _Judged:
    """The rows of a delivery that are right so far, and what is wrong with the others."""

    rows: list[ReportedRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def drop(self, findings: Sequence[Finding]) -> None:
        wrong = {finding.line for finding in findings}
        self.findings += findings
        self.rows = [row for row in self.rows if row.line not in wrong]


def check_deliveries(*, actor: Actor, statement_id: int, now: datetime) -> None:
    """Check every waiting delivery of the statement, the oldest first; of two workers the second finds nothing to do.

    Outside a transaction. Raises FileRefused or ProviderUnavailable where it must be tried again later.
    """
    waiting = Delivery.objects.select_related("statement").filter(state=DeliveryState.WAITING)
    while delivery := waiting.filter(statement_id=statement_id).order_by("pk").first():
        _check(actor, delivery, now)


def _check(actor: Actor, delivery: Delivery, now: datetime) -> None:
    try:
        judged = _judge(delivery, now)
        _require_known(actor, delivery, judged, now)
    except FileUnreadable as error:
        whole = [Finding(0, "", Fault.FILE)]
        _refuse(actor, delivery, whole, now, file_fault=error.fault, file_detail=error.detail)
    except _TooManyUnknown:
        _refuse(actor, delivery, [Finding(0, "", Fault.TOO_MANY_UNKNOWN)], now)
    else:
        _take_in(actor, delivery, judged, now)


def _judge(delivery: Delivery, now: datetime) -> _Judged:
    """Each row by itself and beside the others of the file. Raises FileUnreadable."""
    form, judged = Form(delivery.statement.form), _Judged()
    today, terms = local_day(now, settings.TIME_ZONE), get_terms()
    rows = _open(delivery, form)
    Delivery.objects.filter(pk=delivery.pk).update(rows=len(rows), rows_checked=0)
    for line, values in rows:
        read = read_row(
            form,
            line,
            values,
            year=delivery.statement.tax_year,
            terms=terms,
            is_person=is_person_number,
            today=today,
        )
        if isinstance(read, ReportedRow):
            judged.rows.append(read)
        else:
            judged.findings += read
    judged.drop(find_repeated(form, judged.rows))
    return judged


def _open(delivery: Delivery, form: Form) -> list[tuple[int, Mapping[str, str]]]:
    columns = [column.name for column in COLUMNS[form]]
    try:
        read = open_apart(_OPENER, bytes(delivery.content or b""), columns=columns, most_rows=get_limit("report_rows"))
    except FileRefused as refusal:
        if refusal.why is Refusal.BUSY:
            raise
        raise FileUnreadable(FileFault.UNREADABLE) from refusal
    if fault := read.value.get("fault"):
        raise FileUnreadable(FileFault(fault), read.value["detail"])
    return [(line, values) for line, values in read.value["rows"]]


def _require_known(actor: Actor, delivery: Delivery, judged: _Judged, now: datetime) -> None:
    """Ask the civil register whose the numbers are that this reporter never reported. Raises _TooManyUnknown.

    It tells whether somebody bears the number and nothing else; what the reporter may find out so is counted.
    """
    statement = delivery.statement
    known = {filed.person for filed in list_filed(statement)}
    asked = sorted({row.person for row in judged.rows} - known)
    unknown: set[str] = set()
    checked = len(judged.rows) - len(asked)
    for numbers in _parts(asked):
        unknown |= _find_unknown(actor, delivery, numbers, now)
        checked += len(numbers)
        Delivery.objects.filter(pk=delivery.pk).update(rows_checked=checked, unknown_numbers=len(unknown))
        if unknown and count_unknown(delivery.reporter_number, now=now) > get_limit("report_unknown_numbers_per_day"):
            raise _TooManyUnknown
    judged.drop([_unknown(row) for row in judged.rows if row.person in unknown])


def _unknown(row: ReportedRow) -> Finding:
    return Finding(row.line, "person_number", Fault.UNKNOWN_PERSON)


def _find_unknown(actor: Actor, delivery: Delivery, numbers: Sequence[str], now: datetime) -> set[str]:
    terms = get_terms()
    requests = [
        EvidenceRequest(
            evidence_type="civil.person",
            subject=number,
            consumer=terms.agency,
            case_number=delivery.number,
            legal_ground=terms.legal_ground,
            purpose=_PURPOSE,
            as_of=local_day(now, settings.TIME_ZONE),
            question="is-alive",
        )
        for number in numbers
    ]
    with transaction.atomic():
        opened = open_requests(actor=actor, requests=requests, now=now)
    answers = answer_requests(opened)
    return {answer.subject for answer in answers if isinstance(answer, Answer) and answer.holds is None}


def _parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), _ASKED_AT_ONCE):
        yield numbers[start : start + _ASKED_AT_ONCE]


def _take_in(actor: Actor, delivery: Delivery, judged: _Judged, now: datetime) -> None:
    """What is right becomes the statement's next version, whole or not at all."""
    with transaction.atomic(), publishing_together(), appending_together():
        if (held := _hold(delivery)) is None:
            return
        filed = list_filed(held.statement)
        judged.drop(_find_clashes(held, judged, filed))
        if not judged.rows or (judged.findings and held.acceptance == Acceptance.ALL):
            _close(actor, held, judged.findings, now, state=DeliveryState.REFUSED)
            return
        wrong = {finding.line for finding in judged.findings}
        stored = store_rows(
            actor=actor, delivery=held, rows=judged.rows, filed=filed, is_whole=_is_whole(held, wrong), now=now
        )
        Statement.objects.filter(pk=held.statement.pk).update(version=F("version") + 1)
        state = DeliveryState.PARTLY if wrong else DeliveryState.ACCEPTED
        version = held.statement.version + 1
        _close(actor, held, judged.findings, now, state=state, version=version, **stored)
        if Form(held.statement.form) is Form.SLIPS:
            enqueue_job(name=TELL_JOB, arguments={"number": held.number}, key=f"{TELL_JOB}:{held.number}")


def _is_whole(delivery: Delivery, wrong: set[int]) -> bool:
    """Only a file without a mistake says that what it does not name is gone."""
    return delivery.scope == Scope.WHOLE and not wrong


def _find_clashes(delivery: Delivery, judged: _Judged, filed: Sequence[Filed]) -> list[Finding]:
    """Numbers that belong to another person or year already, and months that another slip covers."""
    form, year = Form(delivery.statement.form), delivery.statement.tax_year
    owners = {one.number: (one.person, one.tax_year) for one in filed}
    name = "slip_number" if form is Form.SLIPS else "item_number"
    found = [
        Finding(row.line, name, Fault.OF_ANOTHER)
        for row in judged.rows
        if owners.get(row.number, (row.person, year)) != (row.person, year)
    ]
    if form is Form.SLIPS:
        wrong, named = {one.line for one in found}, {row.number for row in judged.rows}
        stays = not _is_whole(delivery, {*wrong, *(one.line for one in judged.findings)})
        kept = [one.facts for one in filed if one.stands and one.tax_year == year and one.number not in named and stays]
        found += find_overlaps([row for row in judged.rows if row.line not in wrong], kept, get_terms())
    return found


def _refuse(actor: Actor, delivery: Delivery, findings: Sequence[Finding], now: datetime, **fields: Any) -> None:
    with transaction.atomic():
        if (held := _hold(delivery)) is not None:
            _close(actor, held, findings, now, state=DeliveryState.REFUSED, **fields)


def _hold(delivery: Delivery) -> Delivery | None:
    """The delivery with its statement, both held; None when another worker was faster."""
    Statement.objects.select_for_update().get(pk=delivery.statement_id)
    held = Delivery.objects.select_related("statement").select_for_update(of=("self",)).get(pk=delivery.pk)
    return held if held.state == DeliveryState.WAITING else None


def _close(actor: Actor, delivery: Delivery, findings: Sequence[Finding], now: datetime, **fields: Any) -> None:
    """Write the report down. The file itself is not kept."""
    shown = sorted(findings, key=lambda one: (one.line, one.column))[:_MOST_FINDINGS]
    RowFinding.objects.bulk_create(
        RowFinding(delivery=delivery, line=one.line, column=one.column, fault=one.fault) for one in shown
    )
    wrong = len({finding.line for finding in findings if finding.line})
    fields |= {"rows_wrong": wrong, "rows_checked": F("rows"), "checked_at": now, "content": None}
    Delivery.objects.filter(pk=delivery.pk).update(**fields)
    record_event(
        actor=actor,
        action="withholding.delivery_checked",
        object_ref=f"delivery:{delivery.number}",
        detail={"state": fields["state"], "wrong": wrong},
    )
