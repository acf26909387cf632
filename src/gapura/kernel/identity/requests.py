"""What requests carry once AccessMiddleware has seen them."""

from django.http import HttpRequest

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor, AssuranceLevel
from gapura.kernel.identity.models import Account


class SignedInRequest(HttpRequest):
    """For annotations only. ``user`` is an account wherever ``actor`` is not None."""

    user: Account
    actor: Actor | None
    holds_posts: bool
    proof_level: AssuranceLevel
    called: Text
    device_token: str
