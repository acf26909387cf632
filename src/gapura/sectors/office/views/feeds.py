"""What calendar programs read at a secret address."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import override
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import find_account_of, get_post
from gapura.sectors.office.actions.calendar import note_feed_read
from gapura.sectors.office.calendar_pages import list_items, title_of_scope
from gapura.sectors.office.ics import MEDIA_TYPE, write_feed
from gapura.sectors.office.models import CalendarFeed
from gapura.sectors.office.queries.calendar import find_feed, window_of_feed
from gapura.sectors.office.queries.meetings import label_of
from gapura.sectors.office.types import CalendarScope


@require_safe
def send_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, to whoever has the address; with ETag, so that what is the same is not sent again."""
    now = clock.now()
    feed = find_feed(token, now=now)
    if feed is None:
        raise Http404
    actor = _reader(feed)
    # The window moves by whole days, so that a calendar that nobody touched has the same bytes all day.
    since, until = window_of_feed(now.replace(hour=0, minute=0, second=0, microsecond=0))
    account = find_account_of(feed.person_number)
    scope = CalendarScope(feed.scope)
    with scoped(Scope(agency=feed.agency_code)), override(account.language if account else None):
        items = list_items(actor, scope, since=since, until=until)
        content = write_feed(items, name=f"{title_of_scope(scope)} · {actor.label}")
    note_feed_read(feed=feed, now=now)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer: HttpResponse
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponseNotModified()
    else:
        answer = HttpResponse(content, content_type=f"{MEDIA_TYPE}; charset=utf-8")
        answer.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    for name, value in (("ETag", tag), ("Cache-Control", "private, no-cache"), ("Referrer-Policy", "no-referrer")):
        answer.headers[name] = value
    return answer


def _reader(feed: CalendarFeed) -> Actor:
    """The owner in their post, for what they may see; nothing is done in their name."""
    post = get_post(feed.post_code)
    return Actor(
        kind=ActorKind.OFFICIAL,
        label=label_of(post),
        person_number=feed.person_number,
        post_code=post.code,
        agency_code=post.agency_code,
        office_code=post.office_code,
        roles=post.roles,
        unit_code=post.unit_code,
    )
