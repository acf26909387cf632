"""Who may see a photo. Officials see it in the case that it was given in, and ask the case's module."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.photos.models import Photo


def can_see_photo(actor: Actor, photo: Photo) -> bool:
    """The person it shows; and whoever gave it for them, while no case has it."""
    if actor.kind is not ActorKind.RESIDENT or actor.person_number is None:
        return False
    return actor.person_number == photo.subject or (not photo.used_in and actor.person_number == photo.given_by)
