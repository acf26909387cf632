"""A document as a file for others: PDF/A, ODT, CommonMark, or one HTML page."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from html import escape
from io import BytesIO
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image

from gapura.foundation.clock import local_day
from gapura.foundation.texts import Text, in_language
from gapura.kernel.approvals.queries import get_path
from gapura.kernel.approvals.types import PathAct
from gapura.kernel.catalogue.queries import get_office_title
from gapura.kernel.documents.actions import seal_paper, typeset_paper
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.identity.queries import get_unit
from gapura.sectors.office.models import OfficialDocument, SecurityChange
from gapura.sectors.office.papers import PaperField, get_paper, list_papers
from gapura.sectors.office.queries.drafts import awaits_paper, find_line_of, get_pictures, list_files
from gapura.sectors.office.security import list_grounds, list_security_classes, ordinary_class
from gapura.sectors.office.text import parse, render_html
from gapura.sectors.office.text.nodes import graded
from gapura.sectors.office.types import DocumentStatus

_FULL_WIDTH_DOTS = 1_200
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left}img{max-width:100%}dt{font-weight:bold}"
)


def render_pdf(document: OfficialDocument, *, now: datetime) -> bytes:
    """The document as PDF/A-3a, PDF/UA-1: the sealed one where it is registered, else drawn now and called a draft.

    Raises CannotSealDocument when it cannot be set, or is just being set.
    """
    if document.sealed:
        return bytes(document.sealed)
    if awaits_paper(document):
        raise CannotSealDocument(_("The paper is being set and sealed. It can be fetched in a moment."))
    return typeset_paper(template="official-paper", paper=_paper(document), now=now)


def seal_document(document: OfficialDocument, *, now: datetime) -> None:
    """Set the registered document, seal it with the agency's seal, and keep it. Raises CannotSealDocument."""
    keep_paper(document, make_paper(document, now=now))


def make_paper(document: OfficialDocument, *, now: datetime) -> bytes:
    """The registered document, set and sealed. Raises CannotSealDocument."""
    pdf = typeset_paper(template="official-paper", paper=_paper(document), now=now)
    return seal_paper(
        pdf, agency_code=document.agency_code, name=_office(document), reason=f"{document.number} {document.title}"
    )


def keep_paper(document: OfficialDocument, paper: bytes) -> None:
    """The one paper of the locked document."""
    document.sealed = paper
    document.sealed_digest = hashlib.sha256(document.sealed).hexdigest()
    document.save(update_fields=["sealed", "sealed_digest"])


def render_odt(document: OfficialDocument) -> bytes:
    """The words as an ODT file."""
    from gapura.sectors.office.text.odt import write_odt  # a quarter of a second that only an export needs

    return write_odt(
        parse(document.body),
        title=document.title,
        language=document.language,
        made_at=document.changed_at,
        pictures=get_pictures(document),
    )


def render_page(document: OfficialDocument) -> str:
    """The document as one HTML page that needs nothing else: its pictures are in it."""
    pictures = get_pictures(document)

    def address(name: str) -> str | None:
        return f"data:image/jpeg;base64,{b64encode(pictures[name]).decode()}" if name in pictures else None

    facts = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in list_facts(document, document.language)
    )
    return (
        f'<!doctype html><html lang="{escape(document.language)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(document.title)}</h1><dl>{facts}</dl>{render_html(document.body, picture=address)}</html>"
    )


def list_facts(document: OfficialDocument, language: str) -> list[tuple[str, str]]:
    """The fields of the form that have a value, as label and words."""
    paper = list_papers().get(document.form)
    fields = paper.fields if paper else ()
    rows = [(in_language(field.label, language), _value(field, document.fields, language)) for field in fields]
    return [(label, "; ".join(value) if isinstance(value, list) else value) for label, value in rows if value]


def _value(field: PaperField, fields: Mapping[str, Any], language: str) -> Any:
    value = fields.get(field.name) or ""
    if field.kind == "choice":
        labels: dict[str, Text] = {one.value: one.label for one in field.choices}
        return in_language(labels[value], language) if value in labels else ""
    if field.kind == "list":
        return [str(one) for one in value] if isinstance(value, list) else []
    return _day_words(str(value), language) if field.kind == "date" and value else str(value)


