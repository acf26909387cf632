"""Schools of a community, who went to them and when, the last marks, and diplomas."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, ClassVar

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.people import Person
from gapura.sectors.education.types import SchoolExit, SchoolLevel

_FIRST_NPSN = 20_000_001


@dataclass(frozen=True, slots=True)
class School:
    npsn: str
    name: str


@dataclass(frozen=True, slots=True)
class Attendance:
    """Some years at one school; ``years`` are those in which they begin, ``done`` is how they end."""

    school: School
    level: SchoolLevel
    years: range
    first_class: int
    done: SchoolExit


class Schooling(Holding):
    figures_file = "education.yaml"
    facts: ClassVar = {
        "education.SchoolEntry": ("npsn", "school_name", "school_level", "school_place"),
        "education.EnrollmentEntry": ("number", "nisn", "npsn", "expected_on", "school_exit"),
        "education.ResultEntry": ("number", "npsn", "school_year", "school_class", "school_subject", "mark"),
        "education.GraduationEntry": ("number", "nisn", "npsn", "school_name", "school_level", "diploma_number"),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._schools = self._students = self._diplomas = 0
        self._since: int = self.figures["records_since"].toordinal()
        first = date.fromordinal(self.world.today).year - self.figures["marks_of_years"]
        self._marked_years = range(first, first + self.figures["marks_of_years"])

    def draw(self, community: Community) -> None:
        schools = {level: self._found(community, level) for level in SchoolLevel}
        for person, random in self.adults(community, 6):
            attended = [one for one in self._attendances(person, schools, random) if self._ends(one) > self._since]
            if attended and self._begins(attended[0]) <= self.world.today:
                self._write(person, attended, random)

    def _found(self, community: Community, level: SchoolLevel) -> list[School]:
        """The community's schools of one level, as old as the records."""
        places, found = self.world.places, []
        district = places.place_name(community.district)
        for serial in range(1, self.figures["schools"][level] + 1):
            school = School(
                str(_FIRST_NPSN + self._schools),
                self.figures["school_names"][level].format(district=district, serial=serial),
            )
            self._schools += 1
            regency = places.place_name(community.district.rpartition(".")[0])
            self.add("education.SchoolEntry", self._since, None, school.npsn, school.name, level.value, regency)
            found.append(school)
        return found

    # A life at school

    def _attendances(
        self, person: Person, schools: dict[SchoolLevel, list[School]], random: Random
    ) -> Iterator[Attendance]:
        """From the first day of school on, whether it has come already or not."""
        figures, born = self.figures, date.fromordinal(person.born)
        year = born.year + (6 if born.month < figures["starts_by_month"] else 7)
        if person.schooling == figures["leaves_early"]:
            school = random.choice(schools[SchoolLevel.PRIMARY])
            years = range(year, year + figures["leaves_after_years"])
            yield Attendance(school, SchoolLevel.PRIMARY, years, 1, SchoolExit.LEFT)
            return
        for level in self._levels(person, random):
            years = range(year, year + figures["years"][level])
            yield from self._at(level, schools[level], years, random)
            year = years.stop

    def _levels(self, person: Person, random: Random) -> list[SchoolLevel]:
        if (known := self.figures["levels_of"].get(person.schooling)) is not None:
            return [SchoolLevel(level) for level in known]
        vocational = random.random() < self.figures["vocational_share"]
        last = SchoolLevel.VOCATIONAL if vocational else SchoolLevel.UPPER_SECONDARY
        return [*(SchoolLevel(level) for level in self.figures["finishing"]), last]

    def _at(self, level: SchoolLevel, schools: list[School], years: range, random: Random) -> Iterator[Attendance]:
        """One school, or two with a move between them where the community has another."""
        school = random.choice(schools)
        others = [other for other in schools if other is not school]
        first = self.figures["first_class"][level]
        if others and random.random() < self.figures["transfers"]:
            half = len(years) // 2
            yield Attendance(school, level, years[:half], first, SchoolExit.TRANSFERRED)
            school, years, first = random.choice(others), years[half:], first + half
        yield Attendance(school, level, years, first, SchoolExit.GRADUATED)

    # What the registers hold of it

    def _write(self, person: Person, attended: list[Attendance], random: Random) -> None:
        self._students += 1
        nisn = f"{date.fromordinal(person.born).year % 1000:03d}{self._students:07d}"
        talent = random.gauss(self.figures["marks"]["mean"], self.figures["marks"]["of_people"])
        for one in attended:
            if (begins := self._begins(one)) > self.world.today:
                break
            ends = self._ends(one)
            ended = ends <= self.world.today
            expected = date.fromordinal(self._expected(one))
            self.add(
                *("education.EnrollmentEntry", begins, ends if ended else None),
                *(person.number, nisn, one.school.npsn, expected, one.done.value if ended else ""),
            )
            self._mark(person, one, talent, random)
            if ended and one.done is SchoolExit.GRADUATED:
                self._graduate(person, nisn, one, ends)

    def _mark(self, person: Person, one: Attendance, talent: float, random: Random) -> None:
        figures = self.figures["marks"]
        for grade, year in enumerate(one.years, start=one.first_class):
            marked = self._last_day(year)
            if year not in self._marked_years or marked > self.world.today:
                continue
            for subject in self.figures["subjects"]:
                mark = min(max(int(random.gauss(talent, figures["of_subjects"])), figures["lowest"]), 100)
                facts = (person.number, one.school.npsn, f"{year}/{year + 1}", grade, subject, mark)
                self.add("education.ResultEntry", marked, None, *facts)

    def _graduate(self, person: Person, nisn: str, one: Attendance, day: int) -> None:
        self._diplomas += 1
        level = self.figures["diploma_levels"][one.level]
        diploma = self.figures["diploma"].format(level=level, year=one.years.stop, serial=self._diplomas)
        facts = (person.number, nisn, one.school.npsn, one.school.name, one.level.value, diploma)
        self.add("education.GraduationEntry", day, None, *facts)

    # Days

    def _begins(self, one: Attendance) -> int:
        return date(one.years.start, *self.figures["year_begins"]).toordinal()

    def _ends(self, one: Attendance) -> int:
        return self._last_day(one.years[-1])

    def _expected(self, one: Attendance) -> int:
        """When the whole level is over, wherever it is finished."""
        passed = one.first_class - self.figures["first_class"][one.level]
        return self._last_day(one.years.start - passed + self.figures["years"][one.level] - 1)

    def _last_day(self, year: int) -> int:
        """The last day of the school year that begins in ``year``."""
        return date(year + 1, *self.figures["year_ends"]).toordinal()
