"""Everything that may be done with mandates."""

from gapura.kernel.mandates.actions.acting import begin_acting, end_acting
from gapura.kernel.mandates.actions.confirmation import confirm_mandate, use_mandate
from gapura.kernel.mandates.actions.grants import accept_mandate, end_mandate, grant_mandate

__all__ = [
    "accept_mandate",
    "begin_acting",
    "confirm_mandate",
    "end_acting",
    "end_mandate",
    "grant_mandate",
    "use_mandate",
]
