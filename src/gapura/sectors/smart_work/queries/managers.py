"""Who answers for an official's day elsewhere."""

from datetime import date

from gapura.kernel.approvals.queries import find_decider, find_leader_above, list_ranks
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import find_holder, get_post, list_parts_of, list_units_merged_into
from gapura.kernel.identity.types import Holder
from gapura.sectors.smart_work.country import get_rules


def find_manager(actor: Actor, *, today: date) -> Holder | None:
    """Who leads the unit of the official's post, or stands in today; never the official, whatever post they hold.

    None where nobody leads them.
    """
    leader = find_leader_above(actor.post_code or "")
    decider = leader and find_decider(leader, on=today, excluded=[actor.person_number or ""])
    return find_holder(decider, on=today) if decider else None


def list_deciders(post_code: str, approver_post: str, *, today: date) -> list[str]:
    """Codes of the posts that may agree for ``post_code``: who was asked, who stands in today, whoever leads above."""
    found = [approver_post, *_leaders_above(post_code)]
    stands_in = find_decider(approver_post, on=today) if approver_post else None
    return [*found, stands_in] if stands_in else found


def needs_no_manager(actor: Actor) -> bool:
    """Whether the country lets the official decide alone: by agency, or by the rank of the post."""
    rules = get_rules()
    if actor.agency_code in rules.pre_approved_agencies:
        return True
    return bool(actor.post_code) and get_post(actor.post_code or "").rank in rules.pre_approved_ranks


def list_led_units(actor: Actor) -> list[str]:
    """The units whose work the official answers for, by the rank of the post, and their parts."""
    rank = list_ranks().get(get_post(actor.post_code).rank) if actor.post_code and actor.unit_code else None
    return list_parts_of(list_units_merged_into(actor.unit_code)) if rank and rank.leads else []


def _leaders_above(post_code: str) -> list[str]:
    found: list[str] = []
    at = find_leader_above(post_code)
    while at is not None and at not in found:
        found.append(at)
        at = find_leader_above(at)
    return found
