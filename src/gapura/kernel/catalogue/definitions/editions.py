"""Editions adopted at a desk, on top of the country's files: looked for now and then, judged as the files are."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from django.db import OperationalError, ProgrammingError

from gapura.kernel.catalogue.definitions.catalogue import Catalogue, CountryFiles, load_catalogue, put_in_place
from gapura.kernel.catalogue.definitions.problems import BadDefinitions
from gapura.kernel.catalogue.definitions.reading import Source, parse_typed
from gapura.kernel.catalogue.plugin import Edition, EditionSource, Judgment, find_edition_source

_log = logging.getLogger(__name__)
_next_look: dict[str, float] = {}
_looking = threading.Lock()


def look_for_editions(name: str, *, every: float) -> None:
    """Take up what was adopted since the last look; at most one look in ``every`` seconds (0: none).

    An edition begins on a later day than it is adopted, so a process may learn of it in the middle of anything.
    """
    source = find_edition_source()
    if source is None or not every or monotonic() < _next_look.get(name, 0):
        return
    if _looking.acquire(blocking=False):  # whoever comes meanwhile goes on with what is loaded
        try:
            _next_look[name] = monotonic() + every
            take_up_editions(name, source)
        except (OperationalError, ProgrammingError) as error:  # a database without the table yet, or none at all
            _log.warning("Nobody knows what was adopted at a desk; the country's files hold: %s", error)
        finally:
            _looking.release()


def take_up_editions(name: str, source: EditionSource) -> None:
    """Bring the catalogue of the country called ``name`` to what ``source`` holds now."""
    loaded, latest = load_catalogue(name), source.find_latest()
    if latest != loaded.adoption:
        put_in_place(name, _usable(loaded.files, source.list_editions(), latest))


def _usable(files: CountryFiles, editions: Sequence[Edition], adoption: int) -> Catalogue:
    """With every edition that fits the files of today. One that no longer does is left out and named in the log:
    what was in force before it goes on, and the house stands.
    """
    try:
        return files.with_editions(editions, adoption=adoption)
    except BadDefinitions as error:
        bad = {problem.file.name for problem in error.problems}
        kept = [edition for edition in editions if edition.file_name not in bad]
        if len(kept) == len(editions):
            raise
        for problem in error.problems:
            _log.error("An edition was left out of the catalogue: %s", problem)
        return _usable(files, kept, adoption)


def judge_text(files: CountryFiles, editions: Sequence[Edition], text: str) -> Judgment:
    """What the loader would say if ``text`` were adopted on top of ``editions``."""
    outline: tuple[tuple[int, str], ...] = ()
    try:
        source = parse_typed(Path("."), text)
        outline = _outline(source)
        entry = files.judged(source)
        edition = Edition("", entry.code, entry.valid_from, text)
        catalogue = files.with_editions([*(one for one in editions if one.text != text), edition])
    except BadDefinitions as error:
        return Judgment(None, tuple((problem.line, problem.message) for problem in error.problems), outline)
    made = (one for one in catalogue.services[entry.code] if one.version == source.version)
    return Judgment(next(made), (), outline)


def _outline(source: Source) -> tuple[tuple[int, str], ...]:
    parts = ((line, str(place[0])) for place, line in source.lines.items() if len(place) == 1)
    return tuple(sorted(parts))
