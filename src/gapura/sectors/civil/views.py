"""The register at the desk: search under a ground, read in two times, propose a correction."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import list_answers
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.identity.queries import access_official, list_posts_named
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.records.queries import list_correction_requests
from gapura.sectors.civil.actions.annulments import propose_annulment
from gapura.sectors.civil.actions.corrections import propose_correction
from gapura.sectors.civil.actions.findings import answer_finding, close_finding
from gapura.sectors.civil.actions.look_ups import open_look_up, view_register
from gapura.sectors.civil.forms import (
    AnnulmentForm,
    AnswerForm,
    ClosingForm,
    CorrectionForm,
    LookUpForm,
    MonthForm,
    VersionForm,
)
from gapura.sectors.civil.models import LookUp
from gapura.sectors.civil.permissions import (
    REGISTRAR,
    SUPERVISOR,
    can_answer_finding,
    can_supervise_finding,
    is_supervisor,
)
from gapura.sectors.civil.presentation import (
    get_register_title,
    list_correctable,
    outlier_words,
    present_evidence,
    present_version,
)
from gapura.sectors.civil.queries import (
    access_entry,
    access_look_up,
    get_facts,
    get_look_up_ground,
    is_correctable_by,
    list_versions,
    value_label,
)
from gapura.sectors.civil.queries.findings import access_finding, count_findings, count_look_ups, list_open_findings
from gapura.sectors.civil.rules import REGISTERS
from gapura.sectors.civil.types import (
    CannotChangeFinding,
    CannotLookUp,
    CannotProposeCorrection,
    Correction,
    Verdict,
)
from gapura.web.languages import localized


def _today() -> date:
    return clock.today(settings.TIME_ZONE)


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Ground, case or reason, and who: by number, or by exact name with the date of birth. Nothing looser."""
    actor = access_official(request, REGISTRAR)
    posted = request.POST if request.method == "POST" else None
    form = LookUpForm(posted, case_number=request.GET.get("case_number", ""))
    if form.is_valid() and (number := _look_up(actor, form)):
        return redirect("civil:person", number)
    return render(request, "civil/search.html", {"form": form})


def _look_up(actor: Actor, form: LookUpForm) -> str | None:
    """The number of the look-up, or None with the reason in the form."""
    try:
        look_up = open_look_up(actor=actor, query=form.query, now=clock.now())
    except CannotLookUp as refusal:
        form.add_error(None, str(refusal))
        return None
    if not look_up.person_number:
        form.add_error(None, _("The register knows nobody with these data. The search has been recorded."))
        return None
    return look_up.number


@require_safe
def show_person(request: HttpRequest, number: str) -> HttpResponse:
    """One register of the person, as of and as known at the days chosen; each view is an access they see."""
    actor = access_official(request, REGISTRAR)
    look_up = access_look_up(actor, number, today=_today())
    register = request.GET.get("register", "person")
    times = VersionForm({"as_of": _today().isoformat()} | request.GET.dict())
    as_of, known_at = _chosen_times(times)
    context: dict[str, Any] = {
        "look_up": look_up,
        "ground": get_look_up_ground(look_up.ground),
        "register": register,
        "registers": {code: get_register_title(code) for code in REGISTERS},
        "times": times,
        "as_of": as_of,
        "known_at": known_at,
    }
    try:
        answers = view_register(
            actor=actor,
            look_up_number=number,
            register=register,
            as_of=as_of,
            known_at=known_at,
            now=clock.now(),
        )
    except ExchangeRefusal as refusal:
        return render(request, "civil/person.html", context | {"refusal": str(refusal)})
    context |= {"shown": [present_evidence(one) for one in answers], "refusal": ""}
    return render(request, "civil/person.html", context | _history(actor, look_up, register))


def _history(actor: Actor, look_up: LookUp, register: str) -> dict[str, Any]:
    may_correct = bool(REGISTERS[register].correctable) and is_correctable_by(actor, look_up, today=_today())
    return {"versions": [present_version(v, register, may_correct) for v in list_versions(look_up, register)]}


def _chosen_times(times: VersionForm) -> tuple[date, datetime | None]:
    """Today and now unless chosen; what was known on a day is what was known when that day ended."""
    chosen = times.cleaned_data if times.is_valid() else {}
    as_of, known_on = chosen.get("as_of") or _today(), chosen.get("known_on")
    if known_on is None or known_on >= _today():
        return as_of, None
    end = datetime.combine(known_on + timedelta(days=1), time(), ZoneInfo(settings.TIME_ZONE))
    return as_of, end - timedelta(microseconds=1)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: str, register: str, entry_id: int) -> HttpResponse:
    """First which field, then what it should be, with the proof; a supervisor of the office decides."""
    actor = access_official(request, REGISTRAR)
    look_up = access_look_up(actor, number, today=_today())
    if register not in REGISTERS or not is_correctable_by(actor, look_up, today=_today()):
        raise AccessDenied
    entry = access_entry(look_up, register, entry_id)
    titles = list_correctable(register)
    context = {"look_up": look_up, "register": register, "entry": entry, "titles": titles, "form": None}
    field = request.GET.get("field", "")
    if field not in titles:
        return render(request, "civil/correct.html", context)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        field=field,
        title=titles[field],
        requests=_requests_of(actor, look_up),
        case_number=look_up.case_number,
    )
    if form.is_valid() and _propose(actor, number, form, form.correction(register, entry_id, field)):
        messages.success(request, _("Your proposal has been sent. A supervisor of your office decides."))
        return redirect("civil:person", number)
    said = value_label(field, get_facts(entry)[field])
    return render(request, "civil/correct.html", context | {"form": form, "field": field, "said": said})


