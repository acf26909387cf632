"""The content of a request for evidence, as another node sends it."""

from pydantic import ValidationError

from gapura.kernel.exchange.schemas import AskedEvidence, GivenEvidence

DECLARED = (ValidationError,)


def seeds() -> list[bytes]:
    return [
        b'{"subject":"3171014508900003","as_of":"2026-05-04","case_number":"C-1","legal_ground":"UU 1",'
        b'"purpose":{"id":"uji"},"actor":"desk","fields":["full_name"]}',
        b'{"access_id":"1","records":[{"a":null}],"holds":null}',
    ]


def parse(data: bytes) -> None:
    try:
        asked = AskedEvidence.model_validate_json(data)
    except DECLARED:
        GivenEvidence.model_validate_json(data)
    else:
        asked.as_request("civil.person", "kua")
