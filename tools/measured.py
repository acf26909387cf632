"""Keep what a drill measured with the house, so that every copy of it can show the figure and its age."""

from collections.abc import Mapping

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.kernel.operations.promise_files import SHIPPED


def keep(promise: str, *, kept: bool, figures: Mapping[str, float | int | str], command: str) -> None:
    """Replace the shipped measurement of ``promise``; commit the file with what it measured."""
    record_measurement(SHIPPED, promise=promise, kept=kept, figures=figures, now=clock.now(), command=command)