def _requests_of(actor: Actor, look_up: LookUp) -> dict[str, str]:
    """What the person asked to have corrected and waits for, in their words, by number of the case."""
    asked = list_correction_requests(actor, look_up.person_number)
    return {case.number: " · ".join(str(said) for _label, said in list_answers(case)) for case in asked}


@require_http_methods(["GET", "HEAD", "POST"])
def annul_death(request: HttpRequest, number: str, entry_id: int) -> HttpResponse:
    """Somebody registered as dead lives: with the proof; a supervisor of the office decides."""
    actor = access_official(request, REGISTRAR)
    look_up = access_look_up(actor, number, today=_today())
    if not is_correctable_by(actor, look_up, today=_today()):
        raise AccessDenied
    entry = access_entry(look_up, "death", entry_id)
    form = AnnulmentForm(
        request.POST if request.method == "POST" else None,
        requests=_requests_of(actor, look_up),
        case_number=look_up.case_number,
    )
    if form.is_valid() and _propose_annulment(actor, number, entry_id, form):
        messages.success(request, _("Your proposal has been sent. A supervisor of your office decides."))
        return redirect("civil:person", number)
    return render(request, "civil/annul_death.html", {"look_up": look_up, "entry": entry, "form": form})


def _propose_annulment(actor: Actor, number: str, entry_id: int, form: AnnulmentForm) -> bool:
    """Whether it was proposed; if not, the form says why."""
    try:
        propose_annulment(
            actor=actor,
            look_up_number=number,
            entry_id=entry_id,
            evidence=form.cleaned_data["evidence"],
            answers=form.answers,
            today=_today(),
            now=clock.now(),
        )
    except CannotProposeCorrection as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _propose(actor: Actor, number: str, form: CorrectionForm, correction: Correction) -> bool:
    """Whether it was proposed; if not, the form says why."""
    try:
        propose_correction(actor=actor, look_up_number=number, correction=correction, today=_today(), now=clock.now())
    except CannotProposeCorrection as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_safe
def list_findings(request: HttpRequest) -> HttpResponse:
    """What the official has to explain or the supervisor to close, and for the supervisor a month of them."""
    actor = access_official(request, REGISTRAR, SUPERVISOR)
    form = MonthForm(request.GET)
    month = (form.cleaned_data["month"] if form.is_valid() else None) or _today()
    context: dict[str, Any] = {"findings": list_open_findings(actor), "outlier_words": outlier_words, "today": _today()}
    if is_supervisor(actor):
        counts = count_findings(actor, month=month)
        context |= {
            "months": MonthForm({"month": month.strftime("%Y-%m")}),
            "month": month,
            "look_ups": count_look_ups(actor, month=month),
            "summary": _summary(counts),
        }
    return render(request, "civil/findings.html", context)


def _summary(counts: list[tuple[str, str, int]]) -> list[tuple[str, list[int]]]:
    """For each kind how many are open, explained and misuse."""
    numbers = {(kind, verdict): number for kind, verdict, number in counts}
    columns = ("", Verdict.EXPLAINED, Verdict.MISUSE)
    return [
        (kind, [numbers.get((kind, column), 0) for column in columns]) for kind in dict.fromkeys(k for k, _ in numbers)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def show_finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One look-up: the official answers, the supervisor closes."""
    actor = access_official(request)
    finding = access_finding(actor, finding_id)
    answers = can_answer_finding(actor, finding) and finding.answered_at is None and finding.closed_at is None
    closes = can_supervise_finding(actor, finding) and finding.closed_at is None
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data) if answers else ClosingForm(data) if closes else None
    if form is not None and form.is_valid() and _settle(actor, finding_id, form):
        messages.success(request, _("Recorded."))
        return redirect("civil:findings")
    context = {
        "finding": finding,
        "form": form,
        "official": _title_of_post(finding.look_up.official.removeprefix("official:")),
        "outlier_words": outlier_words,
        "today": _today(),
    }
    return render(request, "civil/finding.html", context)


def _title_of_post(code: str) -> str:
    post = list_posts_named([code]).get(code)
    return localized(post.title) if post else code


def _settle(actor: Actor, finding_id: int, form: AnswerForm | ClosingForm) -> bool:
    """Whether it was answered or closed; if not, the form says why."""
    given, now = form.cleaned_data, clock.now()
    try:
        if isinstance(form, AnswerForm):
            answer_finding(actor=actor, finding_id=finding_id, answer=given["answer"], now=now)
        else:
            verdict = Verdict(given["verdict"])
            close_finding(actor=actor, finding_id=finding_id, verdict=verdict, note=given["note"], now=now)
    except CannotChangeFinding as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
