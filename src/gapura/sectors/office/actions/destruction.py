"""Destruction by committee: a list, persons who each decide, minutes, folder by folder, a certificate."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import canonical_bytes, digest
from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.texts import in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.documents.actions import seal_file
from gapura.kernel.identity.queries import find_holder
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.operations.actions import publish_deeds_soon
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.archive import locked_term, vouch
from gapura.sectors.office.actions.committee_papers import register_decision
from gapura.sectors.office.actions.emptying import empty_folder
from gapura.sectors.office.models import (
    Destruction,
    DestructionItem,
    DestructionMember,
    FolderTerm,
)
from gapura.sectors.office.models.contents import contents_digest
from gapura.sectors.office.queries.archive import access_destruction, find_hold, get_archive_rules, list_due
from gapura.sectors.office.queries.classification import list_retention_classes
from gapura.sectors.office.types import CannotArchive, DestructionState, FolderState, OfficeRefusal, Proposal

DESTROY_JOB, DECIDE_WORK = "office.destroy", "office.destruction"


def propose_destruction(
    *, actor: Actor, folder_codes: Sequence[str], member_posts: Sequence[str], reason: str, consent: str, now: datetime
) -> Destruction:
    """Put a list of due folders before a committee of posts of the agency. Nothing is destroyed yet.

    ``consent``: the national archive's letter, which folders kept for long need. Raises AccessDenied, CannotArchive.
    """
    today, rules = local_day(now, settings.TIME_ZONE), get_archive_rules()
    terms = _due_terms(actor, folder_codes, now)
    if not actor.person_number:
        raise AccessDenied
    if not actor.unit_code:
        raise CannotArchive(_("A list is made by an archivist of a unit: its register takes in what is decided."))
    if not reason.strip():
        raise CannotArchive(_("Say why these folders are destroyed."))
    years = {code: one.active_years + one.inactive_years for code, one in list_retention_classes().items()}
    if not consent.strip() and any(years[term.retention] >= rules.consent_from_years for term in terms):
        raise CannotArchive(
            _("Folders kept %(years)s years or longer need the consent of the national archive. Name its letter.")
            % {"years": rules.consent_from_years}
        )
    members = _members(actor, member_posts, today)
    listing = [{"folder": term.folder.code, "title": term.folder.title, "contents": term.contents} for term in terms]
    with transaction.atomic():
        destruction = Destruction.objects.create(
            code=new_code(11),
            agency_code=actor.agency_code or "",
            office_code=actor.office_code or "",
            unit_code=actor.unit_code,
            reason=reason.strip()[:300],
            consent=consent.strip()[:120],
            listing=digest([listing, reason.strip()[:300], consent.strip()[:120]]).hex(),
            proposed_by_label=actor.label,
            proposed_by_person=actor.person_number or "",
            proposed_at=now,
        )
        DestructionItem.objects.bulk_create(
            DestructionItem(destruction=destruction, folder=term.folder, contents=term.contents) for term in terms
        )
        for post, label in members:
            DestructionMember.objects.create(
                destruction=destruction, post_code=post, post_label=label, proposed_by_person=actor.person_number or ""
            )
            _ask_member(destruction, post, now)
        _record(actor, "office.destruction_proposed", destruction, folders=len(terms), members=[m[0] for m in members])
    return destruction


def _due_terms(actor: Actor, folder_codes: Sequence[str], now: datetime) -> list[FolderTerm]:
    today, wanted = local_day(now, settings.TIME_ZONE), sorted(set(folder_codes))
    terms = {
        term.folder.code: term
        for term in list_due(actor, Proposal.DESTROY, today=today).filter(folder__code__in=wanted)
    }
    if not wanted or len(terms) < len(wanted):
        raise CannotArchive(_("Choose folders whose term is over and that are to be destroyed."))
    for code, term in terms.items():
        if held := find_hold(term.folder):
            raise CannotArchive(_("The folder %(code)s is held: %(why)s.") % {"code": code, "why": held})
        running = DestructionItem.objects.filter(
            folder=term.folder, destruction__state__in=[DestructionState.PROPOSED, DestructionState.DECIDED]
        )
        if running.exists():
            raise CannotArchive(_("The folder %(code)s is on another list already.") % {"code": code})
    return [terms[code] for code in wanted]


def _members(actor: Actor, posts: Sequence[str], today: Any) -> list[tuple[str, str]]:
    """Each member's post and how it is called; held by different persons, none of whom made the list."""
    rules, found, persons = get_archive_rules(), [], {actor.person_number}
    for post in sorted(set(posts)):
        holder = find_holder(post, on=today)
        if holder is None or holder.person_number in persons or not post.startswith(f"{actor.agency_code}/"):
            raise CannotArchive(
                _("“%(post)s” cannot be a member: it is vacant, of another agency, or its holder is one already.")
                % {"post": post}
            )
        persons.add(holder.person_number)
        found.append((post, in_language(holder.post.title, settings.LANGUAGE_CODE)[:120]))
    if len(found) < rules.members:
        raise CannotArchive(_("A committee has at least %(number)s members.") % {"number": rules.members})
    return found


