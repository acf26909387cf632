"""What one sender may take, so that no member keeps another waiting; counted in this process."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from gapura.foundation.rate_limits import Buckets, Rate
from gapura.kernel.nodes.types import TooManyMessages

ASKING_SECONDS = 10.0  # who asked this recently is taken to be asking
AHEAD_SECONDS = 0.5  # of work that a member may be ahead of its share
# Writing down a refusal costs as much as an answer: beyond this many, of all senders together, only the process's
# own log tells of them.
LOGGED_REFUSALS = Rate(20, 1.0)


class FairTime:
    """Shares the time of a process that answers one message at a time equally among the members that are asking.

    In seconds of work, not in messages: it holds on a slow machine and for costly questions too. Who asks alone may
    use all of it.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._lock = seconds, Lock()
        self._ahead: dict[str, tuple[float, float]] = {}  # by member: seconds ahead of its share, and when that was

    def require_share(self, member: str) -> None:
        """Raises TooManyMessages when ``member`` is too far ahead. Counts nothing: its name may be another's word."""
        ahead, asking = self._look(member, self._seconds())
        if ahead > AHEAD_SECONDS:
            wait = math.ceil((ahead - AHEAD_SECONDS) * asking)
            raise TooManyMessages(f"{member} has had its share of this node's time, for others are asking too.", wait)

    @contextmanager
    def taking(self, member: str) -> Iterator[None]:
        """Around the work for one message that ``member`` has signed."""
        began = self._seconds()
        try:
            yield
        finally:
            now = self._seconds()
            with self._lock:
                ahead, _ = self._look(member, began)
                self._ahead[member] = (ahead + now - began, began)

    def _look(self, member: str, now: float) -> tuple[float, int]:
        """How many seconds ahead of its share the member is, and how many are asking."""
        asking = sum(now - at < ASKING_SECONDS for other, (_, at) in list(self._ahead.items()) if other != member) + 1
        ahead, at = self._ahead.get(member, (0.0, now))
        return max(0.0, ahead - (now - at) / asking), asking


class Shares:
    """So many messages for each sender in a while."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._buckets = seconds, Buckets()

    def take(self, sender: str, share: Rate) -> None:
        """Count one message that ``sender`` has signed. Raises TooManyMessages when its share is used up."""
        if wait := self._buckets.take([(sender, share)], self._seconds()):
            raise TooManyMessages(f"{sender} has sent more than its share of messages.", math.ceil(wait))

    def may_log_refusal(self) -> bool:
        """Whether one more refusal may be written into the message log now."""
        return not self._buckets.take([("", LOGGED_REFUSALS)], self._seconds())
