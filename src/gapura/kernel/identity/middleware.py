"""Resumes the session of each request, and sends away who may not go on."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from gapura.foundation import clock
from gapura.foundation.isolation import NOBODY, Scope, scoped
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.actions import record_denial
from gapura.kernel.identity.origins import DEVICE_DAYS
from gapura.kernel.identity.queries import find_actor
from gapura.kernel.identity.requests import SignedInRequest
from gapura.kernel.identity.sessions import called, holds_posts, proof_level, resume_session
from gapura.kernel.identity.types import AccessDenied, PostRequired, ProofRequired, SignInRequired, StepUpRequired


class AccessMiddleware:
    """Gives requests their ``actor``, and turns refusals into the page that helps."""

    def __init__(self, get_response: Callable[[SignedInRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: SignedInRequest) -> HttpResponse:
        request.actor = resume_session(request, now=clock.now())
        if request.actor is not None:
            request.holds_posts = holds_posts(request)
            request.proof_level = proof_level(request)
            request.called = called(request)
            _speak(request)
        with scoped(scope_of_actor(request.actor)):
            response = self.get_response(request)
        _remember_device(request, response)
        return response

    def process_exception(self, request: SignedInRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, SignInRequired):
            lost = {"lost": "1"} if request.method == "POST" else {}
            return _redirect("identity:sign-in", request, **lost)
        if isinstance(exception, StepUpRequired):
            return _redirect("identity:step-up", request, level=str(int(exception.needed)))
        if isinstance(exception, ProofRequired):
            return _redirect("identity:weak-proof", request, level=str(int(exception.needed)))
        if isinstance(exception, PostRequired):
            return _redirect("identity:capacity", request)
        actor = find_actor(request)
        if isinstance(exception, AccessDenied) and actor is not None:
            record_denial(actor=actor, path=request.path)
        return None


def scope_of_actor(actor: Actor | None) -> Scope:
    """The rows that a request may touch: an official's agency's, a resident's own and whom they act for."""
    if actor is None:
        return NOBODY
    if actor.kind is ActorKind.OFFICIAL:
        return Scope(agency=actor.agency_code or "")
    return Scope(persons=tuple(number for number in (actor.person_number, actor.principal) if number))


def _redirect(name: str, request: SignedInRequest, **parameters: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': _return_to(request), **parameters})}")


def _return_to(request: SignedInRequest) -> str:
    """The page to come back to: after a form was sent, the page that held the form."""
    if request.method == "POST" and (referrer := request.headers.get("Referer")):
        parts = urlsplit(referrer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def _speak(request: SignedInRequest) -> None:
    """Use the account's language, unless this browser was told another one."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()


def _remember_device(request: SignedInRequest, response: HttpResponse) -> None:
    if token := getattr(request, "device_token", None):
        response.set_cookie(
            settings.GAPURA_DEVICE_COOKIE_NAME,
            token,
            max_age=DEVICE_DAYS * 86400,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
