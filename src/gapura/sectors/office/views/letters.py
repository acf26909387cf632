"""Letters to offices and from them, for people and companies."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_resident
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.letter_posting import open_sent_letter
from gapura.sectors.office.actions.letters import (
    add_letter_file,
    address_letter,
    discard_letter,
    post_letter,
    remove_letter_file,
    save_letter,
    start_letter,
    withdraw_letter,
)
from gapura.sectors.office.forms.letters import AddresseeSearchForm, LetterFileForm, LetterForm
from gapura.sectors.office.models import Letter
from gapura.sectors.office.queries.letters import (
    access_letter,
    access_sent_letter,
    access_unsent,
    find_addressee,
    find_raised_class,
    list_letters_from_offices,
    list_own_letters,
    search_addressees,
)
from gapura.sectors.office.text import render_html
from gapura.sectors.office.types import CannotSendLetter, LetterState

ON_A_PAGE = 30
_OPEN_TO_TAKE_BACK = (LetterState.SENT, LetterState.ARRIVED)


@require_safe
def show_letters(request: HttpRequest) -> HttpResponse:
    """What was written to offices, and what they sent."""
    actor = access_resident(request)
    own = list(list_own_letters(actor)[:ON_A_PAGE])
    context = {
        "drafts": [(one, find_addressee(one.addressee)) for one in own if one.state == LetterState.DRAFT],
        "letters": [(one, find_addressee(one.addressee)) for one in own if one.state != LetterState.DRAFT],
        "received": list(list_letters_from_offices(actor)[:ON_A_PAGE]),
    }
    return render(request, "office/letters.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """An empty letter; ``to`` names the office where a page knows it."""
    actor = access_resident(request)
    try:
        letter = start_letter(actor=actor, addressee=request.POST.get("to", ""), now=clock.now())
    except CannotSendLetter as refusal:
        messages.warning(request, str(refusal))
        return redirect("letters:list")
    return redirect("letters:write" if letter.addressee else "letters:to", letter.code)


@require_http_methods(["GET", "HEAD", "POST"])
def choose_addressee(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_resident(request)
    letter = access_unsent(actor, code)
    if request.method == "POST":
        try:
            address_letter(actor=actor, code=code, addressee=request.POST.get("to", ""), now=clock.now())
        except CannotSendLetter as refusal:
            messages.warning(request, str(refusal))
        else:
            return redirect("letters:write", code)
    form = AddresseeSearchForm(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"letter": letter, "form": form, "text": text, "found": search_addressees(text)}
    return render(request, "office/letter_to.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, code: str) -> HttpResponse:
    """The letter to write in. Saving answers a script with JSON, and a person with the page."""
    actor = access_resident(request)
    try:
        letter = access_unsent(actor, code)
    except AccessDenied:
        if access_letter(actor, code).state != LetterState.DRAFT:  # the button pressed twice: it is sent
            return redirect("letters:letter", code)
        raise
    form = LetterForm(request.POST) if request.method == "POST" else _form_of(letter)
    if form.is_valid():
        return _keep(request, actor, letter, form)
    return _show_draft(request, letter, form)


def _form_of(letter: Letter, **typed: str) -> LetterForm:
    return LetterForm(initial={"title": letter.title, "body": letter.body, "base": letter.revision, **typed})


def _keep(request: HttpRequest, actor: Actor, letter: Letter, form: LetterForm) -> HttpResponse:
    """Save, and send where that was asked; what cannot be is said, with every word still there."""
    typed, by_script = form.cleaned_data, "autosave" in request.POST
    words = {"title": typed["title"], "body": typed["body"].replace("\r\n", "\n")}
    try:
        letter = save_letter(actor=actor, code=letter.code, base=typed["base"], now=clock.now(), **words)
        if "send" in request.POST:
            post_letter(actor=actor, code=letter.code, now=clock.now())
            messages.success(request, _("Your letter is sent. Here you see where it is."))
            return redirect("letters:letter", letter.code)
    except CannotSendLetter as refusal:
        if by_script:
            return JsonResponse({"refused": str(refusal)}, status=409)
        letter.refresh_from_db()
        return _show_draft(request, letter, _form_of(letter, **words), refusal)
    if by_script:
        return JsonResponse({"base": letter.revision})
    messages.success(request, _("Saved."))
    return redirect("letters:write", letter.code)


def _show_draft(
    request: HttpRequest,
    letter: Letter,
    form: LetterForm,
    refusal: CannotSendLetter | None = None,
    file_form: LetterFileForm | None = None,
) -> HttpResponse:
    context = {
        "letter": letter,
        "form": form,
        "refusal": refusal,
        "addressee": find_addressee(letter.addressee),
        "files": letter.files.defer("content").order_by("pk"),
        "file_form": file_form or LetterFileForm(),
    }
    return render(request, "office/letter_write.html", context)


@require_POST
def add_file(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_resident(request)
    letter = access_unsent(actor, code)
    form = LetterFileForm(request.POST, request.FILES, use_required_attribute=False)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            add_letter_file(actor=actor, code=code, name=file.name, content=file.read(), now=clock.now())
        except CannotSendLetter as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("letters:write", code)
    return _show_draft(request, letter, _form_of(letter), file_form=form)


@require_POST
def remove_file(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    remove_letter_file(actor=access_resident(request), code=code, file_code=file_code, now=clock.now())
    return redirect("letters:write", code)


@require_safe
def fetch_file(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    """A file that goes along with one's own letter."""
    letter = access_letter(access_resident(request), code)
    file = letter.files.filter(code=file_code).first()
    if file is None:
        raise AccessDenied
    return hand_out_file(bytes(file.content), file.name, file.media_type)


