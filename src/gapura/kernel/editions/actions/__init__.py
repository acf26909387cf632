"""Writing a definition, proposing it, and what follows when others agree."""

from gapura.kernel.editions.actions.drafts import discard_draft, save_draft, start_draft
from gapura.kernel.editions.actions.notices import tell_of_end
from gapura.kernel.editions.actions.steps import (
    adopt_edition,
    agree_to_edition,
    propose_edition,
    propose_end,
    reopen_draft,
)

__all__ = [
    "adopt_edition",
    "agree_to_edition",
    "discard_draft",
    "propose_edition",
    "propose_end",
    "reopen_draft",
    "save_draft",
    "start_draft",
    "tell_of_end",
]
