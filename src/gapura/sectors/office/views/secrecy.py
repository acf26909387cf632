"""How secret a registered document is: its history, the notes beside its paper, and changing it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.identity.queries import access_official
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.security import change_security
from gapura.sectors.office.forms.secrecy import SecurityForm
from gapura.sectors.office.permissions import can_change_security
from gapura.sectors.office.queries.documents import access_document, cleared_classes
from gapura.sectors.office.queries.meetings import answers_for
from gapura.sectors.office.queries.secrecy import find_security_change, list_security_changes
from gapura.sectors.office.security import list_grounds, list_security_classes
from gapura.sectors.office.types import CannotClassify, DocumentStatus
from gapura.web.languages import localized


@require_http_methods(["GET", "HEAD", "POST"])
def show_security(request: HttpRequest, code: str) -> HttpResponse:
    """The history of the class; who answers for the unit changes it here."""
    actor = access_official(request)
    document = access_document(actor, code)
    may_change = can_change_security(actor, document, leads=answers_for(actor, document.unit_code))
    if document.status != DocumentStatus.REGISTERED or (request.method == "POST" and not may_change):
        raise AccessDenied
    cleared = cleared_classes(actor)
    form = SecurityForm(request.POST if request.method == "POST" else None, cleared=cleared, now=document.security)
    if form.is_valid():
        try:
            change_security(actor=actor, code=code, now=clock.now(), **form.cleaned_data)
        except CannotClassify as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request, _("The class is changed. The sealed paper stays as it is; a sealed note says so.")
            )
            return redirect("office:security", code)
    context = {
        "document": document,
        "form": form if may_change else None,
        "classes": {one.code: localized(one.title) for one in list_security_classes().values()},
        "grounds": {one.code: localized(one.title) for one in list_grounds().values()},
        "changes": list_security_changes(document),
    }
    return render(request, "office/security.html", context)


@require_safe
def send_note(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The sealed note of one change."""
    document = access_document(access_official(request), code)
    change = find_security_change(document, number)
    if change is None:
        raise Http404
    answer = HttpResponse(bytes(change.note), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{document.code}-note-{change.pk}.pdf"'
    return answer
