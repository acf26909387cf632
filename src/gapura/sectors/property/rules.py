"""What lies beside what: pure geometry on GeoJSON polygons."""

import json
from functools import lru_cache

Box = tuple[float, float, float, float]

SURROUNDINGS = 0.00012
"""How far around a parcel its map looks, in degrees: some thirteen meters, the other side of a street."""


@lru_cache(maxsize=4096)
def box(boundary: str) -> Box:
    """West, south, east and north of a GeoJSON polygon."""
    ring = json.loads(boundary)["coordinates"][0]
    longitudes, latitudes = [point[0] for point in ring], [point[1] for point in ring]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def lies_around(boundary: str, other: str) -> bool:
    """Whether the box of ``other`` reaches into the surroundings of the box of ``boundary``."""
    west, south, east, north = box(boundary)
    other_west, other_south, other_east, other_north = box(other)
    return (
        other_west <= east + SURROUNDINGS
        and other_east >= west - SURROUNDINGS
        and other_south <= north + SURROUNDINGS
        and other_north >= south - SURROUNDINGS
    )
