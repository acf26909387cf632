"""What this module does when accounts, posts and approvals change elsewhere."""

from gapura.foundation import clock
from gapura.kernel.appointments.actions import adopt_appointment, adopt_post, refuse_order, settle_orders_of
from gapura.kernel.appointments.actions.officials import end_powers_of_the_dead
from gapura.kernel.appointments.types import APPROVAL_KIND
from gapura.kernel.approvals.events import ApprovalDenied
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.events import (
    AppointmentEnded,
    IdentityProven,
    OfficialAppointed,
    PostCreated,
    ProofEnded,
)
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.registers.events import PersonDied

_ACTOR = system_actor("appointments")


@subscribe(PostCreated)
def adopt_new_post(event: PostCreated) -> None:
    adopt_post(actor=_ACTOR, code=event.code, now=clock.now())


@subscribe(OfficialAppointed)
def explain_appointment(event: OfficialAppointed) -> None:
    adopt_appointment(actor=_ACTOR, account_id=event.account_id, post_code=event.post_code, now=clock.now())


@subscribe(AppointmentEnded)
def follow_end(event: AppointmentEnded) -> None:
    adopt_appointment(actor=_ACTOR, account_id=event.account_id, post_code=event.post_code, now=clock.now())


@subscribe(IdentityProven)
def take_up_waiting_orders(event: IdentityProven) -> None:
    settle_orders_of(actor=_ACTOR, person_number=event.person_number, now=clock.now())


@subscribe(ProofEnded)
def note_missing_proof(event: ProofEnded) -> None:
    settle_orders_of(actor=_ACTOR, person_number=event.person_number, now=clock.now())


@subscribe(ApprovalDenied)
def follow_denial(event: ApprovalDenied) -> None:
    if event.kind == APPROVAL_KIND:
        refuse_order(actor=_ACTOR, order_id=int(event.object_ref.partition(":")[2]), now=clock.now())


@subscribe(PersonDied)
def end_powers(event: PersonDied) -> None:
    end_powers_of_the_dead(actor=_ACTOR, person_number=event.person_number, now=clock.now())
