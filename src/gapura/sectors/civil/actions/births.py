"""Registering a birth: the child's number, its certificate, its place on the family card, in one transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.registers.actions import record_entry
from gapura.kernel.registers.types import Source
from gapura.sectors.civil.models import BirthEntry, FamilyMembership, MarriageEntry, PersonEntry, ResidenceEntry
from gapura.sectors.civil.queries import get_names
from gapura.sectors.civil.queries.numbering import get_numbering
from gapura.sectors.civil.types import BirthNotice, CannotChangeRegister, MaritalStatus, RegisteredBirth, RelationToHead

_MOST_ON_A_DAY = 9999  # serials of a district, a day and a sex


def find_notice(notices: Sequence[BirthNotice], child_order: int) -> BirthNotice:
    """The last notice of a child that came so many-th in its birth. Raises CannotChangeRegister."""
    told = [one for one in notices if one.child_order == child_order]
    if not told:
        raise CannotChangeRegister("no-birth-notice")
    notice = max(told, key=lambda one: one.born_on)
    if BirthEntry.objects.filter(notice_number=notice.number).known_at(None).exists():
        raise CannotChangeRegister("birth-registered")
    _refuse_contradiction(notice, notices)
    return notice


def register_birth(
    *,
    actor: Actor,
    applicant: str,
    notices: Sequence[BirthNotice],
    child_order: int,
    child_name: str,
    source: Source,
    today: date,
    now: datetime,
) -> RegisteredBirth:
    """Enter the child that the facility's notice tells of. One notice gives one child, whoever asks and how often.

    Raises CannotChangeRegister: no notice, registered already, told twice in a way that cannot be, no parent of it.
    """
    with transaction.atomic():
        _lock_mothers(notices)
        notice = find_notice(notices, child_order)
        father = find_husband(notice.mother, on=notice.born_on)
        if applicant not in (notice.mother, father):
            raise CannotChangeRegister("parent-unknown")
        home = _find_home(notice.mother, father, today)
        child = _enter_person(actor, notice, father, child_name, home.village_code, source, now)
        facts: dict[str, Any] = {"actor": actor, "source": source, "now": now}
        address = {name: getattr(home, name) for name in ("street", "rt", "rw", "village_code", "postal_code")}
        record_entry(entry=ResidenceEntry(number=child, valid_from=today, **address), **facts)
        family_number = _enter_on_card(child, notice.mother, father, today, facts)
        certificate = _enter_birth(child, notice, home.village_code, today, facts)
        return RegisteredBirth(child, certificate, family_number)


def find_husband(mother: str, *, on: date) -> str:
    """Who was married to her on that day: by law the father. Empty without one."""
    marriage = MarriageEntry.objects.filter(wife_number=mother).as_of(on).known_at(None).first()
    return marriage.husband_number if marriage else ""


def _lock_mothers(notices: Sequence[BirthNotice]) -> None:
    """Both parents may ask at once: whoever comes second waits here, and then sees the child."""
    mothers = sorted({one.mother for one in notices})
    list(PersonEntry.objects.select_for_update().filter(number__in=mothers).known_at(None).order_by("pk"))


def _refuse_contradiction(notice: BirthNotice, notices: Sequence[BirthNotice]) -> None:
    """No woman bears children so shortly one after the other, but twins: then it is one birth, told twice."""
    told = {one.number: one for one in notices}
    children = PersonEntry.objects.filter(mother_number=notice.mother).known_at(None)
    births = dict(
        BirthEntry.objects.filter(number__in=children.values("number"))
        .known_at(None)
        .order_by("pk")
        .values_list("number", "notice_number")
    )
    for number, born_on in children.order_by("pk").values_list("number", "birth_on"):
        apart, other = abs((notice.born_on - born_on).days), told.get(births.get(number, ""))
        is_twin = other is not None and other.child_order != notice.child_order
        if apart < get_limit("births_apart_days") and not (is_twin and apart <= get_limit("twins_apart_days")):
            raise CannotChangeRegister("birth-told-twice")


def _find_home(mother: str, father: str, today: date) -> ResidenceEntry:
    """Where the mother lives, else the father."""
    for number in (mother, father):
        home: ResidenceEntry | None = (
            ResidenceEntry.objects.filter(number=number).as_of(today).known_at(None).first() if number else None
        )
        if home:
            return home
    raise CannotChangeRegister("no-residence")


def _enter_person(
    actor: Actor,
    notice: BirthNotice,
    father: str,
    child_name: str,
    village_code: str,
    source: Source,
    now: datetime,
) -> str:
    """The child's number: the next free serial of district, day and sex. Two offices at once take turns."""
    mother = PersonEntry.objects.filter(number=notice.mother).known_at(None).order_by("-valid_from").first()
    if mother is None:
        raise CannotChangeRegister("not-registered")
    names = get_names([father], on=notice.born_on, known_at=None)
    district = ".".join(village_code.split(".")[:3])
    for serial in range(_next_serial(district, notice), _MOST_ON_A_DAY + 1):
        child = PersonEntry(
            number=load(settings.GAPURA_JURISDICTION).person_numbers.compose(
                district, notice.born_on, notice.sex, serial
            ),
            full_name=" ".join(child_name.split()),
            sex=notice.sex,
            birth_place=notice.birth_place,
            birth_on=notice.born_on,
            religion=mother.religion,
            marital_status=MaritalStatus.SINGLE,
            occupation="none",
            education="none",
            citizenship=mother.citizenship,
            father_name=names.get(father, ""),
            mother_name=mother.full_name,
            father_number=father,
            mother_number=notice.mother,
            valid_from=notice.born_on,
        )
        try:
            with transaction.atomic():
                return record_entry(actor=actor, entry=child, source=source, now=now).number
        except IntegrityError:
            continue  # taken in this moment
    raise CannotChangeRegister("numbers-used-up")


