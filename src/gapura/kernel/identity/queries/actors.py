"""Who acts in a request, and how surely."""

from django.http import HttpRequest

from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.identity.types import AccessDenied, PostRequired, ProofRequired, SignInRequired, StepUpRequired


def find_actor(request: HttpRequest) -> Actor | None:
    """Who is signed in, or None. Costs no query: AccessMiddleware resumed the session already."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor


def get_actor(request: HttpRequest) -> Actor:
    """Who is signed in. Raises SignInRequired, which sends the person to the sign-in page and back."""
    actor = find_actor(request)
    if actor is None:
        raise SignInRequired
    return actor


def require_assurance(request: HttpRequest, needed: AssuranceLevel) -> Actor:
    """Who is signed in, as surely as ``needed``: before a form is shown, not after it was filled in.

    Raises SignInRequired; StepUpRequired when a stronger sign-in would do, which the person is led through;
    ProofRequired when only a counter can help.
    """
    actor = get_actor(request)
    if getattr(request, "proof_level", actor.assurance) < needed:
        raise ProofRequired(needed)
    if actor.assurance < needed:
        raise StepUpRequired(needed)
    return actor


def access_resident(request: HttpRequest) -> Actor:
    """Who is signed in for themselves and proven to be a person. Raises SignInRequired or AccessDenied."""
    actor = get_actor(request)
    if actor.kind is not ActorKind.RESIDENT or actor.person_number is None:
        raise AccessDenied
    return actor


def access_official(request: HttpRequest, *roles: str) -> Actor:
    """Who acts in a post having any of ``roles`` (none named: any post).

    Raises SignInRequired, AccessDenied, or PostRequired when the account holds a post it does not act in.
    """
    actor = get_actor(request)
    if actor.kind is ActorKind.OFFICIAL:
        if roles and actor.roles.isdisjoint(roles):
            raise AccessDenied
        return actor
    if getattr(request, "holds_posts", False):
        raise PostRequired
    raise AccessDenied
