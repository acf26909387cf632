"""A person's data as a file: JSON for machines, a page for people, the schema, and a seal over the JSON."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.translation import override

from gapura.foundation.personal_data import RetentionClass
from gapura.foundation.texts import in_language
from gapura.kernel.catalogue.queries import get_agency_title
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.records.queries import get_retention
from gapura.kernel.records.queries.elsewhere import list_excepted
from gapura.kernel.records.types import Holding, Silent, ToldElsewhere

DATA, SCHEMA, PAGE, SEAL = "my-data.json", "my-data.schema.json", "my-data.html", "my-data.json.jws"
SCHEMA_FILE = Path(__file__).parent / "my-data.schema.json"


def pack_copy(
    holdings: Sequence[Holding],
    told_elsewhere: Sequence[ToldElsewhere],
    silent: Sequence[Silent],
    *,
    person_number: str,
    case_number: str,
    agency_code: str,
    language: str,
    now: datetime,
) -> bytes:
    """A zip archive of the four files. Raises CannotSealDocument."""
    rules = get_retention()
    told = {
        "person_number": person_number,
        "case_number": case_number,
        "held_by": agency_code,
        "made_at": now.isoformat(timespec="seconds"),
        "tables": [_table(holding, rules[holding.retention]) for holding in holdings],
        "elsewhere": [asdict(one) for one in told_elsewhere],
        "silent": [asdict(one) for one in silent],
        "excepted": [asdict(one) for one in list_excepted()],
    }
    data = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()
    files = {
        DATA: data,
        SCHEMA: SCHEMA_FILE.read_bytes(),
        PAGE: _page(told, agency_code, language).encode(),
        SEAL: seal_detached(data, agency_code, now),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in files.items():
            folder.writestr(name, content)
    return archive.getvalue()


def read_elsewhere(content: bytes) -> list[ToldElsewhere]:
    """What other nodes had told, from a packed copy."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [ToldElsewhere(**one) for one in json.loads(archive.read(DATA))["elsewhere"]]


def seal_detached(content: bytes, agency_code: str, now: datetime) -> bytes:
    """A JSON Web Signature (ES256, RFC 7515 appendix F) over ``content``, with the agency's certificates."""
    key = get_seal_provider().get_seal_key(agency_code, now)
    header = {"alg": "ES256", "x5c": [base64.b64encode(one).decode() for one in key.chain]}
    protected = _base64url(json.dumps(header, separators=(",", ":")).encode())
    digest = hashlib.sha256(protected + b"." + _base64url(content)).digest()
    r, s = decode_dss_signature(key.sign(digest))
    return protected + b".." + _base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def _base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _table(holding: Holding, rule: RetentionClass) -> Mapping[str, Any]:
    kept = {"class": rule.code, "then": rule.then, "years": rule.years, "days": rule.days, "law": rule.law}
    return {"table": holding.table, "title": dict(holding.title), "kept": kept, "rows": list(holding.rows)}


def _page(told: Mapping[str, Any], agency_code: str, language: str) -> str:
    tables = [
        {"title": in_language(one["title"], language), "kept": one["kept"], "rows": one["rows"]}
        for one in told["tables"]
    ]
    others = {
        part: [
            {
                "title": in_language(one["title"], language),
                "agency": in_language(get_agency_title(one["agency"]), language),
                "records": one.get("records", ()),
                "law": one.get("law", ""),
            }
            for one in told[part]
        ]
        for part in ("elsewhere", "silent", "excepted")
    }
    with override(language):
        agency = in_language(get_agency_title(agency_code), language)
        context = {"told": told, "tables": tables, "agency": agency, "language": language, **others}
        return render_to_string("records/copy.html", context)
