"""What an outside system needs to ask for one evidence type: an OpenAPI 3.1 document."""

from typing import Any

from gapura.kernel.exchange.schemas import AskedEvidence
from gapura.kernel.exchange.types import EvidenceType, FieldKind
from gapura.kernel.nodes.types import BULK, MOST_QUESTIONS

_KINDS: dict[FieldKind, dict[str, Any]] = {
    FieldKind.TEXT: {"type": ["string", "null"]},
    FieldKind.DATE: {"type": ["string", "null"], "format": "date"},
    FieldKind.CODE: {"type": ["string", "null"]},
    FieldKind.NUMBER: {"type": ["integer", "null"]},
    FieldKind.BOOLEAN: {"type": ["boolean", "null"]},
    FieldKind.PERSON_NUMBER: {"type": ["string", "null"]},
}
_SIGNED = {
    "Gapura-Time": "When it was sent: ISO 8601 in UTC with milliseconds",
    "Gapura-Nonce": "16 to 64 characters never used before",
    "Gapura-Signature": "Detached JWS (ES256) over the message's signed line",
}
_REQUEST = {"X-Road-Client": "INSTANCE/CLASS/MEMBER/SUBSYSTEM that asks", "X-Road-Id": "Unique id of the message"}
_RESPONSE = {
    "X-Road-Client": "As in the request",
    "X-Road-Service": "INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE that answers",
    "X-Road-Id": "As in the request",
    "X-Road-Request-Id": "Unique id of the answer",
    "X-Road-Request-Hash": "Base64 of SHA-512 over the SHA-512 of the request's signed line and of its content",
}
_FAULTS = {
    "400": "The content or a header is not as it must be",
    "401": "The signature, its certificate or its time is refused",
    "403": "No agreement covers the request; detail is no-agreement or field-not-agreed",
    "404": "The subsystem does not answer this evidence type",
    "409": "The message was received before",
    "413": "The content is larger than 10 MiB",
    "500": "The register does not answer",
    "503": "The message log or the member registry is out of order: nothing is answered",
}
_SUBSYSTEM = "/r1/{instance}/{class}/{member}/{subsystem}"
_IN_BULK = (
    f"Ask up to {MOST_QUESTIONS} things in one message, of a subsystem that answers {BULK} by the member registry; "
    "each element on a line of its own, for its digest is that of the line. One refused keeps no other from its answer"
)


def describe_openapi(evidence_type: EvidenceType) -> dict[str, Any]:
    """The OpenAPI document of one evidence type, the same for every holder."""
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{evidence_type.title['en']} ({evidence_type.code})", "version": "r1"},
        "servers": [{"url": "https://{node}", "variables": {"node": {"default": "localhost:4443"}}}],
        "paths": {
            f"{_SUBSYSTEM}/{evidence_type.code}": {
                "post": _operation("ask", "Ask for evidence or one yes/no question", "Request", "Answer")
            },
            f"{_SUBSYSTEM}/{BULK}": {"post": _operation("askInBulk", _IN_BULK, "BulkRequest", "BulkAnswer")},
        },
        "components": {
            "schemas": {
                "Request": _request(evidence_type),
                "Answer": _answer(evidence_type),
                "BulkRequest": _in_bulk(_asked_in_bulk()),
                "BulkAnswer": _in_bulk(_answered_in_bulk()),
                "Error": _error(),
            },
            "securitySchemes": {"member": {"type": "mutualTLS"}},
        },
        "security": [{"member": []}],
    }


def _operation(name: str, summary: str, asked: str, answered: str) -> dict[str, Any]:
    path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,60}$"},
        }
        for name in ("instance", "class", "member", "subsystem")
    ]
    headers = [
        {"name": name, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
        for name, words in (_REQUEST | _SIGNED).items()
    ]
    answer_headers = {
        name: {"description": words, "schema": {"type": "string"}} for name, words in (_RESPONSE | _SIGNED).items()
    }
    error_headers = {"X-Road-Error": {"description": "X-Road's code", "schema": {"type": "string"}}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": path + headers,
        "requestBody": {"required": True, "content": _json(asked)},
        "responses": {"200": {"description": "The answer", "headers": answer_headers, "content": _json(answered)}}
        | {
            status: {"description": words, "headers": error_headers, "content": _json("Error")}
            for status, words in _FAULTS.items()
        },
    }


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _request(evidence_type: EvidenceType) -> dict[str, Any]:
    schema = AskedEvidence.model_json_schema()
    schema["properties"]["fields"]["items"] = {"enum": sorted(evidence_type.field_codes)}
    questions = [question.code for question in evidence_type.questions]
    schema["properties"]["question"] = {"enum": [*questions, None]}
    return schema


def _answer(evidence_type: EvidenceType) -> dict[str, Any]:
    fields = {one.code: {**_KINDS[one.kind], "title": one.title["en"]} for one in evidence_type.fields}
    record = {"type": "object", "properties": fields, "additionalProperties": False}
    records: dict[str, Any] = {"type": "array", "items": record}
    if not evidence_type.repeats:
        records["maxItems"] = 1
    holds = {"type": ["boolean", "null"], "description": "null: the register cannot tell"}
    return {
        "type": "object",
        "properties": {"access_id": {"type": "string"}, "records": records, "holds": holds},
        "required": ["access_id"],
        "additionalProperties": False,
    }


def _in_bulk(part: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "maxItems": MOST_QUESTIONS, "items": part}


def _asked_in_bulk() -> dict[str, Any]:
    told = {
        "id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$", "description": "Unique as X-Road-Id is"},
        "nonce": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$", "description": "Never used before"},
        "service": {"type": "string", "description": "The evidence type"},
        "content": {"$ref": "#/components/schemas/Request"},
    }
    return {"type": "object", "properties": told, "required": list(told), "additionalProperties": False}


def _answered_in_bulk() -> dict[str, Any]:
    told = {
        "id": {"type": "string", "description": "As in the question"},
        "nonce": {"type": "string"},
        "request": {"type": "string", "description": "SHA-256 (hex) of the question's line"},
        "status": {"type": "integer", "description": "As the answer to a message of its own would have"},
    }
    given = {"content": {"$ref": "#/components/schemas/Answer"}, "error": {"$ref": "#/components/schemas/Error"}}
    return {"type": "object", "properties": told | given, "required": list(told), "additionalProperties": False}


def _error() -> dict[str, Any]:
    names = ("type", "message", "detail")
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": list(names)}