def _next_serial(district: str, notice: BirthNotice) -> int:
    first = load(settings.GAPURA_JURISDICTION).person_numbers.compose(district, notice.born_on, notice.sex, 1)
    given = PersonEntry.objects.filter(number__startswith=first[:-4])
    last = given.order_by("-number").values_list("number", flat=True).first()
    return int(last[-4:]) + 1 if last else 1


def _enter_on_card(child: str, mother: str, father: str, today: date, facts: dict[str, Any]) -> str:
    """The family card of the mother, else of the father; the child stands last on it."""
    for parent in (mother, father):
        card = FamilyMembership.objects.filter(number=parent).as_of(today).known_at(None).first() if parent else None
        if card:
            break
    else:
        raise CannotChangeRegister("no-family-card")
    on_it = FamilyMembership.objects.filter(family_number=card.family_number).known_at(None)
    last = on_it.order_by("-position").values_list("position", flat=True).first() or 0
    entry = FamilyMembership(
        number=child,
        family_number=card.family_number,
        relation_to_head=get_numbering()["family_card_relations"].get(
            card.relation_to_head, RelationToHead.OTHER.value
        ),
        position=last + 1,
        valid_from=today,
    )
    record_entry(entry=entry, **facts)
    return str(card.family_number)


def _enter_birth(child: str, notice: BirthNotice, village_code: str, today: date, facts: dict[str, Any]) -> str:
    office = ".".join(village_code.split(".")[:2])
    elder = PersonEntry.objects.filter(mother_number=notice.mother).exclude(number=child).known_at(None)
    shape = get_numbering()["birth_certificate"]
    here = BirthEntry.objects.filter(regency_code=office, registered_on=today)
    for serial in range(here.count() + 1, here.count() + _MOST_ON_A_DAY):
        entry = BirthEntry(
            certificate_number=shape.format(office=office.replace(".", ""), day=today, serial=serial),
            number=child,
            birth_order=elder.values("number").distinct().count() + 1,
            notice_number=notice.number,
            registered_on=today,
            regency_code=office,
            valid_from=notice.born_on,
        )
        try:
            with transaction.atomic():
                return record_entry(entry=entry, **facts).certificate_number
        except IntegrityError:
            find_notice([notice], notice.child_order)  # entered by somebody else in this moment: refused
            continue  # else only the certificate's number was given
    raise CannotChangeRegister("numbers-used-up")
