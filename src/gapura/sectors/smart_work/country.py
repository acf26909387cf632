"""What the country's ``smart_work.yaml`` says."""

from datetime import time
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.sectors.smart_work.types import Comparison, Half, HalfHours, LawfulPlace, Region, SmartWorkRules, Travel


def get_rules() -> SmartWorkRules:
    """The country's own."""
    return _read(settings.GAPURA_JURISDICTION)


@cache
def _read(country: str) -> SmartWorkRules:
    content: dict[str, Any] = load(country).read("smart_work.yaml")
    return read_rules(content)


def read_rules(content: dict[str, Any]) -> SmartWorkRules:
    """The file's content as rules."""
    halves = {
        Half(code): HalfHours(time.fromisoformat(given["begins"]), time.fromisoformat(given["ends"]), given["title"])
        for code, given in content["halves"].items()
    }
    return SmartWorkRules(
        halves=halves,
        days_ahead=content["days_ahead"],
        most_open=content["most_open"],
        near_km=content["near_km"],
        pre_approved_ranks=frozenset(content["approval"]["pre_approved_ranks"]),
        pre_approved_agencies=frozenset(content["approval"]["pre_approved_agencies"]),
        opens_minutes=content["check_in"]["opens_minutes"],
        code_minutes=content["check_in"]["code_minutes"],
        no_show_minutes=content["no_show_minutes"],
        least_minutes=content["use"]["least_minutes"],
        travel=Travel(**content["travel"]),
        comparison=Comparison(**content["comparison"]),
        fewest=content["fewest"],
        known_hours=content["remote"]["known_hours"],
        session_hours=content["remote"]["session_hours"],
        places={code: LawfulPlace(**given) for code, given in content["remote"]["places"].items()},
        contact=content["remote"]["contact"],
        head_office_region=content["head_office_region"],
        equipment=content["equipment"],
        regions={one["code"]: Region(one["code"], one["name"], tuple(one["at"])) for one in content["regions"]},
    )


def get_place(region_code: str) -> tuple[float, float] | None:
    """The middle of the region, or of the regency that it is part of; None where the country names none."""
    regions = get_rules().regions
    region = regions.get(region_code) or regions.get(region_code[:5])
    return region.at if region else None
