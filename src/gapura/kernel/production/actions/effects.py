"""What comes of an approved application for a card, and of a report that one is lost: the same for every kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import CaseEffect, register_case_effect
from gapura.kernel.cases.types import Application, CannotCarryOut
from gapura.kernel.catalogue.queries import get_refusal
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.production.actions.keeping import RegisterKeeper
from gapura.kernel.production.actions.orders import place_order
from gapura.kernel.production.plugin import register_keeper
from gapura.kernel.production.queries import find_open_order, get_design, read_holder
from gapura.kernel.production.rules import LEFT_THE_FACTORY
from gapura.kernel.production.types import AlreadyInProduction, Delivery, Fingerprints, NewOrder


def register_cards(keeper: RegisterKeeper) -> None:
    """Let a sector's cards be ordered (effect: their kind) and reported lost (``…-loss``). From an app's ``ready``."""
    register_keeper(keeper)
    register_case_effect(CardEffect(keeper))
    register_case_effect(LossEffect(keeper))


class CardEffect(CaseEffect):
    """Earlier cards end, the new one is written down as ordered and sent to be made. Results: order, document.

    The form asks ``photo`` and ``delivery``; the evidence is that of :func:`read_holder`.
    """

    def __init__(self, keeper: RegisterKeeper) -> None:
        self.code, self._keeper = keeper.kind, keeper  # type: ignore[misc]  # one effect for each kind of card

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        under_way = find_open_order(application.subject, self._keeper.kind)
        return get_refusal("card-under-way") if under_way else None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        try:
            placed = place_order(actor=actor, order=self._order_of(application, evidence), now=now)
        except AlreadyInProduction as refusal:
            raise CannotCarryOut(get_refusal("card-under-way")) from refusal
        return {"order": placed.number}

    def _order_of(self, application: Application, evidence: Sequence[Evidence]) -> NewOrder:
        design = get_design(application.service_code)
        is_first = not self._keeper.has_ever_had(application.subject)
        return NewOrder(
            service_code=application.service_code,
            case_number=application.number,
            agency_code=application.agency_code,
            office_code=application.office_code,
            holder=read_holder(evidence, application.subject),
            applicant=application.applicant,
            photo=application.answers["photo"],
            delivery=Delivery(application.answers["delivery"]),
            asked_at=application.submitted_at,
            needs_fingerprints=design.fingerprints is Fingerprints.FIRST and is_first,
        )


class LossEffect(CaseEffect):
    """Every card of the kind in force ends in this transaction; what the post carries is made again."""

    def __init__(self, keeper: RegisterKeeper) -> None:
        self.code, self._keeper = f"{keeper.kind}-loss", keeper  # type: ignore[misc]  # one effect for each kind of card

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        under_way = find_open_order(application.subject, self._keeper.kind)
        has_left = under_way is not None and under_way.status in LEFT_THE_FACTORY
        return (
            None if has_left or self._keeper.has_standing(application.subject, now) else get_refusal("no-card-to-lose")
        )

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        ended = self._keeper.report_loss(
            actor=actor, holder=application.subject, case_number=application.number, now=now
        )
        if not ended:
            raise CannotCarryOut(get_refusal("no-card-to-lose"))
        return {"document": ", ".join(ended)}
