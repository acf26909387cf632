"""What every page knows about whom the session acts for."""

from django.http import HttpRequest

from gapura.foundation.texts import Text
from gapura.kernel.catalogue.queries import get_mandate_rules
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.mandates.types import ActingFor


def acting_for(request: HttpRequest) -> dict[str, ActingFor | Text | None]:
    """``acting_for`` (or None) and ``acting_as``, what the person is to the actor; no query."""
    acting: ActingFor | None = getattr(request, "acting_for", None)
    title = get_mandate_rules().kinds[Relation(acting.relation)].title if acting else None
    return {"acting_for": acting, "acting_as": title}
