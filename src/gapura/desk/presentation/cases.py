"""Cases in the words and colors of the desk."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapura.foundation.texts import in_language
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.cases.queries import Case, CaseStep, find_needed_approval
from gapura.kernel.cases.types import BasketRow, CaseStatus
from gapura.kernel.catalogue.queries import get_code_label
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.queries import AccessRecord
from gapura.kernel.exchange.types import Answer, Evidence, FieldKind
from gapura.web.languages import localized, reader_language

DUE_SOON = timedelta(days=2)

OPEN_STATUSES = {
    CaseStatus.RECEIVED: gettext_lazy("Received"),
    CaseStatus.REVIEW: gettext_lazy("In review"),
    CaseStatus.CONSENT: gettext_lazy("Waiting for consent"),
    CaseStatus.PAYMENT: gettext_lazy("Waiting for the fee"),
    CaseStatus.SUPPLEMENT: gettext_lazy("Waiting for the applicant"),
    CaseStatus.APPROVED: gettext_lazy("Approved, document follows"),
    CaseStatus.APPEALED: gettext_lazy("Appealed"),
}
STATUSES = OPEN_STATUSES | {
    CaseStatus.FULFILLED: gettext_lazy("Done"),
    CaseStatus.REFUSED: gettext_lazy("Refused"),
    CaseStatus.WITHDRAWN: gettext_lazy("Withdrawn"),
    CaseStatus.CLOSED: gettext_lazy("Closed"),
}
TONES = {
    CaseStatus.CONSENT: "warning",
    CaseStatus.PAYMENT: "warning",
    CaseStatus.SUPPLEMENT: "warning",
    CaseStatus.APPEALED: "warning",
    CaseStatus.REFUSED: "danger",
    CaseStatus.APPROVED: "success",
    CaseStatus.FULFILLED: "success",
    CaseStatus.WITHDRAWN: "neutral",
    CaseStatus.CLOSED: "neutral",
}
STEPS = {
    "submit": gettext_lazy("Application received"),
    "take": gettext_lazy("Taken up by an official"),
    "refer": gettext_lazy("Passed to an official"),
    "request_payment": gettext_lazy("Applicant asked to pay the fee"),
    "receive_payment": gettext_lazy("Fee received"),
    "complete_payment": gettext_lazy("Fee received"),
    "waive_fee": gettext_lazy("No fee is due"),
    "refund": gettext_lazy("Money goes back to the applicant"),
    "request_supplement": gettext_lazy("Applicant asked for something missing"),
    "answer_supplement": gettext_lazy("Applicant answered"),
    "approve": gettext_lazy("Approved"),
    "grant_by_silence": gettext_lazy("Granted by silence: the term passed undecided"),
    "refuse": gettext_lazy("Refused"),
    "fulfill": gettext_lazy("Document issued"),
    "withdraw": gettext_lazy("Withdrawn by the applicant"),
    "appeal": gettext_lazy("Applicant appealed"),
    "uphold_appeal": gettext_lazy("Appeal upheld"),
    "remand": gettext_lazy("Appeal upheld, to be decided anew"),
    "dismiss_appeal": gettext_lazy("Appeal dismissed"),
    "extend": gettext_lazy("Due date moved because of an outage"),
    "extend_term": gettext_lazy("Time extended, as the law allows once"),
    "replace_document": gettext_lazy("Document replaced"),
    "revoke_document": gettext_lazy("Document revoked"),
    "close": gettext_lazy("Closed"),
}
RELATIONS = {
    "self": gettext_lazy("By the person themselves"),
    "child": gettext_lazy("By a parent"),
    "ward": gettext_lazy("By the guardian"),
    "family": gettext_lazy("By a relative of the deceased"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the basket, ready to read. ``due_tone``: danger when overdue, warning when due soon."""

    row: BasketRow
    status: str
    tone: str
    due_tone: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer of a register under its title: a table of named values, one row a record."""

    title: str
    columns: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    stale_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Carrier:
    """The approval that alone approves a case; ``page``: where the reader may begin to propose it."""

    title: str
    page: str | None


def find_carrier(actor: Actor, case: Case) -> Carrier | None:
    """None where whoever works the case approves it, or it is decided already."""
    kind = find_needed_approval(case) if case.status in (CaseStatus.RECEIVED, CaseStatus.REVIEW) else None
    if kind is None:
        return None
    handler = get_approval_handler(kind)
    return Carrier(handler.get_title(), handler.get_proposing_page(actor=actor, case_number=case.number))


def present_line(row: BasketRow, today: date) -> Line:
    return Line(
        row=row,
        status=status_words(row.status),
        tone=status_tone(row.status),
        due_tone=due_tone(row.due_on, row.status, today),
    )


def status_words(status: str) -> str:
    """The status as officials call it."""
    return str(STATUSES[CaseStatus(status)])


def status_tone(status: str) -> str:
    return TONES.get(CaseStatus(status), "info")


def present_step(step: CaseStep) -> tuple[str, str, str]:
    """Title, moment with who did it, and what was said; an action of a later version stands for itself."""
    title = str(STEPS.get(step.action, step.action))
    who = _("The system") if step.actor_kind == ActorKind.SYSTEM else step.actor_label
    return title, who, step.note


def present_access(access: AccessRecord) -> tuple[AccessRecord, str]:
    """The record with the title of what was asked."""
    declared = find_evidence_type(access.evidence_type)
    title = localized(declared.title) if declared else ""
    return access, title or access.evidence_type


def due_tone(due_on: date, status: str, today: date) -> str:
    """The clock's color; it stands still while the applicant has the word."""
    if status in (CaseStatus.CONSENT, CaseStatus.SUPPLEMENT, CaseStatus.PAYMENT) or status not in OPEN_STATUSES:
        return "neutral"
    return due_tone_of(due_on, today)


def due_tone_of(due_on: date | None, today: date) -> str:
    """The color of a term: danger when it is over, warning when it soon will be."""
    if due_on is None or due_on > today + DUE_SOON:
        return "neutral"
    return "danger" if due_on < today else "warning"


def present_answer(answer: Evidence | Answer) -> Shown:
    """Titles instead of codes, in the order of the standard."""
    declared = find_evidence_type(answer.evidence_type)
    if declared is None:
        raise LookupError(f"{answer.evidence_type} was answered but is not declared.")
    language = reader_language()
    title = localized(declared.title)
    if isinstance(answer, Answer):
        asked = next(q.title for q in declared.questions if q.code == answer.question)
        return Shown(title, (localized(asked),), ((_yes_or_no(answer.holds),),), answer.stale_since)
    given = {name for record in answer.records for name in record}
    fields = [field for field in declared.fields if field.code in given]
    return Shown(
        title,
        tuple(localized(field.title) for field in fields),
        tuple(
            tuple(_value(field.code, field.kind, record[field.code], language) for field in fields)
            for record in answer.records
        ),
        answer.stale_since,
    )


def _value(code: str, kind: FieldKind, value: Any, language: str) -> str:
    if value is None or value == "":
        return "–"
    if kind is FieldKind.BOOLEAN:
        return _yes_or_no(bool(value))
    if kind is FieldKind.CODE:
        return in_language(get_code_label(code, str(value)), language)
    return str(value)


def _yes_or_no(holds: bool | None) -> str:
    if holds is None:
        return _("The register cannot tell")
    return _("Yes") if holds else _("No")
