"""Documents that go round: reading one, and letting one go round."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.sectors.office.actions.circulation import (
    circulate_document,
    keep_reading_group,
    mark_read,
    note_opened,
)
from gapura.sectors.office.forms.registering import CirculateForm
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.registers import list_circulations, list_reading_groups, list_round_readers
from gapura.sectors.office.text import words_of
from gapura.sectors.office.types import DocumentStatus, OfficeRefusal
from gapura.sectors.office.views.incoming import holders_of_agency


@require_http_methods(["GET", "HEAD", "POST"])
def show_reading(request: HttpRequest, code: str) -> HttpResponse:
    """The document's words, who has read it when, and the form to let it go round; ``?group=`` fills in a group."""
    actor = access_official(request)
    document = access_document(actor, code)
    note_opened(actor=actor, document=document, now=clock.now())
    groups = list_reading_groups(actor)
    chosen = next((group for group in groups if str(group.pk) == request.GET.get("group")), None)
    form = CirculateForm(
        request.POST if request.method == "POST" else None,
        holders=holders_of_agency(document.agency_code),
        initial={"holders": chosen.holders} if chosen else {},
    )
    if form.is_valid() and _circulate(actor, code, form):
        messages.success(request, _("The document goes round. This page shows who has read it."))
        return redirect("office:reading", code)
    readers = list_round_readers(document)
    own = next((one for one, _title in readers if one.holder == f"post:{actor.post_code}"), None)
    context: dict[str, Any] = {
        "document": document,
        "words": words_of(document.body),
        "readers": readers,
        "rounds": list_circulations(document),
        "own": own,
        "groups": groups,
        "form": form,
        "may_circulate": document.status == DocumentStatus.REGISTERED,
    }
    return render(request, "office/reading.html", context)


@require_POST
def note_read(request: HttpRequest, code: str) -> HttpResponse:
    mark_read(actor=access_official(request), code=code, now=clock.now())
    return redirect("office:reading", code)


def _circulate(actor: Actor, code: str, form: CirculateForm) -> bool:
    given = form.cleaned_data
    try:
        circulate_document(
            actor=actor,
            code=code,
            holders=given["holders"],
            note=given["note"],
            due_on=given["due_on"],
            now=clock.now(),
        )
        if given["keep_as"]:
            keep_reading_group(actor=actor, title=given["keep_as"], holders=given["holders"], now=clock.now())
    except OfficeRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
