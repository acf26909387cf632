"""What a factory implements to make cards, what the sector implements that keeps the register of them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.production.types import CardFacts, CardVerdict, PieceOrder, StageReport
from gapura.kernel.registers.types import Source


class CardFactory(ABC):
    """One printer of the state. Any call may raise FactoryUnavailable; the same call is then repeated."""

    code: str
    title: Text

    @abstractmethod
    def order(self, piece: PieceOrder) -> None:
        """Have a piece made. The same reference is made once."""

    @abstractmethod
    def report(self, reference: str) -> Sequence[StageReport]:
        """Everything that has happened to a piece so far. Raises UnknownAtFactory."""

    @abstractmethod
    def stop(self, reference: str) -> None:
        """Do not make it any more, or destroy it. Whatever comes of it all the same is nobody's card."""


class CardKeeper(ABC):
    """The sector whose register says which cards are in force."""

    kind: ClassVar[str]

    @abstractmethod
    def begin(self, *, actor: Actor, card: CardFacts, case_number: str, now: datetime) -> None:
        """A piece is ordered: in the same transaction its holder's earlier ones end and it is written down."""

    @abstractmethod
    def knows_number(self, document_number: str) -> bool:
        """Whether the register has ever heard of the number: it is not drawn again."""

    @abstractmethod
    def make_valid(self, *, actor: Actor, document_number: str, case_number: str, now: datetime) -> None:
        """The piece is in its holder's hands: in the same transaction its entry comes into force."""

    @abstractmethod
    def cancel(self, *, actor: Actor, document_number: str, case_number: str, now: datetime) -> None:
        """The piece is waste: in the same transaction its number is worth nothing any more, whoever holds it."""

    @abstractmethod
    def judge(self, *, document_number: str, issued_on: date, today: date) -> CardVerdict:
        """Whether a card with this number, issued on that day, is in force. UNKNOWN before anybody held it."""

    @abstractmethod
    def end_all(self, *, actor: Actor, holder: str, source: Source, now: datetime) -> Sequence[str]:
        """The holder needs no card any more: those in force end in the caller's transaction. Their numbers."""


_factories: dict[str, CardFactory] = {}
_keepers: dict[str, CardKeeper] = {}


def register_factory(factory: CardFactory) -> None:
    """Let cards be made by ``factory``; the last one registered under a code stands."""
    _factories[factory.code] = factory


def find_factory(code: str) -> CardFactory | None:
    return _factories.get(code)


def register_keeper(keeper: CardKeeper) -> None:
    """Let ``keeper`` answer for its kind of card. Called once, from an app's ``ready``."""
    _keepers[keeper.kind] = keeper


def list_keepers() -> list[CardKeeper]:
    """All keepers, by kind."""
    return [_keepers[kind] for kind in sorted(_keepers)]


def get_keeper(kind: str) -> CardKeeper:
    """Raises LookupError when no sector keeps such cards."""
    return _keepers[kind]
