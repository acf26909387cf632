"""Posts that change hands take their open steps with them; units that merge get other leaders."""

from gapura.foundation import clock
from gapura.kernel.approvals.actions import reseat_posts
from gapura.kernel.identity.events import AppointmentEnded, OfficialAppointed, UnitsMerged
from gapura.kernel.identity.queries import list_posts_of_unit
from gapura.kernel.outbox.plugin import subscribe


@subscribe(OfficialAppointed)
def seat_new_holder(event: OfficialAppointed) -> None:
    reseat_posts([event.post_code], now=clock.now())


@subscribe(AppointmentEnded)
def follow_leaving(event: AppointmentEnded) -> None:
    reseat_posts([event.post_code], now=clock.now())


@subscribe(UnitsMerged)
def follow_merger(event: UnitsMerged) -> None:
    reseat_posts([post.code for post in list_posts_of_unit(event.successor)], now=clock.now())
