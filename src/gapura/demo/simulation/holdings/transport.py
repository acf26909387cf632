"""What people drive: bought when they were grown up, often on credit, with a licence or without."""

from collections import Counter
from collections.abc import Mapping
from random import Random
from string import ascii_uppercase
from typing import Any

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.figures import Weighted
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.life import YEAR, year_of
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person
from gapura.sectors.transport.types import Acquisition

MONTH = YEAR / 12
_MOTORCYCLE, _CAR = "motorcycle", "car"
_PLATES_A_SERIES = 9000  # 1000 to 9999
_TWO_LETTERS = len(ascii_uppercase) ** 2


class Traffic(Holding):
    figures_file = "transport.yaml"
    facts = {
        "transport.VehicleEntry": (
            *("chassis_number", "engine_number", "plate_number", "brand", "model", "built_year"),
            *("vehicle_class", "fuel", "vehicle_color"),
        ),
        "transport.OwnershipEntry": ("chassis_number", "owner_number", "ownership_book", "acquired_by"),
        "transport.LienEntry": ("lien_number", "chassis_number", "creditor", "secured_amount"),
        "transport.LicenceEntry": ("number", "licence_class", "licence_number"),
        "transport.OffenceEntry": ("ticket_number", "number", "offence", "penalty_points", "fine_amount", "paid_on"),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        figures = self.figures
        self._models = {
            kind: Weighted.of({place: model["weight"] for place, model in enumerate(models)})
            for kind, models in figures["models"].items()
        }
        self._offences = Weighted.of({name: one["weight"] for name, one in figures["offences"].items()})
        self._schooling: Mapping[str, str] = self.world.figures.population["schooling_group"]
        self._registered = 0
        self._plates: Counter[str] = Counter()

    def draw(self, community: Community) -> None:
        figures, today = self.figures, self.world.today
        for person, random in self.adults(community, figures["licensed_at"]):
            if person.age_at(today) > figures["drives_until"]:
                continue
            shares = {_MOTORCYCLE: figures["motorcycle"], _CAR: figures["car"][self._schooling[person.schooling]]}
            for kind, share in shares.items():
                if random.random() < share:
                    since = self._buy(person, random, kind)
                    if random.random() < figures["licensed"]:
                        self._license(person, random, kind, since)

    def _buy(self, person: Person, random: Random, kind: str) -> int:
        """A vehicle from the day the person came of age at the earliest; the day it was bought."""
        figures, today = self.figures, self.world.today
        model = figures["models"][kind][self._models[kind].draw(random)]
        of_age = self._of_age(person)
        since = max(of_age, today - int(random.random() * figures["longest_owned_years"] * YEAR))
        new = random.random() < figures["bought_new"]
        age = 0 if new else int((1 + random.random() * figures["bought_used_after_years"]) * YEAR)
        self._registered += 1
        serial = self._registered
        chassis, plate = f"MH{kind[0].upper()}{serial:014d}", self._plate(person)
        self.add(
            "transport.VehicleEntry",
            since - age,
            None,
            *(chassis, f"{model['brand'][:3].upper()}{serial:09d}", plate, model["brand"], model["model"]),
            *(year_of(since - age), kind, model["fuel"], random.choice(figures["colors"])),
        )
        acquired = Acquisition.NEW if new else Acquisition.PURCHASE
        book = f"{ascii_uppercase[serial // 10**8 % 26]}-{serial % 10**8:08d}"
        self.add("transport.OwnershipEntry", since, None, chassis, person.number, book, acquired.value)
        if new and random.random() < figures["lien"][kind]:
            self._pledge(random, kind, chassis, since, model["price"])
        return since

    def _pledge(self, random: Random, kind: str, chassis: str, since: int, price: int) -> None:
        """The credit it was bought with, until it is paid back."""
        figures = self.figures
        released = since + int(figures["lien_months"][kind] * MONTH)
        self.add(
            "transport.LienEntry",
            since,
            released if released <= self.world.today else None,
            f"W{int(chassis[3:]):08d}.AH.05.01/{year_of(since)}",
            *(chassis, random.choice(figures["creditors"]), int(price * figures["lien_share"])),
        )

    def _license(self, person: Person, random: Random, kind: str, since: int) -> None:
        """The licence of the last renewal; a lapsed one was not renewed. Who holds one may have offended."""
        figures, today = self.figures, self.world.today
        term = int(figures["licence_years"] * YEAR)
        lapsed = random.random() < figures["licence_lapsed"]
        issued = max(self._of_age(person), today - int(random.random() * term) - (term if lapsed else 0))
        self.add(
            "transport.LicenceEntry",
            issued,
            issued + term,
            *(person.number, figures["licence_class"][kind], f"{person.number[6:12]}{self._registered:08d}"),
        )
        if random.random() < figures["offends"]:
            self._offend(person, random, max(since, today - int(figures["offence_years"] * YEAR)))

    def _offend(self, person: Person, random: Random, since: int) -> None:
        today = self.world.today
        day = random.randint(since, today)
        name = self._offences.draw(random)
        offence = self.figures["offences"][name]
        paid = day + random.randint(1, 60)
        is_paid = paid <= today and random.random() < self.figures["fine_paid"]
        self.add(
            "transport.OffenceEntry",
            day,
            None,
            *(f"E-{year_of(day)}-{self._registered:08d}", person.number, name),
            *(offence["points"], offence["fine"], as_date(paid) if is_paid else None),
        )

    def _of_age(self, person: Person) -> int:
        return min(person.born + int(self.figures["licensed_at"] * YEAR) + 1, self.world.today)

    def _plate(self, person: Person) -> str:
        """The next plate of the province the person lives in."""
        area = self.figures["plates"][person.homes[-1][1].village[:2]]
        series, number = divmod(self._plates[area], _PLATES_A_SERIES)
        self._plates[area] += 1
        return f"{area} {1000 + number} {_letters(series)}"


def _letters(series: int) -> str:
    """AA, AB … ZZ, AAA …"""
    length = 2
    if series >= _TWO_LETTERS:
        series, length = series - _TWO_LETTERS, 3
    letters = ""
    for _ in range(length):
        series, letter = divmod(series, len(ascii_uppercase))
        letters = ascii_uppercase[letter] + letters
    return letters