def _day_words(iso: str, language: str) -> str:
    try:
        return str(format_date(date.fromisoformat(iso), format="long", locale=language))
    except ValueError:
        return iso


def _office(document: OfficialDocument) -> str:
    return in_language(get_office_title(document.agency_code, document.office_code), document.language)


def _paper(document: OfficialDocument) -> dict[str, Any]:
    form = get_paper(document.form)
    language = document.language

    def fields(place: str) -> list[dict[str, Any]]:
        rows = [
            {
                "label": in_language(field.label, language),
                "kind": field.kind,
                "value": _value(field, document.fields, language),
            }
            for field in form.fields_at(place)
        ]
        return [row for row in rows if row["value"]]

    is_registered = document.status == DocumentStatus.REGISTERED
    return {
        "language": language,
        "title": document.title,
        "form": in_language(form.title, language),
        "office": _office(document),
        "unit": in_language(get_unit(document.unit_code).title, language),
        "number": document.number,
        "day": local_day(document.registered_at, settings.TIME_ZONE).isoformat() if document.registered_at else "",
        "is_draft": not is_registered,
        "security": _class_on_paper(document.security, language),
        "head": fields("head"),
        "foot": fields("foot"),
        "words": [node.as_plain() for node in graded(parse(document.body)).children],
        "pictures": paper_pictures(document),
        "attachments": [{"name": one.name, "sha256": one.digest} for one in list_files(document) if not one.is_picture],
        "approved": _approved_by(document) if is_registered else [],
    }


def _class_on_paper(security: str, language: str) -> str:
    """What stands at the head of the first page; nothing on what is ordinary."""
    return "" if security == ordinary_class() else in_language(list_security_classes()[security].title, language)


def make_security_note(document: OfficialDocument, change: SecurityChange) -> bytes:
    """One sealed page about the change, to lie beside the sealed paper, which it names by digest.

    Raises CannotSealDocument.
    """
    classes, ground = list_security_classes(), list_grounds()[change.ground]
    with override(document.language):
        rows = [
            (_("The paper"), document.title),
            (_("Its digest (SHA-256)"), document.sealed_digest),
            (_("Class until now"), in_language(classes[change.before].title, document.language)),
            (_("Class from now on"), in_language(classes[change.after].title, document.language)),
            (_("Ground"), f"{in_language(ground.title, document.language)} ({change.law})"),
            (_("Reason"), change.reason),
        ]
        title = _("Change of the security class")
    note = {
        "title": title,
        "form": title,
        "day": local_day(change.at, settings.TIME_ZONE).isoformat(),
        "head": [{"label": label, "kind": "text", "value": value} for label, value in rows if value],
        "foot": [],
        "words": [],
        "pictures": {},
        "attachments": [],
        "approved": [change.by_label],
    }
    pdf = typeset_paper(template="official-paper", paper=_paper(document) | note, now=change.at)
    return seal_paper(
        pdf, agency_code=document.agency_code, name=_office(document), reason=f"{document.number} {title}"
    )


def paper_pictures(document: OfficialDocument) -> dict[str, Any]:
    """The pictures of the text by name, as the template of papers reads them."""
    return {name: _as_svg(content) for name, content in get_pictures(document).items()}


def _as_svg(jpeg: bytes) -> dict[str, Any]:
    """A picture inside an SVG, whose text can stand in JSON; ``share``: of the width of the page, in percent."""
    with Image.open(BytesIO(jpeg)) as picture:
        wide, high = picture.size
    address = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {wide} {high}"'
        f' width="{wide}" height="{high}"><image width="{wide}" height="{high}" xlink:href="{address}"/></svg>'
    )
    return {"svg": svg, "share": max(1, round(100 * wide / _FULL_WIDTH_DOTS))}


def _approved_by(document: OfficialDocument) -> list[str]:
    line = find_line_of(document)
    entries = get_path(line) if line else []
    return [entry.label for entry in entries if entry.act == PathAct.APPROVED]
