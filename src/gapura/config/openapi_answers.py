"""What the addresses answer: pages unless this table says otherwise."""

from typing import Any

_TEXT = {"type": "string"}
_LINES: dict[str, Any] = {"type": "array", "items": _TEXT}
_OBJECT: dict[str, Any] = {"type": "object"}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {"type": "object", "required": [*required], "properties": {**required, **optional}}


SCHEMAS: dict[str, Any] = {
    "OAuthError": _object({"error": _TEXT}, error_description=_TEXT),
    "Tokens": _object({"access_token": _TEXT, "token_type": {"const": "Bearer"}, "expires_in": {"type": "integer"}}),
    "Introspection": _object({"active": {"type": "boolean"}}),
    "Discovery": _object({"issuer": _TEXT, "jwks_uri": _TEXT, "authorization_endpoint": _TEXT}),
    "Keys": _object({"keys": {"type": "array", "items": _object({"kty": _TEXT, "kid": _TEXT}), "minItems": 1}}),
    "Pushed": _object({"request_uri": _TEXT, "expires_in": {"type": "integer"}}),
    "Person": _object({"sub": _TEXT}),
    "Linked": _object({"@context": _OBJECT}),
    "Invoice": _object(
        {"number": _TEXT, "seller_number": _TEXT, "kind": _TEXT, "state": _TEXT, "seller": _TEXT, "buyer": _TEXT},
        issued_at=_TEXT,
        received_at={"type": ["string", "null"]},
        buyer_view={"type": ["string", "null"]},
        buyer_said={"type": ["string", "null"]},
    ),
    "InvoiceFaults": _object(
        {"error": _TEXT},
        error_description=_TEXT,
        faults={"type": "array", "items": _object({"rule": _TEXT, "where": _TEXT, "asks": _TEXT, "remedy": _TEXT})},
    ),
    "Report": _object({"number": _TEXT, "state": _TEXT, "address": _TEXT}, file=_TEXT, findings={"type": "array"}),
    "ReportRefused": _object({"error": _TEXT}, fields=_OBJECT),
    "OpenAPI": _object({"openapi": _TEXT, "info": _OBJECT, "paths": _OBJECT}),
    "ScimError": _object({"schemas": _LINES, "status": _TEXT}, detail=_TEXT, scimType=_TEXT),
    "Scim": _object({"schemas": _LINES}),
}

# What no decorator says: calls between machines that answer in the words of their own standard.
METHODS: dict[str, tuple[str, ...]] = {
    "appointments:scim": ("GET", "POST"),
    "appointments:scim-one": ("GET", "PUT", "PATCH", "DELETE", "POST"),
    "federation:push": ("POST",),
    "invoicing:api-submit": ("POST",),
    "invoicing:api-invoice": ("GET",),
    "payments:callback": ("POST",),
    "federation:token": ("POST",),
    "federation:introspect": ("POST",),
    "federation:revoke": ("POST",),
}


