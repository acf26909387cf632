"""Who may tell the register of a death."""

from datetime import date, datetime

from gapura.kernel.identity.queries import find_account_of, list_holders
from gapura.sectors.civil.models import FamilyMembership, ResidenceEntry
from gapura.sectors.civil.permissions import NEIGHBORHOOD_HEAD
from gapura.sectors.civil.queries.persons import get_owner_agency, list_parent_numbers, list_relatives


def may_report_death(reporter: str, dead: str, *, on: date, known_at: datetime | None) -> bool:
    """Family: the same card, a close relative, brother or sister. Or the head of the neighborhood of the dead."""
    if reporter == dead:
        return False
    if dead in list_relatives(reporter, on=on, known_at=known_at):
        return True
    parents = (list_parent_numbers(one, on=on, known_at=known_at) for one in (reporter, dead))
    if frozenset.intersection(*map(frozenset, parents)):
        return True
    cards = FamilyMembership.objects.filter(number__in=(reporter, dead)).as_of(on).known_at(known_at)
    if len(set(cards.values_list("family_number", flat=True))) == 1 and cards.count() == 2:
        return True
    return heads_neighborhood(reporter, dead, on=on, known_at=known_at)


def heads_neighborhood(person: str, resident: str, *, on: date, known_at: datetime | None) -> bool:
    """Whether the person holds the post of a head of neighborhood where the resident lives."""
    account = find_account_of(person)
    lives = ResidenceEntry.objects.filter(number=resident).as_of(on).known_at(known_at)
    village = lives.values_list("village_code", flat=True).first()
    if account is None or village is None:
        return False
    held = list_holders(agency_code=get_owner_agency(), on=on, account_id=account.account_id)
    return any(
        NEIGHBORHOOD_HEAD in one.post.roles and one.post.office_code == village and one.valid_from <= on for one in held
    )