def _ask_member(destruction: Destruction, post: str, now: datetime) -> None:
    open_work(
        kind=DECIDE_WORK,
        object_ref=f"destruction:{destruction.code}",
        holder=Holder.post(destruction.agency_code, post),
        title=_("Destroy folders: %(reason)s") % {"reason": destruction.reason},
        path=f"/desk/office/archive/destructions/{destruction.code}/",
        sender=destruction.proposed_by_label,
        now=now,
    )


def decide_destruction(
    *, actor: Actor, code: str, agrees: bool, reason: str, listing: str, now: datetime
) -> Destruction:
    """One member's decision about the list that was shown (``listing``). A single no stops it; the last yes starts it.

    Raises AccessDenied; CannotArchive when it was decided, the list is another, or the person decided or made it.
    """
    access_destruction(actor, code)
    if not agrees and not reason.strip():
        raise CannotArchive(_("Say why the folders must stay."))
    try:
        with transaction.atomic():
            destruction = Destruction.objects.select_for_update().get(code=code)
            member = _deciding_member(actor, destruction, listing)
            member.agrees, member.reason, member.listing = agrees, reason.strip()[:300], listing
            member.decided_by_label, member.decided_by_person = actor.label, actor.person_number
            member.decided_at = now
            member.save()
            holder = Holder.post(destruction.agency_code, member.post_code)
            close_work(kind=DECIDE_WORK, object_ref=f"destruction:{code}", holder=holder, now=now)
            _record(actor, "office.destruction_decided", destruction, agrees=agrees, listing=listing)
            _conclude(actor, destruction, now)
    except IntegrityError as error:
        raise CannotArchive(_("One person decides once, and nobody decides about a list they made.")) from error
    return destruction


def _deciding_member(actor: Actor, destruction: Destruction, listing: str) -> DestructionMember:
    member = destruction.members.filter(post_code=actor.post_code).first()
    if actor.kind is not ActorKind.OFFICIAL or member is None or not actor.person_number:
        raise AccessDenied
    if destruction.state != DestructionState.PROPOSED or member.agrees is not None:
        raise CannotArchive(_("This was decided already; nothing was changed."))
    if listing != destruction.listing:
        raise CannotArchive(
            _("The list is not the one you were shown. Open it again and decide about what it says now.")
        )
    found: DestructionMember = member
    return found


def _conclude(actor: Actor, destruction: Destruction, now: datetime) -> None:
    """When the last member has agreed, or one has not: minutes, sealed; then the work begins, or it is over."""
    members = list(destruction.members.order_by("post_code"))
    if any(one.agrees is False for one in members):
        destruction.state = DestructionState.STOPPED.value
    elif all(one.agrees for one in members):
        destruction.state = DestructionState.DECIDED.value
        enqueue_job(name=DESTROY_JOB, arguments={"code": destruction.code}, key=f"{DESTROY_JOB}:{destruction.code}")
    else:
        return
    destruction.minutes, destruction.decided_at = _minutes(destruction, members), now
    destruction.minutes_seal = seal_file(canonical_bytes(destruction.minutes), agency_code=destruction.agency_code)
    if destruction.unit_code:  # a list of before lists had units has its minutes alone
        try:
            document = register_decision(actor=actor, destruction=destruction, members=members, now=now)
        except OfficeRefusal as error:
            raise CannotArchive(str(error)) from error
        destruction.paper = document.code
    destruction.save()
    close_work(kind=DECIDE_WORK, object_ref=f"destruction:{destruction.code}", now=now)
    _record(actor, f"office.destruction_{destruction.state}", destruction)


