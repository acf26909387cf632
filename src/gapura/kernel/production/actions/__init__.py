"""Everything that may be done about cards on their way."""

from gapura.kernel.production.actions.counters import book_visit, hand_over, take_fingerprints
from gapura.kernel.production.actions.effects import register_cards
from gapura.kernel.production.actions.endings import end_cards_of, tell_of_endings
from gapura.kernel.production.actions.keeping import RegisterKeeper
from gapura.kernel.production.actions.messages import tell_of_move
from gapura.kernel.production.actions.orders import place_order, stop_order
from gapura.kernel.production.actions.pieces import give_up_piece, look_after_orders, record_reports, send_stops

__all__ = [
    "RegisterKeeper",
    "book_visit",
    "end_cards_of",
    "give_up_piece",
    "hand_over",
    "look_after_orders",
    "place_order",
    "record_reports",
    "register_cards",
    "send_stops",
    "stop_order",
    "take_fingerprints",
    "tell_of_endings",
    "tell_of_move",
]
