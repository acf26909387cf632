"""Whether the log can be relied on now: cheap enough for a status page, unlike recomputing it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gapura.foundation.merkle import root_hash
from gapura.foundation.notes import BadNote, Checkpoint, open_checkpoint
from gapura.foundation.tiles import subtree_reader
from gapura.kernel.audit.keys import get_signer
from gapura.kernel.audit.models import AuditEvent
from gapura.kernel.audit.models import Checkpoint as SignedState
from gapura.kernel.audit.tree import find_tree_head, get_published_tree, read_tile
from gapura.kernel.audit.types import LogHealth, LogKeyMissing, LogProblem, WitnessState, WitnessView
from gapura.kernel.audit.witnesses import (
    Witness,
    count_quorum,
    find_witnessed_note,
    list_cosigned,
    list_witnesses,
    read_states,
)

# The worker signs every half minute and asks the witnesses at the same time.
LONGEST_WAIT = timedelta(minutes=10)

Problem = tuple[LogProblem, str]


def measure_health(now: datetime) -> LogHealth:
    """The log's state at ``now``; the first problem found is the gravest."""
    head, newest, witnesses = find_tree_head(), SignedState.objects.order_by("-size").first(), list_witnesses()
    said = read_states()
    states = tuple(said[one.verifier.name] for one in witnesses if one.verifier.name in said)
    size = head.size if head else 0
    problem, explanation = next(_list_problems(size, witnesses, states, now), (None, ""))
    return LogHealth(
        size=size,
        signed_at=newest.signed_at if newest else None,
        witnesses=states,
        witnesses_known=len(witnesses),
        quorum=count_quorum(witnesses),
        problem=problem,
        explanation=explanation,
    )


def _list_problems(
    size: int, witnesses: list[Witness], states: tuple[WitnessState, ...], now: datetime
) -> Iterator[Problem]:
    yield from _compare_published(size)
    for state in states:
        if state.view is WitnessView.AHEAD:
            yield LogProblem.SET_BACK, f"The witness {state.name} {state.what}: the database was set back."
        if state.view is WitnessView.CONTRADICTS:
            yield LogProblem.TWO_HISTORIES, f"The witness {state.name} {state.what}: two histories were shown."
    if witnesses and size:
        yield from _look_for_quorum(size, witnesses, now)
    oldest = AuditEvent.objects.pending().first()
    if oldest is not None and now - oldest.occurred_at > LONGEST_WAIT:
        yield LogProblem.EVENTS_WAIT, f"Events wait for a checkpoint since {oldest.occurred_at:%Y-%m-%d %H:%M}."


def _compare_published(size: int) -> Iterator[Problem]:
    """The published checkpoint lies outside the database, and is our own first witness."""
    try:
        published = get_published_tree(get_signer())
    except (BadNote, LogKeyMissing) as error:
        yield LogProblem.NOT_SIGNED_BY_US, str(error)
        return
    if published is None:
        return
    if published.size > size:
        yield LogProblem.SET_BACK, f"{published.size} entries were published, the database knows of {size}."
    elif _computed_root(published) != published.root:
        yield LogProblem.TWO_HISTORIES, f"The first {published.size} entries are not those that were published."


def _computed_root(tree: Checkpoint) -> bytes | None:
    try:
        return root_hash(tree.size, subtree_reader(read_tile))
    except LookupError:
        return None


def _look_for_quorum(size: int, witnesses: list[Witness], now: datetime) -> Iterator[Problem]:
    """There must be a young checkpoint that is ours and that enough witnesses signed."""
    quorum, note = count_quorum(witnesses), find_witnessed_note()
    cosigned = list_cosigned(note, witnesses) if note else {}
    if note is None or len(cosigned) < quorum:
        yield LogProblem.WITNESSES_SILENT, f"{len(cosigned)} of {quorum} witnesses signed a checkpoint of this log."
        return
    try:
        tree = open_checkpoint(note, get_signer().verifier)
    except BadNote as error:
        yield LogProblem.NOT_SIGNED_BY_US, f"The witnessed checkpoint: {error}"
        return
    if tree.size > size:
        yield LogProblem.SET_BACK, f"Witnesses signed for {tree.size} entries, the database knows of {size}."
    elif tree.size and _computed_root(tree) != tree.root:
        yield LogProblem.TWO_HISTORIES, f"The first {tree.size} entries are not those that witnesses signed."
    latest = sorted(cosigned.values(), reverse=True)[quorum - 1]
    if now - latest > LONGEST_WAIT:
        yield LogProblem.WITNESSES_SILENT, f"No quorum of witnesses has signed since {latest:%Y-%m-%d %H:%M}."
