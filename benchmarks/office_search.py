"""Searching official documents as one who may read few of them, against the search engine alone, on both databases."""

import os
import random
from collections.abc import Callable, Iterator
from itertools import islice

from benchmarks.harness import Result, percentile, rounded, start_django, time_each
from tools import postgres

NAME = "office-search"
DOCUMENTS = int(os.environ.get("OFFICE_SEARCH_DOCUMENTS", "60000"))
UNITS = 40
WORDS = 12_000
WORDS_OF_A_DOCUMENT = 90
SEARCHES = 60
MOST_TIMES = 2.0
SYLLABLES = [consonant + vowel for consonant in "bdghjklmnprstwy" for vowel in "aiu"]


def run() -> list[Result]:
    with postgres.temporary() as address:
        os.environ["GAPURA_DATABASE"] = address
        start_django()
        return list(_measure())


def _measure() -> Iterator[Result]:
    from gapura.kernel.search.engines import engine
    from gapura.kernel.search.rules import audience_word
    from gapura.sectors.office.queries.documents import list_memberships
    from gapura.sectors.office.queries.findable import FINDABLES
    from gapura.sectors.office.queries.finding import COLLECTION, find_things

    actor, vocabulary = _fill()
    draw = random.Random(7)
    texts = [
        " ".join(vocabulary[min(WORDS - 1, int(draw.paretovariate(0.7)) * 3)] for _ in range(1 + turn % 3))
        for turn in range(SEARCHES)
    ]
    everything = [audience_word(COLLECTION, f"document/unit:ministry/{unit}") for unit in range(UNITS)]
    whole = [lambda text=text: find_things(actor, text, limit=20) for text in texts]
    alone = [lambda text=text: engine().find(text.split(), everything, every=True, limit=20) for text in texts]
    if sum(bool(search()) for search in whole) < SEARCHES // 2:
        raise AssertionError("Most searches found nothing; the words are drawn wrongly.")
    ours, bare = _time_all(whole), _time_all(alone)
    ratio = rounded(percentile(ours, 95) / percentile(bare, 95))
    members = len(FINDABLES) * len(list_memberships(actor))
    yield Result(
        NAME,
        1e3 * percentile(ours, 95),
        f"ms p95, {DOCUMENTS:,} documents of {UNITS} units, {members} memberships",
        f"the engine alone over all of them, {1e3 * percentile(bare, 95):.1f} ms",
        ratio,
        f"≤ {MOST_TIMES:g} ×",
        ratio <= MOST_TIMES,
    )


def _time_all(searches: list[Callable[[], object]]) -> list[float]:
    return [seconds for search in searches for seconds in time_each(search, 3, warm_up=1)]


def _fill():
    """Documents of many units with words as languages have them: few are frequent, most are rare."""
    from gapura.sectors.office.actions.finding import index_refs
    from gapura.sectors.office.models import OfficialDocument
    from gapura.sectors.office.testing import AGENCY, STANDARDS, make_document, make_office

    office = make_office()
    first = make_document(office.analyst)
    draw = random.Random(11)
    vocabulary = list(dict.fromkeys("".join(draw.choices(SYLLABLES, k=draw.randint(2, 5))) for _ in range(WORDS * 2)))
    vocabulary = vocabulary[:WORDS]
    weights = [1 / (place + 1) for place in range(len(vocabulary))]
    _make_units(UNITS, AGENCY)
    made = (_draw_document(first, draw, vocabulary, weights, number, STANDARDS) for number in range(DOCUMENTS))
    while batch := list(islice(made, 2000)):
        OfficialDocument.objects.bulk_create(batch)
        index_refs([f"document:{document.code}" for document in batch])
    return office.analyst, vocabulary


def _make_units(many: int, agency: str) -> None:
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.identity.actions import create_unit

    for number in range(many):
        titles = dict.fromkeys(("id", "en", "ko"), f"Unit {number}")
        code = f"ministry/{number}"
        create_unit(
            actor=system_actor("benchmark"), code=code, agency_code=agency, office_code="", title=titles, parent=""
        )


def _draw_document(first, draw, vocabulary, weights, number, own_unit):
    from copy import copy

    words = draw.choices(vocabulary, weights, k=WORDS_OF_A_DOCUMENT)
    made = copy(first)
    made.pk, made.code, made._state = None, f"D{number}", type(first._state)()
    made.unit_code = own_unit if number % UNITS == 0 else f"ministry/{number % UNITS}"
    made.title, made.body = " ".join(words[:6]), " ".join(words)
    return made
