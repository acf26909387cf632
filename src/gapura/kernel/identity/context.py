"""What every page knows about who is signed in."""

from django.http import HttpRequest

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import find_actor


def signed_in(request: HttpRequest) -> dict[str, Actor | bool | Text | None]:
    """``actor`` (or None), what to call them, and ``holds_posts`` for templates; no query."""
    return {
        "actor": find_actor(request),
        "called": getattr(request, "called", None),
        "holds_posts": getattr(request, "holds_posts", False),
    }
