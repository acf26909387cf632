"""An order becomes a PDF/A-3a, PDF/UA-1 file: the country's Typst template, one warm compiler a process.

The order is passed inside the main source, as a JSON string literal: text cannot become markup, and, unlike
``sys_inputs``, it leaves everything the compiler remembers of the templates valid (1.6 ms against 40).
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any, cast
from zoneinfo import ZoneInfo

import typst
from django.conf import settings

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.codes import grouped
from gapura.foundation.jurisdictions import load
from gapura.kernel.documents.sealing.qr import qr_svg
from gapura.kernel.documents.types import CannotSealDocument, DocumentOrder

_FAMILY = "Noto Sans KR"


class Typesetter:
    """A warm Typst compiler over a country's ``templates/`` and ``codelists/``."""

    def __init__(self, root: Path, font_folder: Path) -> None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(font_folder)])
        if _FAMILY not in fonts.families():
            raise CannotSealDocument(
                f"The font {_FAMILY} is not in {font_folder}, so no document can be set. "
                "Install the package justmytype-intl-cjk again."
            )
        self.root = root
        self._compiler = typst.Compiler(root=str(root), font_paths=fonts, ignore_system_fonts=True)
        self._lock = Lock()
        self.version = _fingerprint(root)

    def typeset(self, template: str, data: Mapping[str, Any], moment: int) -> bytes:
        """The PDF of ``data``, dated ``moment`` (seconds since 1970). Raises CannotSealDocument."""
        file = self.root / "templates" / f"{template}.typ"
        if not file.is_file():
            raise CannotSealDocument(
                f"The template {template}.typ is missing from {file.parent}; restore it and try again."
            )
        literal = canonical_bytes(data).decode().replace("\\", "\\\\").replace('"', '\\"')
        source = f'#import "/templates/{template}.typ": certificate\n#certificate(json(bytes("{literal}")))\n'
        try:
            with self._lock:
                pdf = self._compiler.compile(
                    source.encode(), format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=moment
                )
        except RuntimeError as error:
            raise CannotSealDocument(f"The template {template}.typ cannot be set: {error}") from error
        return cast(bytes, pdf)


def _fingerprint(root: Path) -> str:
    files = sorted(p for folder in ("templates", "codelists") for p in (root / folder).glob("*"))
    total = hashlib.sha256(version("typst").encode())
    for file in files:
        total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


@cache
def get_typesetter() -> Typesetter:
    """The process's typesetter for the country in the settings. Raises CannotSealDocument."""
    spec = importlib.util.find_spec("justmytype_intl_cjk")
    if spec is None or spec.origin is None:
        raise CannotSealDocument(
            "The package justmytype-intl-cjk with the fonts is not installed; install it and try again."
        )
    fonts = Path(spec.origin).parent / "fonts" / "ofl" / "notosanskr"
    return Typesetter(load(settings.GAPURA_JURISDICTION).root, fonts)


def verify_address(code: str) -> str:
    """Where anybody checks the document: printed, in the QR code and in the seal."""
    return f"{_verify_page()}{code}/"


def _verify_page() -> str:
    return f"{settings.GAPURA_PUBLIC_ADDRESS}/verify/"


def printed_order(order: DocumentOrder, code: str) -> dict[str, Any]:
    """What a template sees of ``order``: plain JSON, days in the country's time zone."""
    timezone = ZoneInfo(load(settings.GAPURA_JURISDICTION).timezone)
    facts: dict[str, list[Mapping[str, Any]]] = {}
    for fact in order.facts:
        facts.setdefault(fact.evidence_type, []).extend(fact.records)
    last_day = order.valid_until - timedelta(days=1) if order.valid_until else None
    return {
        "template": order.template,
        "languages": list(order.languages),
        "title": dict(order.title),
        "number": grouped(code),
        "case_number": order.case_number,
        "office_name": order.office_name,
        "signatory_title": dict(order.signatory_title),
        "legal_ground": dict(order.legal_ground),
        "facts": facts,
        "options": dict(order.options),
        "issued_on": order.issued_at.astimezone(timezone).date(),
        "valid_through": last_day,
        "address": verify_address(code),
        "qr": qr_svg(_verify_page(), code, "/"),
    }
