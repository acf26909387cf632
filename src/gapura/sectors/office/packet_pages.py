"""The pages of a packet, drawn in the house's language so that the same folder gives the same bytes."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from gapura.sectors.office.archive.packaging import Pages
from gapura.sectors.office.archive.parts import PackedDocument, PackedFolder
from gapura.sectors.office.text import render_html


def draw_pages() -> Pages:
    """What ``write_package`` asks for."""
    return Pages(_document, _folder, _readme)


def _document(document: PackedDocument) -> bytes:
    pictures = {file.name: file.path for file in document.files if file.name}
    words = next(file.content for file in document.files if file.path == "words.md").decode()
    facts = document.facts
    with override(settings.LANGUAGE_CODE):
        said = [
            (_("Number of the paper"), document.number),
            (_("Registered"), str(facts.get("registered_at") or "")[:16].replace("T", " ")),
            (_("Unit"), facts.get("unit_code", "")),
            (_("Task"), facts.get("task_code", "")),
            (_("Written by"), facts.get("drafter_label", "")),
        ]
    drawn = mark_safe(render_html(words, picture=pictures.get))  # noqa: S308  render_html lets no HTML through
    return _page("office/archive/packet_document.html", document=document, words=drawn, facts=said)


def _folder(folder: PackedFolder, documents: Iterable[tuple[str, str, str]]) -> bytes:
    with override(settings.LANGUAGE_CODE):
        said = [
            (_("Folder"), folder.code),
            (_("Year"), str(folder.facts["year"])),
            (_("Task"), folder.facts["task_code"]),
            (_("Closed on"), folder.day.isoformat()),
            (_("Kept by law"), folder.facts["term"]["law"]),
        ]
    return _page("office/archive/packet_folder.html", folder=folder, documents=documents, facts=said)


def _readme(folder: PackedFolder) -> bytes:
    return _page("office/archive/packet_readme.txt", folder=folder)


def _page(name: str, **context: Any) -> bytes:
    with override(settings.LANGUAGE_CODE):
        drawn: str = render_to_string(name, context | {"language": settings.LANGUAGE_CODE})
    return drawn.encode() + b"\n"
