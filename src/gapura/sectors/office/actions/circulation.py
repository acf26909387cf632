"""Documents that go round to be read: started for a group, read one by one, reminded of."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import list_posts_named, list_posts_of_unit
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.actions import close_work, mark_seen, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.readers import name_reader, require_cleared
from gapura.sectors.office.models import Circulation, DocumentReader, OfficialDocument, ReadingGroup
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.terms import get_terms
from gapura.sectors.office.types import CannotCirculate, CannotDraft, DocumentStatus, ReaderGround

READ = "office.read"


def circulate_document(
    *,
    actor: Actor,
    code: str,
    holders: Sequence[str],
    note: str = "",
    due_on: date | None = None,
    now: datetime,
) -> Circulation:
    """Let everybody named read the document: posts, and the posts of units, of the agency. Who is named reads it once.

    Raises AccessDenied to who may not read it themselves, CannotCirculate.
    """
    document = access_document(actor, code)
    if document.status != DocumentStatus.REGISTERED or actor.agency_code != document.agency_code:
        raise CannotCirculate(_("Only a registered document of your agency can go round."))
    posts = _posts_of(document.agency_code, holders)
    try:
        require_cleared(document, posts)
    except CannotDraft as refusal:
        raise CannotCirculate(str(refusal)) from refusal
    until = due_on or get_terms().reading_due_on(local_day(now, settings.TIME_ZONE))
    with transaction.atomic():
        started = Circulation.objects.create(
            document=document,
            agency_code=document.agency_code,
            holders=[f"post:{post}" for post in posts],
            note=note.strip()[:300],
            due_on=until,
            started_by_post=actor.post_code or "",
            started_by_label=actor.label[:120],
            started_at=now,
        )
        for post in posts:
            _name_reader(actor, document, post, until, now)
        record_event(
            actor=actor,
            action="office.document_circulated",
            object_ref=f"document:{document.code}",
            detail={"readers": len(posts), "due_on": until.isoformat()},
        )
    return started


def mark_read(*, actor: Actor, code: str, now: datetime) -> bool:
    """The actor has read the document; the first time counts. False where nobody asked them to, or they had.

    Raises AccessDenied to who may not read it.
    """
    document = access_document(actor, code)
    with transaction.atomic():
        asked = DocumentReader.objects.filter(
            document=document, holder=f"post:{actor.post_code}", ground=ReaderGround.CIRCULATION
        )
        is_first = bool(asked.filter(read_at__isnull=True).update(read_at=now, read_by_label=actor.label[:120]))
        close_work(kind=READ, object_ref=_ref(document), holder=_post(document, actor.post_code or ""), now=now)
        if is_first:
            record_event(actor=actor, action="office.document_read", object_ref=_ref(document), detail={})
    return is_first


def note_opened(*, actor: Actor, document: OfficialDocument, now: datetime) -> None:
    """The actor has the document before them; their item is no longer new. That is not reading it."""
    mark_seen(kind=READ, object_ref=_ref(document), holder=_post(document, actor.post_code or ""), now=now)


def keep_reading_group(*, actor: Actor, title: str, holders: Sequence[str], now: datetime) -> ReadingGroup:
    """Keep readers under a name for the actor's unit; the same name again replaces them.

    Raises AccessDenied without a unit, CannotCirculate.
    """
    if not actor.unit_code or not actor.agency_code:
        raise AccessDenied
    if not title.strip():
        raise CannotCirculate(_("Give the group a name."))
    _posts_of(actor.agency_code, holders)
    with transaction.atomic():
        group, _is_new = ReadingGroup.objects.update_or_create(
            unit_code=actor.unit_code,
            title=title.strip()[:80],
            defaults={"agency_code": actor.agency_code, "holders": list(dict.fromkeys(holders)), "kept_at": now},
        )
        record_event(
            actor=actor,
            action="office.reading_group_kept",
            object_ref=f"unit:{actor.unit_code}",
            detail={"title": group.title, "holders": list(group.holders)},
        )
    return group


def remind_readers(*, actor: Actor, now: datetime) -> int:
    """Let whoever has not read what was to be read before today see it as urgent, once a round. How many rounds.

    A round whose readers have all read it needs no reminder.
    """
    today = local_day(now, settings.TIME_ZONE)
    late = Circulation.objects.filter(due_on__lt=today, reminded_at__isnull=True).order_by("pk")
    reminded = 0
    for pk in list(late.values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            one = Circulation.objects.select_for_update().select_related("document").get(pk=pk)
            if one.reminded_at is None:
                reminded += _remind(actor, one, now)
    return reminded


def _remind(actor: Actor, one: Circulation, now: datetime) -> bool:
    unread = DocumentReader.objects.filter(
        document=one.document, ground=ReaderGround.CIRCULATION, holder__in=one.holders, read_at__isnull=True
    )
    holders = list(unread.order_by("pk").values_list("holder", flat=True))
    for holder in holders:
        _ask_to_read(one.document, Holder(one.agency_code, holder), one.started_by_label, one.due_on, now, urgent=True)
    one.reminded_at = now
    one.save(update_fields=["reminded_at"])
    if holders:
        told = {"readers": len(holders)}
        record_event(actor=actor, action="office.readers_reminded", object_ref=_ref(one.document), detail=told)
    return bool(holders)


def _posts_of(agency_code: str, holders: Sequence[str]) -> list[str]:
    """The posts that are meant, each once; all of the agency. Raises CannotCirculate."""
    named = [holder.removeprefix("post:") for holder in holders if holder.startswith("post:")]
    units = [holder.removeprefix("unit:") for holder in holders if holder.startswith("unit:")]
    known = list_posts_named(named)
    found = {code: post.agency_code for code, post in known.items()}
    for unit in units:
        found |= {post.code: post.agency_code for post in list_posts_of_unit(unit)}
    if not found or len(known) != len(set(named)) or set(found.values()) != {agency_code}:
        raise CannotCirculate(_("Choose readers of your own agency from the list."))
    most = get_terms().most_readers
    if len(found) > most:
        raise CannotCirculate(_("Let at most %(most)s people read it in one round.") % {"most": most})
    return sorted(found)


def _name_reader(actor: Actor, document: OfficialDocument, post: str, due_on: date, now: datetime) -> None:
    reader = name_reader(
        document=document,
        holder=f"post:{post}",
        agency_code=document.agency_code,
        ground=ReaderGround.CIRCULATION,
        named_by=actor.label,
        now=now,
    )
    if reader.read_at is None:
        _ask_to_read(document, _post(document, post), actor.label, due_on, now, urgent=document.urgent)


def _ask_to_read(
    document: OfficialDocument, holder: Holder, sender: str, due_on: date | None, now: datetime, *, urgent: bool
) -> None:
    open_work(
        kind=READ,
        object_ref=_ref(document),
        holder=holder,
        title=document.title,
        path=f"/desk/office/reading/{document.code}/",
        sender=sender[:120],
        due_on=due_on,
        urgent=urgent,
        now=now,
    )


def _post(document: OfficialDocument, post_code: str) -> Holder:
    return Holder.post(document.agency_code, post_code)


def _ref(document: OfficialDocument) -> str:
    return f"document:{document.code}"
