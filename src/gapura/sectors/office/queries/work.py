"""Who leads whom, and who answers for a post."""

from datetime import date

from django.conf import settings

from gapura.foundation.texts import in_language
from gapura.kernel.approvals.queries import list_ranks
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import (
    find_holder,
    get_post,
    list_parts_of,
    list_posts_of_unit,
    list_units,
    list_units_above,
)
from gapura.kernel.identity.types import Post, Unit, UnknownPost
from gapura.sectors.office.queries.documents import led_units, own_units

LOWEST = 1_000
"""The order of a post without a rank: below all that have one."""


def leads(actor: Actor, unit_code: str) -> bool:
    """Whether the official answers for the work of the unit: their own, or one below it."""
    return actor.kind is ActorKind.OFFICIAL and unit_code in list_parts_of(led_units(actor))


def can_instruct(actor: Actor, post: Post) -> bool:
    """Whether the post is below the official: in a part of their unit, or of a lower rank in the unit itself."""
    if post.code == actor.post_code or post.agency_code != actor.agency_code or not leads(actor, post.unit_code):
        return False
    return post.unit_code not in own_units(actor) or order_of(post) > order_of(get_post(actor.post_code or ""))


def order_of(post: Post) -> int:
    """How high the post stands; 0 is the highest."""
    rank = list_ranks().get(post.rank)
    return rank.order if rank else LOWEST


def list_units_below(actor: Actor) -> list[Unit]:
    """The units whose work the official answers for, those that have ended left out, by code."""
    codes = set(list_parts_of(led_units(actor)))
    found = list_units(agency_code=actor.agency_code or "") if codes else []
    return [unit for unit in found if unit.code in codes and unit.ended_on is None]


def list_posts_below(actor: Actor, unit_code: str) -> list[Post]:
    """The posts of a unit that the official may give instructions to, the highest first."""
    if not leads(actor, unit_code):
        return []
    posts = [post for post in list_posts_of_unit(unit_code) if can_instruct(actor, post)]
    return sorted(posts, key=lambda post: (order_of(post), post.code))


def list_colleagues(actor: Actor, unit_code: str) -> list[Post]:
    """The other posts of a unit of the official's agency, the highest first."""
    posts = [post for post in list_posts_of_unit(unit_code) if post.agency_code == actor.agency_code]
    return sorted(
        (post for post in posts if post.code != actor.post_code), key=lambda post: (order_of(post), post.code)
    )


def find_leader(post_code: str, *, on: date) -> Post | None:
    """Who answers for the post: the next higher post that leads its unit or one above, and is held on the day."""
    try:
        post = get_post(post_code)
    except UnknownPost:
        return None
    ranks = list_ranks()
    for unit in list_units_above(post.unit_code) if post.unit_code else ():
        heads = [
            one
            for one in list_posts_of_unit(unit.code)
            if one.rank in ranks and ranks[one.rank].leads and order_of(one) < order_of(post)
        ]
        for head in sorted(heads, key=lambda one: (-order_of(one), one.code)):
            if find_holder(head.code, on=on) is not None:
                return head
    return None


def label_of(titled: Post | Unit) -> str:
    """The title of a post or unit in the house's first language, as it is written into records."""
    return in_language(titled.title, settings.LANGUAGE_CODE)


def is_vacant(post_code: str, *, on: date) -> bool:
    return find_holder(post_code, on=on) is None


def find_vacancy(post_code: str, *, on: date) -> date | None:
    """The first day from ``on`` that the one who holds the post no longer does; None where no end is known."""
    holder = find_holder(post_code, on=on)
    return on if holder is None else holder.valid_until
