"""What answers the requests of other nodes. A node knows messages; what is in them is known above."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime

from gapura.kernel.nodes.types import Fault, IncomingRequest, MessageRefused, Opening


class MessageAnswerer(ABC):
    """Answers the requests that a node received and found genuine."""

    @abstractmethod
    def open(self, request: IncomingRequest, now: datetime) -> Callable[[], bytes]:
        """Check and log ``request`` in the caller's transaction; read nothing yet.

        What is returned gives the answer (JSON); it is called in the same transaction, and the answer leaves after
        the commit. Either raises MessageRefused; raised here it undoes the log, so a refusal that must be logged is
        raised by what is returned. ``open`` is called again when what it returned failed otherwise, to log that.
        """

    def open_together(self, requests: Sequence[IncomingRequest], now: datetime) -> Sequence[Callable[[], bytes]]:
        """As :meth:`open`, for questions that came in one message; raises nothing for what one of them says.

        Refuses each, unless it is written for that.
        """
        return [refusing(MessageRefused(Fault.UNKNOWN_SERVICE, f"{one.service} is asked alone.")) for one in requests]


def refusing(refusal: MessageRefused) -> Callable[[], bytes]:
    """What :meth:`MessageAnswerer.open_together` returns for a question that it refuses without a word in its log."""

    def refuse() -> bytes:
        raise refusal

    return refuse


_answerer: MessageAnswerer | None = None
_own_answerers: dict[str, MessageAnswerer] = {}


def register_answerer(answerer: MessageAnswerer, *, service: str = "") -> None:
    """Let ``answerer`` answer requests for ``service`` and ``service.…``; without one, all that nobody else does.

    The last one registered counts.
    """
    global _answerer
    if service:
        _own_answerers[service] = answerer
    else:
        _answerer = answerer


def find_answerer(service: str = "") -> MessageAnswerer | None:
    """Who answers the service, or None."""
    own = (answerer for known, answerer in _own_answerers.items() if f"{service}.".startswith(f"{known}."))
    return next(own, _answerer)


class ContentInspector(ABC):
    """Judges content that passes a guard. ``refusals``: the codes of refusals that may be said to the asker."""

    refusals: frozenset[str] = frozenset()

    @abstractmethod
    def inspect_question(self, opening: Opening, content: bytes) -> None:
        """Raises MessageRefused unless the question asks no more than ``opening`` declares."""

    @abstractmethod
    def inspect_answer(self, service: str, question: bytes, answer: bytes) -> None:
        """Raises MessageRefused unless the answer says what was asked, and nothing else."""


_inspector: ContentInspector | None = None


def register_inspector(inspector: ContentInspector) -> None:
    """Let ``inspector`` judge what passes a guard. The last one registered does."""
    global _inspector
    _inspector = inspector


def find_inspector() -> ContentInspector | None:
    return _inspector