@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    discard_letter(actor=access_resident(request), code=code, now=clock.now())
    messages.success(request, _("The letter is deleted. Nobody has read it."))
    return redirect("letters:list")


@require_safe
def show_letter(request: HttpRequest, code: str) -> HttpResponse:
    """Where a letter is, what it says, and the answers to it."""
    actor = access_resident(request)
    letter = access_letter(actor, code)
    if letter.state == LetterState.DRAFT:
        return redirect("letters:write", code)
    context = {
        "letter": letter,
        "addressee": find_addressee(letter.addressee),
        "html": render_html(letter.body),
        "steps": list(letter.steps.order_by("pk")),
        "files": letter.files.defer("content").order_by("pk"),
        "answers": letter.answers.filter(recipient=letter.sender).defer("pdf").order_by("pk"),
        "can_withdraw": letter.state in _OPEN_TO_TAKE_BACK,
    }
    return render(request, "office/letter.html", context)


@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    try:
        withdraw_letter(actor=access_resident(request), code=code, now=clock.now())
    except CannotSendLetter as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The letter is taken back. The office does nothing with it."))
    return redirect("letters:letter", code)


@require_safe
def show_received(request: HttpRequest, code: str) -> HttpResponse:
    """What an office sent. The first opening is noted, and the page says so."""
    actor = access_resident(request)
    sent = access_sent_letter(actor, code)
    if request.method == "GET":
        open_sent_letter(actor=actor, sent=sent, now=clock.now())
    context = {
        "sent": sent,
        "raised": find_raised_class(sent),
        "addressee": find_addressee(sent.agency_code),
        "paragraphs": sent.words.split("\n\n"),
    }
    return render(request, "office/letter_received.html", context)


@require_safe
def fetch_received(request: HttpRequest, code: str) -> HttpResponse:
    """The sealed file that the office sent."""
    sent = access_sent_letter(access_resident(request), code)
    return hand_out_file(bytes(sent.pdf), f"{sent.code}.pdf", "application/pdf")


def hand_out_file(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Bytes to be saved, never shown as a page of ours."""
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{_plain(name)}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _plain(name: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-_ ") else "-" for letter in name)


@require_safe
def fetch_raised_note(request: HttpRequest, code: str) -> HttpResponse:
    """The sealed note that says to which class the letter was raised after it was sent."""
    raised = find_raised_class(access_sent_letter(access_resident(request), code))
    if raised is None:
        raise Http404
    return hand_out_file(bytes(raised.note), f"{code}-note.pdf", "application/pdf")
