"""Photos by their code, the picture itself, and what the country asks of one."""

from dataclasses import fields

from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.photos.models import Photo
from gapura.kernel.photos.permissions import can_see_photo
from gapura.kernel.photos.safe import unlock
from gapura.kernel.photos.types import PhotoTerms


def get_terms() -> PhotoTerms:
    """What the country asks of a photo. Raises LookupError where it says nothing of photos."""
    return PhotoTerms(**{term.name: get_limit(f"photo_{term.name}") for term in fields(PhotoTerms)})


def find_photo(code: str) -> Photo | None:
    """The photo, for the house's own work: whoever calls has judged who may know of it."""
    return Photo.objects.filter(code=code).first()


def list_photos_of(case_number: str) -> list[Photo]:
    """The photos that the case has, for whoever may see the case."""
    return list(Photo.objects.filter(used_in=case_number).order_by("pk")) if case_number else []


def access_photo(actor: Actor, code: str) -> Photo:
    """The photo, for the person it shows or who gave it. Raises AccessDenied, alike for absent and forbidden ones."""
    photo = find_photo(code)
    if photo is None or not can_see_photo(actor, photo):
        raise AccessDenied
    return photo


def read_picture(photo: Photo) -> bytes:
    """The JPEG: ``photo_width_pixels`` × ``photo_height_pixels`` of the country's limits, nothing in it but pixels."""
    return unlock(bytes(photo.picture))
