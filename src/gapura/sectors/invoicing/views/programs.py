"""What a business's own programs write: files uploaded, and the keys that they may call with."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapura.foundation import clock
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.identity.queries import access_resident
from gapura.sectors.invoicing.actions import end_key, register_key, upload_invoices
from gapura.sectors.invoicing.forms import KeyForm, UploadForm
from gapura.sectors.invoicing.models import Upload
from gapura.sectors.invoicing.queries import access_keys, list_uploads
from gapura.sectors.invoicing.types import CannotChange, CannotIssue, Fault
from gapura.sectors.invoicing.views.faults import describe, describe_faults


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Send a file; what became of each invoice in it stands below."""
    actor, sent = access_resident(request), request.method == "POST"
    uploads = list_uploads(actor)
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None, use_required_attribute=False)
    refusal = None
    if form.is_valid():
        try:
            made = upload_invoices(actor=actor, content=form.cleaned_data["file"].read(), now=clock.now())
        except CannotIssue as error:
            refusal = error
        except CannotSealDocument:
            again = _("The seal does not answer now. Upload the same file again later: what was issued is recognized.")
            form.add_error("file", again)
        else:
            messages.success(
                request,
                _("%(taken)s issued, %(refused)s refused.") % {"taken": made.taken, "refused": made.refused},
            )
            return redirect("invoicing:upload")
    context = {"form": form, "faults": describe_faults(refusal), "uploads": [_present(one) for one in uploads]}
    return render(request, "invoicing/upload.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show_keys(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    keys, form = access_keys(actor), KeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            register_key(actor=actor, now=clock.now(), **form.cleaned_data)
        except CannotChange as refusal:
            form.add_error("public_key", str(refusal))
        else:
            messages.success(request, _("Registered. The program signs its calls with this key from now on."))
            return redirect("invoicing:keys")
    return render(request, "invoicing/keys.html", {"keys": keys, "form": form})


@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    try:
        end_key(actor=access_resident(request), code=code, now=clock.now())
    except CannotChange as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Ended. Calls with this key are refused from now on."))
    return redirect("invoicing:keys")


def _present(upload: Upload) -> dict[str, Any]:
    rows = [
        {**row, "described": describe(Fault(rule, where) for rule, where in row.get("faults", ()))}
        for row in upload.rows
    ]
    return {"upload": upload, "rows": rows}
