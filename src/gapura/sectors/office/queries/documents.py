"""Documents, never beyond what an official may read."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db.models import Exists, OuterRef, Q, QuerySet

from gapura.foundation.isolation import Scope, as_house, scoped
from gapura.kernel.approvals.queries import list_ranks
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import (
    list_parts_of,
    list_posts_named,
    list_units_above,
    list_units_merged_into,
)
from gapura.kernel.identity.types import AccessDenied, Post, UnknownUnit
from gapura.kernel.worklist.types import holders_of
from gapura.sectors.office.models import DocumentReader, OfficialDocument
from gapura.sectors.office.permissions import can_edit_document, can_read_document
from gapura.sectors.office.rules import memberships
from gapura.sectors.office.security import cleared_for
from gapura.sectors.office.types import Reach


def access_document(actor: Actor, code: str) -> OfficialDocument:
    """The document, if the official may read it. Raises AccessDenied, also when there is none."""
    document = OfficialDocument.objects.filter(code=code).prefetch_related("readers").first()
    rank = rank_of(actor)
    if document is None or not can_read_document(
        actor,
        document,
        own_units=own_units(actor),
        leads=led_units(actor, rank),
        units=list_codes_above(document.unit_code),
        cleared=cleared_for(rank),
    ):
        raise AccessDenied
    return document


@contextmanager
def reading(actor: Actor, code: str) -> Iterator[OfficialDocument]:
    """The document for a page that only reads, also for whom it names in another agency: on a line, for instance.

    In the block its agency's rows can be read. Raises AccessDenied.
    """
    with as_house("whoever is named reads the document, of whichever agency"):
        document = access_document(actor, code)
    with scoped(Scope(agency=document.agency_code)):
        yield document


def access_draft(actor: Actor, code: str) -> OfficialDocument:
    """The document, if the official may write in it now. Raises AccessDenied otherwise."""
    document = access_document(actor, code)
    if not can_edit_document(actor, document):
        raise AccessDenied
    return document


def list_readable_documents(actor: Actor) -> QuerySet[OfficialDocument]:
    """All that the official may read, for a page to narrow down, order and cut.

    What those who lead read of parts of their unit is there by the parts' codes that ``led_units`` names.
    """
    if actor.kind is not ActorKind.OFFICIAL:
        return OfficialDocument.objects.none()
    rank = rank_of(actor)
    named = DocumentReader.objects.filter(
        document=OuterRef("pk"), holder__in=[holder.key for holder in holders_of(actor)]
    )
    reached = (
        Q(reach=Reach.GOVERNMENT)
        | Q(reach=Reach.AGENCY, agency_code=actor.agency_code)
        | Q(reach=Reach.OFFICE, agency_code=actor.agency_code, office_code=actor.office_code)
        | Q(reach=Reach.UNIT, unit_code__in=own_units(actor))
        | ~Q(reach=Reach.NAMED) & Q(unit_code__in=list_parts_of(led_units(actor, rank)))
    )
    return OfficialDocument.objects.filter(reached | Exists(named), security__in=cleared_for(rank))


def list_codes_above(unit_code: str) -> list[str]:
    """The unit and those above it; of a unit that this house does not know (its records were restored here), itself."""
    try:
        return [unit.code for unit in list_units_above(unit_code)]
    except UnknownUnit:
        return [unit_code]


def own_units(actor: Actor) -> list[str]:
    """The official's unit and those it took over."""
    return list_units_merged_into(actor.unit_code) if actor.unit_code else []


def rank_of(actor: Actor) -> str:
    """The rank of the official's post; empty for whoever acts in none."""
    post = list_posts_named([actor.post_code]).get(actor.post_code) if actor.post_code else None
    return post.rank if post else ""


def led_units(actor: Actor, rank: str | None = None) -> list[str]:
    """The units whose work the official answers for, by the rank of the post; their parts are not listed."""
    if not actor.unit_code or not actor.post_code:
        return []
    known = list_ranks().get(rank_of(actor) if rank is None else rank)
    return own_units(actor) if known and known.leads else []


def cleared_classes(actor: Actor) -> tuple[str, ...]:
    """The classes of secrecy that the official may read, whoever names them, by the rank of the post."""
    return cleared_for(rank_of(actor))


def list_uncleared(posts: Collection[str], security: str) -> list[Post]:
    """Which of the posts may not read documents of the class."""
    named = list_posts_named(sorted(set(posts)))
    return [post for post in named.values() if security not in cleared_for(post.rank)]


def list_memberships(actor: Actor, rank: str | None = None) -> frozenset[str]:
    """Every word of an audience that means this official; for a search index."""
    return memberships(
        post_code=actor.post_code or "",
        agency_code=actor.agency_code or "",
        office_code=actor.office_code or "",
        units=own_units(actor),
        leads=led_units(actor, rank),
    )