def _minutes(destruction: Destruction, members: Sequence[DestructionMember]) -> dict[str, Any]:
    return {
        "format": "gapura-destruction-minutes/1",
        "destruction": destruction.code,
        "agency": destruction.agency_code,
        "law": get_archive_rules().laws["committee"],
        "reason": destruction.reason,
        "consent": destruction.consent,
        "proposed_by": destruction.proposed_by_label,
        "proposed_at": destruction.proposed_at.isoformat(),
        "folders": _listed(destruction),
        "decisions": [
            {
                "post": one.post_code,
                "member": one.decided_by_label,
                "agrees": one.agrees,
                "reason": one.reason,
                "at": one.decided_at.isoformat() if one.decided_at else None,
            }
            for one in members
        ],
    }


def _listed(destruction: Destruction) -> list[dict[str, Any]]:
    items = destruction.items.select_related("folder").order_by("folder__code")
    return [{"folder": one.folder.code, "title": one.folder.title, "contents": one.contents} for one in items]


def carry_out_destruction(
    *, actor: Actor, code: str, now: datetime, done: Callable[[int], object] = lambda n: None
) -> None:
    """Empty folder after folder, each in a transaction of its own; then the certificate. Safe to repeat after a kill.

    What is held when its turn comes, or is no longer what the committee saw, is spared. Not in a transaction.
    """
    destruction = Destruction.objects.get(code=code)
    if destruction.state != DestructionState.DECIDED:
        return
    waiting = destruction.items.filter(destroyed_at__isnull=True, spared_at__isnull=True).order_by("folder__code")
    for item in waiting:
        with transaction.atomic():
            _destroy(actor, item.pk, now)
        done(1)
    with transaction.atomic():
        destruction = Destruction.objects.select_for_update().get(code=code)
        if destruction.state == DestructionState.DECIDED:
            _certify(actor, destruction, now)


def _destroy(actor: Actor, item_id: int, now: datetime) -> None:
    item = DestructionItem.objects.select_related("folder__term").get(pk=item_id)
    term = locked_term(item.folder.term.code)  # whoever sets a hold waits here, or we see it
    item.refresh_from_db(fields=["destroyed_at", "spared_at"])
    if item.destroyed_at or item.spared_at:
        return
    if why := _spared(term, item):
        item.spared_at, item.spared_why = now, why[:200]
        item.save(update_fields=["spared_at", "spared_why"])
        _record(actor, "office.folder_spared", item.destruction, folder=term.folder.code, why=item.spared_why)
        return
    empty_folder(term, actor=actor, ground=f"destruction:{item.destruction.code}", now=now)
    term.folder.state = FolderState.DESTROYED.value
    term.folder.save(update_fields=["state"])
    item.destroyed_at = now
    item.save(update_fields=["destroyed_at"])
    vouch(actor, "office.folder_destroyed", term, destruction=item.destruction.code)


def _spared(term: FolderTerm, item: DestructionItem) -> str:
    if held := find_hold(term.folder):
        return _("It is held: %(why)s") % {"why": held}
    if contents_digest(term.folder) != item.contents:
        return _("It is not what the committee decided about.")
    return ""


def _certify(actor: Actor, destruction: Destruction, now: datetime) -> None:
    items = destruction.items.select_related("folder").order_by("folder__code")
    destruction.certificate = {
        "format": "gapura-destruction-certificate/1",
        "destruction": destruction.code,
        "minutes_sha256": digest(destruction.minutes).hex(),
        "at": now.isoformat(),
        "folders": [
            {
                "folder": one.folder.code,
                "title": one.folder.title,
                "contents": one.contents,
                "destroyed_at": one.destroyed_at.isoformat() if one.destroyed_at else None,
                "spared_because": one.spared_why,
            }
            for one in items
        ],
    }
    content = canonical_bytes(destruction.certificate)
    destruction.certificate_seal = seal_file(content, agency_code=destruction.agency_code)
    destruction.state, destruction.ended_at = DestructionState.DONE.value, now
    destruction.save()
    _record(actor, "office.destruction_done", destruction, folders=len(destruction.certificate["folders"]))
    publish_deeds_soon(code=destruction.code)


def _record(actor: Actor, action: str, destruction: Destruction, **detail: Any) -> None:
    record_event(actor=actor, action=action, object_ref=f"destruction:{destruction.code}", detail=detail)
