"""The surveyor of the nation: parcels side by side along streets, so that neighbors share their boundaries."""

import math
from collections.abc import Mapping
from random import Random
from typing import NamedTuple

_METERS_A_DEGREE = 111_320
_IN_A_ROW, _ROWS_ON_A_SHEET = 6, 4
_STREET = 6  # meters between two double rows
_BETWEEN_SHEETS = 40
_FIELDS_LIE_OFF = 3_000  # meters from the houses


class Plot(NamedTuple):
    """A surveyed rectangle; ``boundary`` is a GeoJSON polygon."""

    sheet: str
    area: int
    boundary: str


class _Village:
    """Where a village lies, how its streets run, and how far each kind of land is laid out."""

    def __init__(self, code: str, center: tuple[float, float], spread: float) -> None:
        random = Random(code)  # noqa: S311 - reproducible on purpose
        angle = random.uniform(-0.6, 0.6)
        self.cosine, self.sine = math.cos(angle), math.sin(angle)
        self.longitude = center[0] + random.uniform(-spread, spread)
        self.latitude = center[1] + random.uniform(-spread, spread)
        self.degrees_east = 1 / (_METERS_A_DEGREE * math.cos(math.radians(self.latitude)))
        self.degrees_north = 1 / _METERS_A_DEGREE
        self.laid_out = {"homes": 0, "fields": 0}
        self.reached = {"homes": 0.0, "fields": 0.0}  # along the present row
        self.depths: dict[str, float] = {}

    def point(self, east: float, north: float) -> str:
        """The corner at meters along and across the streets, as GeoJSON writes it."""
        longitude = self.longitude + (east * self.cosine - north * self.sine) * self.degrees_east
        latitude = self.latitude + (east * self.sine + north * self.cosine) * self.degrees_north
        return f"[{longitude:.7f},{latitude:.7f}]"


class Survey:
    """Remembers every village it was in. ``centers`` of the provinces, ``spread`` of villages in degrees."""

    def __init__(self, centers: Mapping[str, tuple[float, float]], spread: float) -> None:
        self._centers, self._spread = centers, spread
        self._villages: dict[str, _Village] = {}

    def lay_out(self, village_code: str, kind: str, width: float, depth: float) -> Plot:
        """The next parcel of a village, ``kind`` homes or fields. All of a village's rows are as deep as the first."""
        village = self._villages.get(village_code) or self._enter(village_code)
        depth = village.depths.setdefault(kind, depth)
        index = village.laid_out[kind]
        row, place = divmod(index, _IN_A_ROW)
        east = village.reached[kind] if place else 0.0
        village.laid_out[kind], village.reached[kind] = index + 1, east + width
        sheet, row_on_sheet = divmod(row, _ROWS_ON_A_SHEET)
        double_row, upper = divmod(row_on_sheet, 2)
        sheet_height = _ROWS_ON_A_SHEET * depth + 2 * _STREET + _BETWEEN_SHEETS
        north = sheet * sheet_height + double_row * (2 * depth + _STREET) + upper * depth
        north += _FIELDS_LIE_OFF if kind == "fields" else 0
        corners = ((east, north), (east + width, north), (east + width, north + depth), (east, north + depth))
        points = [village.point(*corner) for corner in corners]
        ring = ",".join((*points, points[0]))
        letter = "T" if kind == "fields" else ""
        return Plot(
            sheet=f"{village_code}-{letter}{sheet + 1:03d}",
            area=round(width * depth),
            boundary=f'{{"type":"Polygon","coordinates":[[{ring}]]}}',
        )

    def _enter(self, code: str) -> _Village:
        village = _Village(code, self._centers[code.partition(".")[0]], self._spread)
        self._villages[code] = village
        return village
