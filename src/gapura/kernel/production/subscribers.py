"""What follows when a card is at the counter or in its holder's hands, and when its holder has died."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.production.actions import end_cards_of, tell_of_move
from gapura.kernel.production.events import OrderMoved
from gapura.kernel.production.types import OrderStatus
from gapura.kernel.registers.events import PersonDied
from gapura.kernel.registers.types import Source, SourceKind

_HOUSE = system_actor("card-production")


@subscribe(OrderMoved)
def tell_holder(event: OrderMoved) -> None:
    tell_of_move(actor=_HOUSE, number=event.number, status=OrderStatus(event.status), now=clock.now())


@subscribe(PersonDied)
def end_cards_of_the_dead(event: PersonDied) -> None:
    source = Source(SourceKind.CASE, event.source)
    end_cards_of(actor=_HOUSE, holder=event.person_number, source=source, now=clock.now())
