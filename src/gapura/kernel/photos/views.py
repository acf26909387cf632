"""A photo as a picture, for the person it shows or who gave it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gapura.kernel.identity.queries import access_resident
from gapura.kernel.photos.queries import access_photo, read_picture


@require_safe
def show_picture(request: HttpRequest, code: str) -> HttpResponse:
    picture = read_picture(access_photo(access_resident(request), code))
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "no-store"})
