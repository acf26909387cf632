"""What the country's ``simulation.yaml`` says a reform is measured by."""

from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.sectors.insight.types import Measure, Source


@cache
def get_measure() -> Measure:
    """The country's own."""
    return read_measure(load(settings.GAPURA_JURISDICTION).read("simulation.yaml"))


def read_measure(content: dict[str, Any]) -> Measure:
    """The file's content as a measure."""
    inputs = {
        entity: {name: _read_source(given) for name, given in inputs.items()}
        for entity, inputs in content["inputs"].items()
    }
    return Measure(
        family=content["family"],
        person=content["person"],
        earnings=tuple(content["earnings"]),
        step=content["step"],
        taxes=tuple(content["taxes"]),
        benefits=tuple(content.get("benefits", ())),
        inputs=inputs,
    )


def _read_source(given: Any) -> Source:
    if not isinstance(given, dict):
        return Source(fact=given)
    return Source(given.get("fact", ""), given.get("words", {}), given.get("divide", 1), given.get("value"))
