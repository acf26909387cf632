"""The posts of agencies."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.db.models import Q

from gapura.kernel.identity.models import Post as PostRow
from gapura.kernel.identity.types import Post, UnknownPost

MOST_WORDS = 5


def get_post(code: str) -> Post:
    """The post with this code. Raises UnknownPost."""
    row = PostRow.objects.filter(code=code).first()
    if row is None:
        raise UnknownPost(f"No post is called {code!r}.")
    return post_of(row)


def list_posts(*, agency_code: str, office_code: str | None = None) -> list[Post]:
    """Posts of an agency, or of one of its offices, by code."""
    rows = PostRow.objects.filter(agency_code=agency_code)
    if office_code is not None:
        rows = rows.filter(office_code=office_code)
    return [post_of(row) for row in rows.order_by("code")]


def list_posts_of_unit(unit_code: str) -> list[Post]:
    """The posts of a unit, without those of its parts, by code."""
    return [post_of(row) for row in PostRow.objects.filter(unit_id=unit_code).order_by("code")]


def list_posts_named(codes: Collection[str]) -> dict[str, Post]:
    """The posts with these codes, by code; unknown ones are absent."""
    return {row.code: post_of(row) for row in PostRow.objects.filter(code__in=codes)}


def search_posts(words: str, *, but_agency: str, agencies: Mapping[str, str], limit: int = 20) -> list[Post]:
    """Posts of other agencies in whose title, unit or agency each of the words stands, by agency and code.

    ``agencies``: what each is called, by code.
    """
    rows = PostRow.objects.exclude(agency_code=but_agency)
    for word in words.split()[:MOST_WORDS]:
        called = [code for code, title in agencies.items() if word.casefold() in title.casefold()]
        found = Q(agency_code__in=called)
        for language, _name in settings.LANGUAGES:
            found |= Q(**{f"title__{language}__icontains": word}) | Q(**{f"unit__title__{language}__icontains": word})
        rows = rows.filter(found)
    return [post_of(row) for row in rows.order_by("agency_code", "code")[:limit]]


def post_of(row: PostRow) -> Post:
    return Post(
        row.code, row.agency_code, row.office_code, row.title, frozenset(row.roles), row.unit_id or "", row.rank
    )
