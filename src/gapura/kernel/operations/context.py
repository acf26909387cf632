"""What every page says while something is out of order."""

from django.http import HttpRequest

from gapura.kernel.operations.queries import find_snapshot
from gapura.kernel.operations.types import OutageStatus


def disturbances(request: HttpRequest) -> dict[str, list[dict[str, str]]]:
    """The words of running outages, for the banner; from a small file, no query."""
    outages = (find_snapshot() or {}).get("outages", [])
    return {"disturbances": [one["words"] for one in outages if one["status"] == OutageStatus.OPEN]}
