"""What was adopted at a desk, as files of the country's folder: to the byte."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from gapura.kernel.catalogue.definitions.catalogue import ENDINGS
from gapura.kernel.catalogue.plugin import find_edition_source
from gapura.kernel.catalogue.queries import get_catalogue

_HEAD = "# Days on which what is in force of a service ends; written by `gapura services write`.\n"


def write_definitions(folder: Path) -> list[Path]:
    """Write each adopted definition and the days on which others end; the files written, in order.

    Reading the country's folder with them in it makes the same catalogue as the editions on top of it do.
    """
    source, files = find_edition_source(), get_catalogue().files
    editions = source.list_editions() if source else ()
    known = {definition.text for definition, _entry in files.definitions}
    services = folder / "services"
    services.mkdir(parents=True, exist_ok=True)
    written = []
    for edition in editions:
        if edition.text and edition.text not in known:
            written.append(services / edition.file_name)
            written[-1].write_bytes(edition.text.encode())
    if endings := files.endings_with(editions):
        written.append(folder / ENDINGS)
        written[-1].write_text(_HEAD + _endings(endings), encoding="utf-8")
    return written


def _endings(days: Mapping[str, Sequence[date]]) -> str:
    return "".join(f"{code}: [{', '.join(map(str, days[code]))}]\n" for code in days)
