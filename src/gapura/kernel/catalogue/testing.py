"""Services of the country, changed: one costs something, one checks or asks more. For tests only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from django.conf import settings

from gapura.kernel.audit.types import system_actor
from gapura.kernel.catalogue.actions import adopt_declared_agreements
from gapura.kernel.catalogue.definitions import catalogue, editions
from gapura.kernel.catalogue.definitions.catalogue import read_catalogue as read_catalogue
from gapura.kernel.catalogue.queries import get_catalogue
from gapura.kernel.catalogue.types import Check, FormField, PublicService
from gapura.kernel.exchange.testing import Agreement

_stood: list[tuple[object, list[dict[str, Any]]]] = []  # the last catalogue, and the rows that its agreements make


def stand_all_agreements() -> None:
    """Every agreement that the country declares stands, as after its adoption, but for the events of that."""
    known = get_catalogue()
    if not _stood or _stood[-1][0] is not known:
        adopt_declared_agreements(actor=system_actor("test"))
        declared = Agreement.objects.filter(code__in=known.agreements).values()
        rows = [{name: each[name] for name in each if name != "id"} for each in declared]
        _stood[:] = [(known, rows)]
    else:
        Agreement.objects.bulk_create((Agreement(**row) for row in _stood[-1][1]), ignore_conflicts=True)


@contextmanager
def charging(code: str, amount: int) -> Iterator[None]:
    """The public service ``code`` costs ``amount`` inside the block, by the law that else makes it free."""
    with _changed(code, lambda one: replace(one, fee=replace(one.fee, amount=amount, rule="", inputs={}))):
        yield


@contextmanager
def checking(code: str, check: Check) -> Iterator[None]:
    """The public service ``code`` puts one more question to a register inside the block."""
    with _changed(code, lambda one: replace(one, checks=(*one.checks, check))):
        yield


@contextmanager
def asking(code: str, *fields: FormField) -> Iterator[None]:
    """The form of the public service ``code`` has further fields inside the block."""
    with _changed(code, lambda one: replace(one, fields=(*one.fields, *fields))):
        yield


@contextmanager
def changing(code: str, **changes: Any) -> Iterator[None]:
    """The public service ``code`` is defined otherwise inside the block."""
    with _changed(code, lambda one: replace(one, **changes)):
        yield


@contextmanager
def _changed(code: str, change: Callable[[PublicService], PublicService]) -> Iterator[None]:
    before = get_catalogue()
    services = dict(before.services) | {code: tuple(change(one) for one in before.services[code])}
    catalogue._loaded[settings.GAPURA_JURISDICTION] = replace(before, services=services)
    try:
        yield
    finally:
        catalogue._loaded[settings.GAPURA_JURISDICTION] = before


@contextmanager
def editions_forgotten() -> Iterator[None]:
    """Whatever is adopted at a desk inside the block, this process has forgotten afterwards."""
    before = catalogue.load_catalogue(settings.GAPURA_JURISDICTION)
    try:
        yield
    finally:
        catalogue.put_in_place(settings.GAPURA_JURISDICTION, before)


@contextmanager
def looks_timed() -> Iterator[Callable[[float], None]]:
    """The time between looks for editions passes only as told, in seconds."""
    moment = 0.0

    def move_on(seconds: float) -> None:
        nonlocal moment
        moment += seconds

    with patch.object(editions, "monotonic", lambda: moment), patch.dict(editions._next_look, clear=True):
        yield move_on
