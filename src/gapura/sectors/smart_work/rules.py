"""How long a way is, what a day near home saves, which visits count, and what a plan in letters shows."""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt
from statistics import fmean, quantiles

from gapura.sectors.smart_work.types import SeatDrawn, SeatKind, Travel

EARTH_KM = 6371.0088
LETTERS = {
    "D": SeatKind.DESK,
    "A": SeatKind.DESK,
    "F": SeatKind.BOOTH,
    "V": SeatKind.VIDEO_ROOM,
    "M": SeatKind.MEETING_ROOM,
}
ACCESSIBLE = "AVM"
"""Letters of places with room for a wheelchair: rooms always have it."""
_NAMES = {"D": "D", "A": "D", "F": "B", "V": "V", "M": "M"}
_ONE_STEP = "DAF"
WALL, WAY = "#", "."

Point = tuple[float, float]


def kilometers(one: Point, other: Point) -> float:
    """The great circle between two places in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = [(radians(lat), radians(lon)) for lat, lon in (one, other)]
    root = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(root))


def travel_minutes(one: Point, other: Point, travel: Travel) -> int | None:
    """One way by road at the hour of work; None where nobody goes daily."""
    road = kilometers(one, other) * travel.detour_permille / 1000
    city = min(road, travel.city_km)
    hours = city / travel.city_kmh + (road - city) / travel.road_kmh
    minutes = round(60 * hours) + travel.fixed_minutes
    return minutes if minutes <= travel.most_minutes else None


def minutes_saved(home: Point | None, office: Point | None, center: Point, travel: Travel) -> int | None:
    """There and back to the office, less there and back to the center; negative where the center is farther."""
    if home is None or office is None:
        return None
    to_office, to_center = travel_minutes(home, office, travel), travel_minutes(home, center, travel)
    if to_office is None or to_center is None:
        return None
    return 2 * (to_office - to_center)


def mean_and_middle(values: Sequence[int]) -> tuple[int, int, int]:
    """The mean, and between which values the middle half lies. For two values or more."""
    lower, _median, upper = quantiles(values, n=4, method="inclusive")
    return round(fmean(values)), round(lower), round(upper)


def read_plan(plan: str, *, first: dict[str, int]) -> list[SeatDrawn]:
    """The seats of a plan in letters. ``first`` counts names per letter, over the floors of a center.

    A desk or booth is one step; letters of a room that touch are one room, which must be a rectangle.
    Raises ValueError that says where a plan is wrong.
    """
    rows = plan.splitlines()
    seen: set[Point] = set()
    seats = []
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            if letter in (WALL, WAY, " ") or (x, y) in seen:
                continue
            if letter not in LETTERS:
                raise ValueError(f"line {y + 1}, step {x + 1}: nobody knows {letter!r}")
            width, height = (1, 1) if letter in _ONE_STEP else _extent(rows, x, y)
            block = {(x + dx, y + dy) for dx in range(width) for dy in range(height)}
            seen |= block
            name = _NAMES[letter]
            first[name] = first.get(name, 0) + 1
            code = f"{name}{first[name]:02}"
            seats.append(SeatDrawn(code, LETTERS[letter], x, y, width, height, letter in ACCESSIBLE))
    return seats


def _extent(rows: Sequence[str], x: int, y: int) -> tuple[int, int]:
    letter = rows[y][x]
    width = next((step for step in range(1, len(rows[y]) - x) if rows[y][x + step] != letter), len(rows[y]) - x)
    height = 1
    while y + height < len(rows) and rows[y + height][x : x + width] == letter * width:
        height += 1
    if y + height < len(rows) and letter in rows[y + height][x : x + width]:
        raise ValueError(f"line {y + height + 1}: a room must be a rectangle")
    return width, height
