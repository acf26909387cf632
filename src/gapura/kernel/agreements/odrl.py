"""The register of agreements as ODRL 2.2 in JSON-LD: the one place where the standard's own names stand.

https://www.w3.org/TR/odrl-vocab/
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from gapura.kernel.agreements.queries import AgreementView
from gapura.kernel.agreements.types import Standing
from gapura.kernel.catalogue.queries import get_agency

_CONTEXT = [
    "http://www.w3.org/ns/odrl.jsonld",
    {
        "dct": "http://purl.org/dc/terms/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "schema": "https://schema.org/",
        "title": {"@id": "dct:title", "@container": "@language"},
        "purpose": {"@id": "dct:description", "@container": "@language"},
    },
]


def write_register(views: Sequence[AgreementView]) -> dict[str, Any]:
    """Every agreement; one that does not stand carries no permission."""
    address = settings.GAPURA_PUBLIC_ADDRESS
    return {
        "@context": _CONTEXT,
        "@id": f"{address}/agreements/",
        "@type": "dcat:Dataset",
        "dct:hasPart": [_agreement(view, address) for view in views],
    }


def _agreement(view: AgreementView, address: str) -> dict[str, Any]:
    agreement = view.agreement
    asset = f"{address}/exchange/{agreement.evidence_type}"
    permission = {
        "assigner": _party(view.parties.holder, address),
        "assignee": {**_party(agreement.consumer, address), "schema:member": agreement.posts},
        "target": [f"{asset}#{name}" for name in (*agreement.fields, *agreement.questions)],
        "action": "use",
    }
    return {
        "@id": f"{address}/agreements/#{agreement.code}",
        "@type": "Agreement",
        "uid": agreement.code,
        "purpose": agreement.purpose,
        "dct:source": agreement.legal_ground,
        "dct:valid": "/".join(
            day.isoformat() if day else ".." for day in (agreement.valid_from, agreement.valid_until)
        ),
        "schema:status": view.standing,
        "permission": [permission] if view.standing == Standing.IN_FORCE else [],
    }


def _party(code: str, address: str) -> dict[str, Any]:
    return {"@id": f"{address}/agencies/{code}", "title": dict(get_agency(code).title)} if code else {}
