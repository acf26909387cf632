"""Answering what was logged: only after the commit, other nodes at once, failures logged."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from time import perf_counter

from django.db import connection
from django.utils.translation import get_language, override

from gapura.foundation.isolation import as_house
from gapura.foundation.telemetry import measured
from gapura.kernel.exchange.models import AccessRecord
from gapura.kernel.exchange.plugin import find_provider
from gapura.kernel.exchange.types import (
    ANSWER_STEP_MS,
    AccessOutcome,
    Answer,
    Evidence,
    ExchangeRefusal,
    Given,
    OpenRequest,
    ProviderUnavailable,
    SharedMessage,
)

HOLDERS_AT_ONCE = 8


class LogNotCommitted(Exception):
    """An answer was wanted inside the transaction that logs the request. Commit first; nothing was read."""


def answer_requests(opened: Sequence[OpenRequest], *, held_back: bool = False) -> list[Evidence | Answer]:
    """Answers in the order asked. Other nodes are asked at once, and each of them one thing after the other.

    Raises LogNotCommitted inside a transaction, the request's own refusal (NoAgreement, FieldNotAgreed),
    or ProviderUnavailable, which is logged as failed; of several the first in the order asked. ``held_back``: the
    caller logs and asks in one transaction and gives no answer away before its commit; only for a holder whose
    caller waits at the other end of a network.
    """
    _require_committed(held_back)
    for one in opened:
        if one.refusal is not None:
            raise one.refusal
    said = _ask_at_once(opened, to_the_end=False)
    return [_answer(one, said.get(one.access_id)) for one in opened]


def answer_each(opened: Sequence[OpenRequest]) -> list[Evidence | Answer | ExchangeRefusal]:
    """As :func:`answer_requests`, and nothing that one is refused for keeps the others from being answered."""
    _require_committed(held_back=False)
    asked = [one for one in opened if one.refusal is None]
    said = _ask_at_once(asked, to_the_end=True)
    heard = {one.access_id: said.get(one.access_id) or _hear(one) for one in asked}
    _log_failures({access_id: one for access_id, one in heard.items() if access_id not in said})
    return [one.refusal or _outcome(one, heard[one.access_id]) for one in opened]


def _require_committed(held_back: bool) -> None:
    in_transaction = any(not block._from_testcase for block in connection.atomic_blocks)  # type: ignore[attr-defined]
    if in_transaction and not held_back:
        raise LogNotCommitted("Answers are given after the request's log is committed; leave the transaction first.")


def note_answer_times(answers: Sequence[Evidence | Answer]) -> None:
    """Keep with each logged request how long its answer took, in the caller's transaction.

    :func:`answer_requests` writes nothing of what was answered: that would be one commit more for every request.
    """
    times = [(one.answered_in_ms, one.access_id) for one in answers if one.answered_in_ms is not None]
    if not times:
        return
    with as_house("whoever asked, the time of the answer is logged"), connection.cursor() as cursor:
        cursor.executemany("UPDATE exchange_accessrecord SET answered_in_ms = %s WHERE access_id = %s", times)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a holder gave, or how it refused, and how long that took."""

    given: Given | ExchangeRefusal
    took_ms: int


def _ask_at_once(opened: Sequence[OpenRequest], *, to_the_end: bool) -> dict[str, _Said]:
    """What other nodes say, by access id, where there are several to wait for; failures are logged.

    Their threads have the caller's context and language, which Django keeps by thread, and no connection. In a
    transaction everything stays with its own.
    """
    if len(opened) < 2 or connection.in_atomic_block:
        return {}
    by_holder: dict[str, list[OpenRequest]] = {}
    for one in opened:
        if holder := _waits_for(one):
            by_holder.setdefault(holder, []).append(one)
    if len(by_holder) < 2:
        return {}
    with ThreadPoolExecutor(min(len(by_holder), HOLDERS_AT_ONCE), thread_name_prefix="asking") as threads:
        asked = [
            threads.submit(copy_context().run, _ask_in_turn, its, get_language(), to_the_end)
            for its in by_holder.values()
        ]
    said = {access_id: given for one in asked for access_id, given in one.result().items()}
    _log_failures(said)
    return said


def _waits_for(opened: OpenRequest) -> str:
    provider = find_provider(opened.request.evidence_type)
    return provider.waits_for(opened) if provider else ""


def _ask_in_turn(opened: Sequence[OpenRequest], language: str | None, to_the_end: bool) -> dict[str, _Said]:
    """Up to the first refusal, unless ``to_the_end``: nobody will read what comes after it."""
    said: dict[str, _Said] = {}
    with override(language):
        for one in opened:
            said[one.access_id] = _hear(one)
            if isinstance(said[one.access_id].given, ExchangeRefusal) and not to_the_end:
                break
    return said


def _answer(opened: OpenRequest, heard: _Said | None) -> Evidence | Answer:
    said = heard or _hear(opened)
    if heard is None:
        _log_failures({opened.access_id: said})
    outcome = _outcome(opened, said)
    if isinstance(outcome, ExchangeRefusal):
        raise outcome
    return outcome


def _outcome(opened: OpenRequest, said: _Said) -> Evidence | Answer | ExchangeRefusal:
    return said.given if isinstance(said.given, ExchangeRefusal) else _as_answer(opened, said.given, said.took_ms)


def _hear(opened: OpenRequest) -> _Said:
    began = perf_counter()
    given: Given | ExchangeRefusal
    try:
        given = _give(opened)
    except ExchangeRefusal as refusal:
        given = refusal
    shared = opened.prepared.seconds if isinstance(opened.prepared, SharedMessage) else 0.0
    steps = int(max(perf_counter() - began, shared) * 1000 / ANSWER_STEP_MS) + 1
    return _Said(given, steps * ANSWER_STEP_MS)


def _give(opened: OpenRequest) -> Given:
    with measured("exchange", provider=opened.provider):
        provider = find_provider(opened.request.evidence_type)
        if provider is None:
            raise ProviderUnavailable(f"Nobody answers for {opened.request.evidence_type}.")
        return provider.answer(opened)


def _log_failures(heard: Mapping[str, _Said]) -> None:
    """Those among ``heard``, by access id, that were given nothing: in one statement for all that took as long."""
    failed: dict[int, list[str]] = {}
    for access_id, said in heard.items():
        if isinstance(said.given, ExchangeRefusal):
            failed.setdefault(said.took_ms, []).append(access_id)
    for took_ms, access_ids in failed.items():
        with as_house("whoever asked, the failure is logged"):
            rows = AccessRecord.objects.filter(access_id__in=access_ids)
            rows.update(outcome=AccessOutcome.FAILED, answered_in_ms=took_ms)


def _as_answer(opened: OpenRequest, given: Given, took_ms: int) -> Evidence | Answer:
    request = opened.request
    if request.question:
        return Answer(
            evidence_type=request.evidence_type,
            question=request.question,
            subject=request.subject,
            holds=given.holds,
            provider=opened.provider,
            access_id=opened.access_id,
            stale_since=given.stale_since,
            answered_in_ms=took_ms,
        )
    return Evidence(
        evidence_type=request.evidence_type,
        subject=request.subject,
        records=tuple({name: record.get(name) for name in sorted(request.fields)} for record in given.records),
        provider=opened.provider,
        as_of=request.as_of,
        known_at=request.known_at or opened.asked_at,
        access_id=opened.access_id,
        stale_since=given.stale_since,
        answered_in_ms=took_ms,
    )
