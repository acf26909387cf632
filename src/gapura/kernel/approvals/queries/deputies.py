"""Who decides for a post on a day: its holder, whoever stands in, or who leads above."""

from collections.abc import Collection
from datetime import date

from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.models import Absence
from gapura.kernel.approvals.queries.country import list_ranks
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import (
    find_holder,
    list_posts_named,
    list_posts_of_unit,
    list_units,
    list_units_above,
)
from gapura.kernel.identity.types import Holder, Post


def find_decider(post_code: str, *, on: date, excluded: Collection[str] = (), strategic: bool = False) -> str | None:
    """The post that decides for ``post_code`` on the day: itself, or whoever stands in, however often; None: nobody.

    Someone stands in while the holder is away, while the post is vacant, and while its holder is one of the
    ``excluded`` persons: the substitute that was named, else whoever leads the unit. In a ``strategic`` matter only
    who leads above does. Nobody decides when a post comes twice.
    """
    seen: list[str] = []
    at: str | None = post_code
    while at and at not in seen:
        seen.append(at)
        holder = find_holder(at, on=on)
        absence = find_absence(at, on=on, person=holder.person_number if holder else "")
        if holder and absence is None and holder.person_number not in excluded:
            return at
        named = absence.substitute_post if absence and not strategic else ""
        at = named or find_leader_above(at)
    return None


def find_substitute(post_code: str, on: date) -> str | None:
    """Who decides in the place of the post that day; None where it needs nobody, or where nobody can."""
    decider = find_decider(post_code, on=on)
    return None if decider == post_code else decider


def is_absent(post_code: str, on: date) -> bool:
    """Whether the holder of the post was entered as away on the day."""
    holder: Holder | None = find_holder(post_code, on=on)
    return find_absence(post_code, on=on, person=holder.person_number if holder else "") is not None


@as_house("who stands in for whom is for every agency to know that waits for a signature")
def find_absence(post_code: str, *, on: date, person: str) -> Absence | None:
    """The absence in force that day of this holder of the post (empty: of the vacant post), the newest one."""
    rows = Absence.objects.filter(
        post_code=post_code, person=person, valid_from__lte=on, valid_until__gt=on, ended_at__isnull=True
    )
    return rows.order_by("-pk").first()


def list_absences(post_code: str, *, on: date) -> list[Absence]:
    """Absences of the post that last or are to come on the day, first to begin first."""
    rows = Absence.objects.filter(post_code=post_code, valid_until__gt=on, ended_at__isnull=True)
    return list(rows.order_by("valid_from", "pk"))


def list_stood_in_for(post_code: str, *, on: date) -> list[Absence]:
    """Absences in force in which the post was named to stand in."""
    rows = Absence.objects.filter(
        substitute_post=post_code, valid_from__lte=on, valid_until__gt=on, ended_at__isnull=True
    )
    return list(rows.order_by("post_code", "pk"))


def find_leader_above(post_code: str) -> str | None:
    """Who leads the post's unit; for who leads it themselves, the next unit's leader. None at the top."""
    leaders = list_leaders_above(post_code)
    return leaders[0].code if leaders else None


def list_leaders_above(post_code: str) -> list[Post]:
    """Who leads above the post, nearest first: of each unit up to the whole office the highest-ranking leader."""
    post = list_posts_named([post_code]).get(post_code)
    if post is None or not post.unit_code:
        return []
    leaders, below = [], rank_order(post.rank)
    for unit in list_units_above(post.unit_code):
        ranked = [one for one in list_posts_of_unit(unit.code) if _leads(one) and one.code != post_code]
        leader = min(ranked, key=lambda one: (rank_order(one.rank), one.code), default=None)
        if leader is not None and rank_order(leader.rank) < below:
            leaders.append(leader)
            below = rank_order(leader.rank)
    return leaders


def list_led_posts(actor: Actor) -> list[str]:
    """The posts whose absences an official enters as their leader: of their unit, and who leads its parts, by code."""
    own = list_posts_named([actor.post_code or ""]).get(actor.post_code or "")
    if own is None or not own.unit_code or not _leads(own):
        return []
    near = [post for post in list_posts_of_unit(own.unit_code) if rank_order(post.rank) > rank_order(own.rank)]
    parts = [unit for unit in list_units(agency_code=own.agency_code) if unit.parent == own.unit_code]
    near += [post for unit in parts for post in list_posts_of_unit(unit.code) if _leads(post)]
    return sorted(post.code for post in near)


def rank_order(rank: str) -> int:
    """How far below the highest rank; what is no rank of the country comes last."""
    ranks = list_ranks()
    return ranks[rank].order if rank in ranks else len(ranks)


def _leads(post: Post) -> bool:
    rank = list_ranks().get(post.rank)
    return rank is not None and rank.leads
