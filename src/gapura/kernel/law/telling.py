"""An explanation together with its rule's text: which steps led to the figure."""

from typing import TYPE_CHECKING

from gapura.foundation.rules.authoring import Written
from gapura.kernel.law.showing import show
from gapura.kernel.law.wording import Known, Story, tell

if TYPE_CHECKING:
    from gapura.kernel.law.types import Explanation


def tell_explanation(explanation: "Explanation") -> Story | None:
    """How the rule reckoned it; None for data, and for sums and counts, whose parts say it all."""
    figure = explanation.figure
    written = explanation.law.law.rules[figure.name].on(explanation.law.since) if figure else None
    if figure is None or not isinstance(written, Written):
        return None
    known = {part.name: Known(part.rule_value, part.unit, part.title, part.choices) for part in explanation.all_parts}
    for used in explanation.parameters:
        known[used.name] = Known(used.version.value, used.parameter.unit, used.title)
    return tell(written.function, known, figure.unit, show)
