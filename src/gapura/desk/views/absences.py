"""Who is away and who stands in: one's own post, and those that one leads."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapura.desk.forms.lines import AbsenceForm
from gapura.desk.presentation.lines import reason_words, titles_of
from gapura.foundation import clock
from gapura.kernel.approvals.actions import end_absence, enter_absence
from gapura.kernel.approvals.queries import Absence, list_absences, list_led_posts, list_stood_in_for
from gapura.kernel.approvals.types import CannotEnterAbsence
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, list_posts
from gapura.web.languages import localized

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence, ready to read; ``last_day`` belongs to it."""

    id: int
    title: str
    reason: str
    substitute: str
    first_day: date
    last_day: date


@require_http_methods(["GET", "HEAD", "POST"])
def keep_absences(request: HttpRequest) -> HttpResponse:
    """Absences that last or are to come, and the form to enter one."""
    actor, today = access_official(request), clock.today(settings.TIME_ZONE)
    if request.POST.get("end", "").isdecimal():
        end_absence(actor=actor, absence_id=int(request.POST["end"]), now=clock.now())
        messages.success(request, _("The absence has ended. What is still open is in the right basket again."))
        return redirect("desk:absences")
    own = [actor.post_code or "", *list_led_posts(actor)]
    form = _form(request, actor, own)
    if form.is_valid() and _enter(request, actor, form):
        return redirect("desk:absences")
    context = {
        "form": form,
        "absences": [_row(one) for post in own for one in list_absences(post, on=today)],
        "standing_in": [_row(one) for one in list_stood_in_for(actor.post_code or "", on=today)],
    }
    return render(request, "desk/absences.html", context)


def _form(request: HttpRequest, actor: Actor, own: list[str]) -> AbsenceForm:
    titles = titles_of(set(own))
    posts = list_posts(agency_code=actor.agency_code or "")
    return AbsenceForm(
        request.POST if request.method == "POST" else None,
        posts=[(code, titles[code]) for code in own],
        substitutes=sorted(((post.code, localized(post.title)) for post in posts), key=lambda choice: choice[1]),
    )


def _enter(request: HttpRequest, actor: Actor, form: AbsenceForm) -> bool:
    """Whether it was entered; if not, the form says why."""
    given = form.cleaned_data
    try:
        enter_absence(
            actor=actor,
            post_code=given["post"],
            reason=given["reason"],
            valid_from=given["first_day"],
            valid_until=given["last_day"] + ONE_DAY,
            substitute_post=given["substitute"],
            now=clock.now(),
        )
    except CannotEnterAbsence as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Entered. Open steps are in the basket of whoever stands in."))
    return True


def _row(absence: Absence) -> AbsenceRow:
    titles = titles_of({absence.post_code, absence.substitute_post})
    return AbsenceRow(
        id=absence.pk,
        title=titles[absence.post_code],
        reason=reason_words(absence.reason),
        substitute=titles.get(absence.substitute_post, ""),
        first_day=absence.valid_from,
        last_day=absence.valid_until - ONE_DAY,
    )
