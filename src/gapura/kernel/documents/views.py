"""Verification for anybody, without an account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.documents.actions import count_use
from gapura.kernel.documents.forms import CodeForm, FileForm
from gapura.kernel.documents.queries import NotADocument, verify_code, verify_file
from gapura.kernel.documents.types import UseKind, Verification


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Two ways in: the code typed (leads to the address the printed square holds), or the file sent."""
    by_code = CodeForm(request.GET if "code" in request.GET else None, use_required_attribute=False)
    if by_code.is_valid():
        return redirect("documents:verify-code", by_code.cleaned_data["code"])
    sent = request.method == "POST"
    by_file = FileForm(request.POST if sent else None, request.FILES if sent else None, use_required_attribute=False)
    if by_file.is_valid() and (verification := _verify_upload(by_file)):
        return _show(request, verification, UseKind.FILE)
    return render(request, "documents/verify.html", {"by_code": by_code, "by_file": by_file})


def _verify_upload(form: FileForm) -> Verification | None:
    """The result, or None with the reason in the form."""
    content = form.cleaned_data["file"].read()
    try:
        return verify_file(content, today=clock.today(settings.TIME_ZONE))
    except NotADocument as refusal:
        form.add_error("file", str(refusal))
        return None


@require_safe
def show_verification(request: HttpRequest, code: str) -> HttpResponse:
    """The address printed on every document."""
    verification = verify_code(code, today=clock.today(settings.TIME_ZONE))
    return _show(request, verification, UseKind.CODE)


def _show(request: HttpRequest, verification: Verification, how: UseKind) -> HttpResponse:
    if verification.code and request.method != "HEAD":
        count_use(code=verification.code, how=how, now=clock.now())
    context = {"verification": verification, "by_file": how is UseKind.FILE}
    return render(request, "documents/verification.html", context)
