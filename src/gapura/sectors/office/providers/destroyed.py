"""What committees destroyed, for those who keep copies of the house and bring one back."""

from collections.abc import Collection, Iterator
from datetime import datetime

from gapura.kernel.audit.types import Actor
from gapura.kernel.operations.plugin import Destroyer
from gapura.kernel.operations.types import Deed, DestroyedAgain
from gapura.sectors.office.actions.destroyed_again import destroy_deed_again
from gapura.sectors.office.queries.destroyed import SOURCE, list_deeds


class CommitteeDestroyer(Destroyer):
    code = SOURCE

    def list_deeds(self, listed: Collection[str]) -> Iterator[Deed]:
        return list_deeds(listed)

    def destroy_again(self, *, actor: Actor, deed: Deed, now: datetime) -> DestroyedAgain:
        return destroy_deed_again(actor=actor, deed=deed, now=now)
