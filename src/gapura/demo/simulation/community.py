"""One community through a century: people are born, marry, part, die, and others step in.

Events come in the order of days, so histories are consistent by construction.
"""

from datetime import date

from gapura.demo.simulation.households import are_close_kin, join, leave, succeed
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.people import Address, Adoption, Charge, Family, Marriage, Person, note
from gapura.demo.simulation.settlement import Settlement
from gapura.sectors.civil.types import EndReason, MaritalStatus, Sex

_FIRST_WEDDINGS = date(1914, 1, 1).toordinal()
_LAST_FOUNDING = date(1962, 1, 1).toordinal()
_TRIES = 30


class Community(Settlement):
    """Marriages, births, deaths and what follows from them."""

    def live(self, founders: int) -> None:
        """Let ``founders`` couples settle over half a century and live until today."""
        span = _LAST_FOUNDING - _FIRST_WEDDINGS
        for _ in range(founders):
            self._plan(_FIRST_WEDDINGS + int(self.random.random() * span), self._found)
        self._run()

    def welcome(self, newcomers: int) -> None:
        """Let exactly ``newcomers`` people (families of at most four) have moved in during recent years."""
        while newcomers > 0:
            size = min(newcomers, 4)
            newcomers -= size
            self._arrive(size)

    def _found(self, day: int) -> None:
        random = self.random
        groom = self._outsider(Sex.MALE, day - int(random.uniform(21, 27) * YEAR), day)
        bride = self._outsider(Sex.FEMALE, day - int(random.uniform(17, 23) * YEAR), day, groom)
        self._wed(day, groom, bride)

    def _arrive(self, size: int) -> None:
        random, today = self.random, self.world.today
        day = today - int(random.uniform(5, 7) * YEAR)
        head = self._outsider(Sex.MALE, day - int(random.uniform(23, 30) * YEAR), today)
        family = self._settle_family(head, self._address(self.district), day)
        if size > 1:
            wife = self._outsider(Sex.FEMALE, day - int(random.uniform(20, 26) * YEAR), today, head)
            self._marry(day, head, wife)
        for order in range(1, size - 1):
            born = day + int(order * random.uniform(1.4, 2.3) * YEAR)
            child = self._child(head, wife, born, alive_on=today)
            join(child, family, born)
        self._events.clear()

    # Births

    def _bear(self, day: int, marriage: Marriage, left: int) -> None:
        mother = marriage.wife
        if not left or marriage.ended is not None or mother.family is None or mother.age_at(day) > 46:
            return
        random = self.random
        child = self._child(marriage.husband, mother, day, alive_on=day)
        join(child, mother.family, day)
        self._plan(day + int((1.5 + random.expovariate(1 / 1.7)) * YEAR), self._bear, marriage, left - 1)
        self._plan(self._lives.marriage_day(random, child.sex, day), self._seek, child, 2)
        if random.random() < self._facts["leaves_home_single"]:
            self._plan(day + int(random.uniform(19, 30) * YEAR), self._leave_home, child)
        if random.random() < self._facts["adopted"]:
            self._plan(day + int(random.uniform(0.3, 3) * YEAR), self._adopt, child)

    def _adopt(self, day: int, child: Person) -> None:
        """A childless or nearly childless couple of the community takes the child in, by ruling."""
        for _ in range(_TRIES):
            family = self.random.choice(self.families)
            father, mother = family.head, family.head.spouse
            if family.ended is not None or mother is None or child.family in (None, family):
                continue
            if father.sex is Sex.MALE and 24 < mother.age_at(day) < 48 and len(mother.children) < 2:
                child.adoption = Adoption(day, father, mother)
                for parent in (father, mother):
                    parent.adopted.append(child)
                self._relocate(child, day, family)
                return

    # Marriages

    def _seek(self, day: int, person: Person, tries: int) -> None:
        """Look for a spouse: in the community first, after some years elsewhere."""
        if person.died <= day or person.spouse is not None or person.family is None:
            return
        find = self._await_groom if person.sex is Sex.FEMALE else self._find_bride
        find(day, person, tries)

    def _await_groom(self, day: int, bride: Person, tries: int) -> None:
        waiting = bride in self.brides
        if tries and not waiting:
            self.brides.append(bride)
            self._plan(day + int(2.5 * YEAR), self._seek, bride, 0)
        elif not tries and waiting:
            self.brides.remove(bride)
            born = bride.born - int(self.random.uniform(0, 7) * YEAR)
            self._wed(day, self._outsider(Sex.MALE, born, day, bride), bride)

    def _find_bride(self, day: int, groom: Person, tries: int) -> None:
        self.brides = [bride for bride in self.brides if bride.died > day]
        for bride in self.brides:
            if self._suits(groom, bride):
                self.brides.remove(bride)
                self._wed(day, groom, bride)
                return
        if tries:
            self._plan(day + int(1.2 * YEAR), self._seek, groom, tries - 1)
            return
        born = min(groom.born + int(self.random.uniform(-2, 8) * YEAR), day - int(17 * YEAR))
        self._wed(day, groom, self._outsider(Sex.FEMALE, born, day, groom))

    def _suits(self, groom: Person, bride: Person) -> bool:
        years_younger = (bride.born - groom.born) / YEAR
        return bride.religion == groom.religion and -3 < years_younger < 13 and not are_close_kin(bride, groom)

    def _wed(self, day: int, groom: Person, bride: Person) -> None:
        marriage = self._marry(day, groom, bride)
        if bride.age_at(day) < 44:
            children = self._lives.number_of_children(self.random, day)
            first = day + int((0.8 + self.random.expovariate(1 / 0.9)) * YEAR)
            self._plan(first, self._bear, marriage, children)
        self._plan(self._lives.divorce_day(self.random, day), self._divorce, marriage)

    def _marry(self, day: int, groom: Person, bride: Person) -> Marriage:
        """The groom heads the family; who is not yet a head founds one, mostly close to home."""
        home = groom.family
        if home is None or home.head is not groom:
            home = self._relocate(groom, day, address=self._first_address(groom, bride))
        marriage = Marriage(groom, bride, day, home.address)
        for person, spouse in ((groom, bride), (bride, groom)):
            person.spouse = spouse
            person.marriages.append(marriage)
            note(person.statuses, day, MaritalStatus.MARRIED)
        self._relocate(bride, day, home)
        return marriage

    def _first_address(self, groom: Person, bride: Person) -> Address:
        """Where a new couple lives: with parents, close to them, or away."""
        former = groom.family or bride.family
        if former is not None and self.random.random() < self._facts["lives_with_parents"]:
            return former.address
        start = former.address.district if former else groom.birthplace.district
        return self._address(self._destination(start, near=self.random.random() < 0.8))

    def _divorce(self, day: int, marriage: Marriage) -> None:
        """The wife leaves, mostly with the children, for her parents' house or one of her own."""
        wife, husband = marriage.wife, marriage.husband
        if marriage.ended is not None or wife.family is None:
            return
        self._end(marriage, day, EndReason.DIVORCE)
        parents = [p.family for p in (wife.father, wife.mother) if p and p.family and p.family.head is p]
        keeps = husband if self.random.random() < 0.25 else None
        if parents and self.random.random() < 0.5 and parents[0] is not wife.family:
            self._relocate(wife, day, parents[0], staying_with=keeps)
        else:
            address = self._address(self._destination(wife.family.address.district))
            self._relocate(wife, day, address=address, staying_with=keeps)
        for person in (wife, husband):
            note(person.statuses, day, MaritalStatus.DIVORCED)
            self._plan(self._lives.remarriage_day(self.random, person, day), self._seek, person, 1)

    def _end(self, marriage: Marriage, day: int, reason: EndReason) -> None:
        marriage.ended, marriage.end_reason = day, reason.value
        marriage.husband.spouse = marriage.wife.spouse = None

    # Deaths and those left behind

    def _die(self, day: int, person: Person) -> None:
        spouse = person.spouse
        if spouse is not None:
            self._end(spouse.marriages[-1], day, EndReason.DEATH)
            note(spouse.statuses, day, MaritalStatus.WIDOWED)
            self._plan(self._lives.remarriage_day(self.random, spouse, day), self._seek, spouse, 1)
        former = leave(person, day)
        for child in [*person.children, *person.adopted]:
            if self._is_minor(child, day) and not self._living_parents(child, day):
                self._appoint_guardian(child, day)
        for ward in person.wards:
            if self._is_minor(ward, day) and ward.charges and ward.charges[-1].guardian is person:
                self._appoint_guardian(ward, day)
        self._settle(former, person, day)
        if spouse is not None:
            self._join_child(spouse, day)

    def _join_child(self, person: Person, day: int) -> None:
        """Old people who are left alone may move in with a child."""
        family = person.family
        if family is None or len(family.members) > 1 or person.age_at(day) < 60:
            return
        if self.random.random() < self._facts["widowed_joins_child"]:
            for child in person.children:
                if child.family is not None and child.family.head in (child, child.spouse):
                    self._relocate(person, day, child.family)
                    return

    def _appoint_guardian(self, child: Person, day: int) -> None:
        """A court appoints a relative, some weeks later; the child lives there from now on."""
        guardian = self._find_guardian(child, day)
        majority = child.born + int(self._majority * YEAR) + 1
        if child.charges and child.charges[-1].day >= day:
            child.charges.pop()
        elif child.charges and child.charges[-1].until > day:
            child.charges[-1].until = day
        ruling = day + self.random.randint(20, 90)
        if ruling < min(majority, child.died, guardian.died):
            child.charges.append(Charge(guardian, ruling, min(majority, child.died)))
            guardian.wards.append(child)
        if guardian.family is not child.family and guardian.family is not None:
            self._relocate(child, day, guardian.family)

    def _find_guardian(self, child: Person, day: int) -> Person:
        elders = [p for parent in (child.father, child.mother) if parent for p in (parent.father, parent.mother)]
        kin = [aunt for elder in elders if elder for aunt in elder.children]
        siblings = child.mother.children if child.mother else []
        house = child.family.members if child.family else []
        for person in [*house, *elders, *kin, *siblings]:
            if person is not None and self._may_be_guardian(person, child, day):
                return person
        for _ in range(_TRIES):
            person = self.random.choice(self.families).head
            if self._may_be_guardian(person, child, day):
                return person
        stranger = self._outsider(Sex.FEMALE, day - int(45 * YEAR), day, child)
        self._settle_family(stranger, self._address(self.district), day)
        return stranger

    def _may_be_guardian(self, person: Person, child: Person, day: int) -> bool:
        return person.died > day and person.family is not None and 21 <= person.age_at(day) < 80 and person is not child

    # Families that change

    def _is_minor(self, person: Person, day: int) -> bool:
        return person.died > day and day < person.born + int(self._majority * YEAR) + 1

    def _living_parents(self, child: Person, day: int) -> list[Person]:
        parents = child.parents
        return [p for p in parents if p is not None and p.died > day and p.family is not None]

    def _relocate(
        self,
        person: Person,
        day: int,
        family: Family | None = None,
        *,
        address: Address | None = None,
        staying_with: Person | None = None,
    ) -> Family:
        """Move ``person``, with the minor children there, to ``family`` or to a new one at ``address``.

        Children who are also those of ``staying_with`` stay. What is left of the former family finds a head.
        """
        former = leave(person, day)
        company = [
            child
            for child in (former.members if former else [])
            if person in child.parents and staying_with not in child.parents and self._is_minor(child, day)
        ]
        if family is None:
            assert address is not None
            family = self._settle_family(person, address, day)
        else:
            join(person, family, day)
        for child in company:
            leave(child, day)
            join(child, family, day)
        self._settle(former, person, day)
        return family

    def _settle(self, family: Family | None, former_head: Person, day: int) -> None:
        """After somebody left: a new head where the head is gone, another house for children left alone."""
        if family is None or family.ended is not None or family.head in family.members:
            return
        if succeed(family, former_head, day, self._majority):
            return
        for child in list(family.members):
            if child.family is not family:
                continue  # went along with a brother or sister's guardian
            parents = self._living_parents(child, day)
            if parents and parents[0].family is not None:
                self._relocate_alone(child, parents[0].family, day)
            else:
                self._appoint_guardian(child, day)

    def _relocate_alone(self, child: Person, family: Family, day: int) -> None:
        leave(child, day)
        join(child, family, day)
