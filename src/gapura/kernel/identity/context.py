"""What every page knows about who is signed in."""

from django.http import HttpRequest

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import find_actor


def signed_in(request: HttpRequest) -> dict[str, Actor | bool | None]:
    """``actor`` (or None) and ``holds_posts`` for templates; no query."""
    return {"actor": find_actor(request), "holds_posts": getattr(request, "holds_posts", False)}
