"""Answers that may serve again while their holder is out of order, as long as the law lets them be that old."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from threading import Lock

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import EvidenceRequest, Given

_KEPT = 2_000


@cache
def _ages() -> Mapping[str, timedelta]:
    country = load(settings.GAPURA_JURISDICTION)
    declared = country.read("evidence_ages.yaml") if country.path("evidence_ages.yaml").exists() else {}
    return {code: timedelta(seconds=one["seconds"]) for code, one in declared.items()}


def find_lawful_age(evidence_type: str) -> timedelta | None:
    """How old an answer of this evidence type may be where its holder does not answer; None: it may not."""
    declared = find_evidence_type(evidence_type)
    if declared is not None and declared.must_be_current:
        return None
    return _ages().get(evidence_type)


class EarlierAnswers:
    """The last answers of one provider, in this process's memory alone: no second register grows on a disk."""

    def __init__(self, evidence_type: str) -> None:
        self._age = find_lawful_age(evidence_type)
        self._answers: OrderedDict[tuple[object, ...], tuple[datetime, Given]] = OrderedDict()
        self._lock = Lock()

    def keep(self, request: EvidenceRequest, given: Given, now: datetime) -> None:
        if self._age is None:
            return
        with self._lock:
            self._answers[_key(request)] = (now, given)
            self._answers.move_to_end(_key(request))
            if len(self._answers) > _KEPT:
                self._answers.popitem(last=False)

    def find(self, request: EvidenceRequest, now: datetime) -> Given | None:
        """The earlier answer to the same request, marked with its time, if the law lets it serve at ``now``."""
        if self._age is None or request.known_at is not None:
            return None
        with self._lock:
            given_at, given = self._answers.get(_key(request), (None, None))
        if given is None or given_at is None or now - given_at > self._age:
            return None
        return replace(given, stale_since=given_at)


def _key(request: EvidenceRequest) -> tuple[object, ...]:
    parameters = tuple(sorted(request.parameters.items()))
    ground = (request.consumer, request.legal_ground)
    return (request.subject, ground, request.as_of, request.fields, request.question, parameters, request.known_at)