def _form(*names: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": dict.fromkeys(names, _TEXT)}
    return {"required": False, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


_REPORT = _object({}, **{"effective-directive": _TEXT, "violated-directive": _TEXT})
_NEWER_REPORT = _object({"type": _TEXT}, body=_object({}, effectiveDirective=_TEXT))
_REPORTS: dict[str, Any] = {
    "required": False,
    "content": {
        "application/csp-report": {"schema": _object({"csp-report": _REPORT})},
        "application/reports+json": {"schema": {"type": "array", "items": _NEWER_REPORT}},
    },
}
_CLIENT = ("client_id", "client_secret")
FORMS: dict[str, dict[str, Any]] = {
    "browser-reports": _REPORTS,
    "invoicing:api-submit": {
        "required": False,
        "content": {"application/xml": {"schema": {**_TEXT, "description": "UBL 2.1, Peppol BIS Billing 3"}}},
    },
    "payments:callback": {"required": False, "content": {"application/json": {"schema": _OBJECT}}},
    "federation:push": _form(*_CLIENT, "response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge"),
    "federation:token": _form(*_CLIENT, "grant_type", "code", "redirect_uri", "code_verifier", "refresh_token"),
    "federation:introspect": _form(*_CLIENT, "token"),
    "federation:revoke": _form(*_CLIENT, "token"),
    **{
        name: {"required": False, "content": {"application/scim+json": {"schema": _OBJECT}}}
        for name in ("appointments:scim", "appointments:scim-one")
    },
}

# Content type and schema of what is no page, by status.
_HTML, _JSON, _SCIM = "text/html", "application/json", "application/scim+json"
_METRICS = "application/openmetrics-text"
_OAUTH = {"400": (_JSON, "OAuthError"), "401": (_JSON, "OAuthError")}
_SCIM_FAULTS = dict.fromkeys(
    ("400", "401", "403", "404", "405", "409", "412", "413", "428", "429", "501"), (_SCIM, "ScimError")
)
_WALLET_FAULTS = dict.fromkeys(("400", "401"), (_JSON, ""))
_ANSWERS: dict[str, dict[str, tuple[str, str]]] = {
    "federation:configuration": {"200": (_JSON, "Discovery")},
    "federation:keys": {"200": (_JSON, "Keys")},
    "federation:push": {"201": (_JSON, "Pushed"), **_OAUTH},
    "federation:token": {"200": (_JSON, "Tokens"), **_OAUTH},
    "federation:introspect": {"200": (_JSON, "Introspection"), **_OAUTH},
    "federation:revoke": {"200": (_JSON, ""), **_OAUTH},
    "federation:userinfo": {"200": (_JSON, "Person"), **_OAUTH},
    "catalogue:catalogue-jsonld": {"200": ("application/ld+json", "Linked")},
    "catalogue:service-jsonld": {"200": ("application/ld+json", "Linked")},
    "exchange:openapi": {"200": (_JSON, "OpenAPI")},
    "invoicing:api-submit": {
        "201": (_JSON, "Invoice"),
        **dict.fromkeys(("401", "404", "413", "422", "503"), (_JSON, "InvoiceFaults")),
    },
    "invoicing:api-invoice": {"200": (_JSON, "Invoice"), **dict.fromkeys(("401", "404"), (_JSON, "InvoiceFaults"))},
    "invoicing:paper": {"200": ("application/pdf", "")},
    "invoicing:xml": {"200": ("application/xml", "")},
    "invoicing:seal": {"200": ("application/pkcs7-signature", "")},
    "withholding:api-deliver": {
        **dict.fromkeys(("200", "202"), (_JSON, "Report")),
        **dict.fromkeys(("400", "401", "403"), (_JSON, "ReportRefused")),
    },
    "withholding:api-delivery": {
        "200": (_JSON, "Report"),
        **dict.fromkeys(("401", "403", "404"), (_JSON, "ReportRefused")),
    },
    "payments:callback": {"204": ("", ""), "401": ("", ""), "413": ("", "")},
    "browser-reports": {"204": ("", ""), "400": ("", ""), "413": ("", ""), "415": ("", "")},
    "openapi": {"200": (_JSON, "OpenAPI")},
    "appointments:scim": {"200": (_SCIM, "Scim"), "201": (_SCIM, "Scim"), **_SCIM_FAULTS},
    "appointments:scim-one": {"200": (_SCIM, "Scim"), "204": ("", ""), "304": ("", ""), **_SCIM_FAULTS},
    "agreements:register-jsonld": {"200": ("application/ld+json", "")},
    "operations:live": {"200": (_JSON, "")},
    "operations:ready": {"200": (_JSON, ""), "503": (_JSON, "")},
    "operations:metrics": {"200": (_METRICS, ""), "404": ("", "")},
    "portal:document-file": {"200": ("application/pdf", "")},
    "records:copy-file": {"200": ("application/zip", "")},
    "appointments:people-csv": {"200": ("text/csv", "")},
    "cases:statistics-csv": {"200": ("text/csv", "")},
    "desk:line-path": {"200": (_JSON, "")},
    "desk:line-seal": {"200": ("application/pkcs7-signature", "")},
    "desk:line-version": {"200": ("application/octet-stream", "")},
    "letters:file": {"200": ("application/pdf", "")},
    "letters:received-file": {"200": ("application/pdf", "")},
    "letters:received-note": {"200": ("application/pdf", "")},
    "office:cards-csv": {"200": ("text/csv", "")},
    "office:feed": {"200": ("text/calendar", "")},
    "office:instructions-csv": {"200": ("text/csv", "")},
    "office:archive-packet": {"200": ("application/x-tar", "")},
    "office:destruction-paper": {"200": (_JSON, "")},
    "office:autosave": dict.fromkeys(("200", "422"), (_JSON, "")),
    "office:file-page": {"200": ("image/jpeg", "")},
    "office:incoming-pdf": {"200": ("application/pdf", "")},
    "office:meeting-file": {"200": ("text/calendar", "")},
    "office:security-note": {"200": ("application/pdf", "")},
    "office:register-csv": {"200": ("text/csv", "")},
    "public-documents:csv": {"200": ("text/csv", "")},
    "public-documents:feed": {"200": ("application/atom+xml", "")},
    "public-documents:file": {"200": ("application/pdf", "")},
    "public-documents:json": {"200": (_JSON, "")},
    "tax:return-receipt": {"200": ("application/pdf", "")},
    "smart_work:csv": {"200": ("text/csv", "")},
    "cases:public-statistics-csv": {"200": ("text/csv", "")},
    "credentials:issuer": {"200": (_JSON, "")},
    "credentials:server": {"200": (_JSON, "")},
    "credentials:keys": {"200": (_JSON, "")},
    "credentials:type": {"200": (_JSON, "")},
    "credentials:status": {"200": ("application/statuslist+jwt", ""), "503": (_JSON, "")},
    "credentials:nonce": {"200": (_JSON, ""), **_WALLET_FAULTS},
    "credentials:token": {"200": (_JSON, ""), **_WALLET_FAULTS},
    "credentials:credential": {"200": (_JSON, ""), **_WALLET_FAULTS},
    "credentials:request": {"200": ("application/oauth-authz-req+jwt", ""), **_WALLET_FAULTS},
    "credentials:answer": {"200": (_JSON, ""), **_WALLET_FAULTS},
    "wallet:fetch-facts": {"200": (_JSON, ""), **_WALLET_FAULTS},
    "photos:picture": {"200": ("image/jpeg", "")},
    "desk:photo": {"200": ("image/jpeg", "")},
    "production:photo": {"200": ("image/jpeg", "")},
}
_PAGES = {
    "200": "The page, or the form with what is wrong in it",
    "302": "Done, or on to the sign-in, a confirmation, or the choice of a post",
    "400": "The request makes no sense",
    "403": "The form's token is missing or old",
    "404": "There is no such thing, or not for you: the two look the same",
    "405": "This method is not offered here",
    "409": "It cannot be done as things stand now; the page says why",
    "410": "It was used before, or its time is over",
    "413": "Too large",
    "422": "What was written cannot be taken; the page says why",
    "429": "Too many attempts",
    "503": "The database does not answer; come back in a moment",
}


def describe_answers(name: str, method: str) -> dict[str, Any]:
    """The responses of one operation, with their content and schema."""
    own = _ANSWERS.get(name, {})
    return {
        status: {"description": _PAGES.get(status, "As the standard says"), **_content(*own.get(status, (_HTML, "")))}
        for status in sorted({*_PAGES, *own})
    }


def _content(kind: str, schema: str) -> dict[str, Any]:
    if not kind:
        return {}
    described: dict[str, Any] = {"$ref": f"#/components/schemas/{schema}"} if schema else {}
    if kind == _HTML:
        described = {"type": "string"}
    return {"content": {kind: {"schema": described}}}
