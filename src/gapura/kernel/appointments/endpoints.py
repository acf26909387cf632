"""SCIM 2.0 (RFC 7644) for the personnel systems of agencies, at /scim/v2/."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ForbiddenException,
    InvalidSyntaxException,
    InvalidValueException,
    ListResponse,
    NotFoundException,
    NotImplementedException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    Schema,
    SCIMException,
    ServiceProviderConfig,
    UnauthorizedException,
    UniquenessException,
)

from gapura.foundation import clock
from gapura.foundation.isolation import Scope as AgencyScope
from gapura.foundation.isolation import scoped
from gapura.kernel.appointments.actions import accept_token, record_call
from gapura.kernel.appointments.collections import COLLECTIONS, LIST_ALL, SEARCH_ALL, Collection
from gapura.kernel.appointments.models import Token
from gapura.kernel.appointments.schemas import LARGEST_PAGE, PAGE_SIZE, get_provider
from gapura.kernel.appointments.types import CannotOrder, NotUnique, Scope, TooManyCalls, UnknownToken
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied

SCIM_JSON = "application/scim+json"
_WRITING = {"POST", "PUT", "PATCH", "DELETE"}


class MethodNotAllowed(SCIMException):
    """The address exists; this method does not (RFC 9110 §15.5.6)."""

    status = 405
    _default_detail = "This method is not offered here."


class TooManyRequests(SCIMException):
    """The token was used too often (RFC 6585)."""

    status = 429
    _default_detail = "Too many calls in this minute; wait for the next one."


def answer(request: HttpRequest, endpoint: str, name: str = "") -> HttpResponse:
    """One call: who calls, what is asked, the answer or the SCIM error, and the line in the audit log."""
    token: Token | None = None
    try:
        actor, token = _authenticate(request)
        with scoped(AgencyScope(agency=actor.agency_code or "")), get_provider():
            response = _dispatch(request, actor, endpoint, name)
    except Exception as error:  # every refusal leaves in SCIM's own form; anything else is raised again there
        response = _error(error)
    if token is not None:
        record_call(
            actor=actor,
            token_id=token.pk,
            method=request.method or "",
            path=request.path,
            status=response.status_code,
        )
    return response


def _authenticate(request: HttpRequest) -> tuple[Actor, Token]:
    kind, _space, value = request.headers.get("Authorization", "").partition(" ")
    if kind.casefold() != "bearer" or not value.strip():
        raise UnauthorizedException(detail="Send the token of your personnel system: Authorization: Bearer …")
    try:
        actor, token = accept_token(value=value.strip(), now=clock.now())
    except UnknownToken as error:
        raise UnauthorizedException(detail="This token is unknown, expired or ended; ask for a new one.") from error
    except TooManyCalls as error:
        raise TooManyRequests from error
    if request.method in _WRITING and token.scope != Scope.WRITE and not request.path.endswith("/.search"):
        raise ForbiddenException(detail="This token may only read.")
    return actor, token


def _dispatch(request: HttpRequest, actor: Actor, endpoint: str, name: str) -> HttpResponse:
    if discovery := _DISCOVERY.get(endpoint):
        if request.method != "GET":
            raise MethodNotAllowed
        return discovery(request, name)
    if endpoint == ".search" and not name:
        return _search(request, actor, list(COLLECTIONS.values()), SEARCH_ALL, LIST_ALL)
    if endpoint in ("Me", "Bulk"):
        raise NotImplementedException
    collection = COLLECTIONS.get(endpoint)
    if collection is None:
        raise NotFoundException
    if name == ".search":
        return _search(request, actor, [collection], collection.wanted, collection.listing)
    if name:
        return _one(request, actor, collection, _identifier(name))
    return _many(request, actor, collection)


def _many(request: HttpRequest, actor: Actor, collection: Collection) -> HttpResponse:
    if request.method == "GET":
        wanted = collection.wanted.model_validate(request.GET.dict())
        return _list(request, actor, [collection], wanted, collection.listing)
    if request.method != "POST":
        raise MethodNotAllowed
    parameters = _parameters(request, collection)
    asked = collection.model.model_validate(_body(request), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    with transaction.atomic():
        row_id = collection.create(actor, asked, clock.now())
    made = collection.read(actor, row_id, _base(request))
    return _resource(made, Context.RESOURCE_CREATION_RESPONSE, parameters, status=201)


def _one(request: HttpRequest, actor: Actor, collection: Collection, row_id: UUID) -> HttpResponse:
    parameters = _parameters(request, collection)
    if request.method == "GET":
        return _show(request, collection.read(actor, row_id, _base(request)), parameters)
    if request.method not in _WRITING - {"POST"}:
        raise MethodNotAllowed
    now = clock.now()
    with transaction.atomic():
        current = collection.read(actor, row_id, _base(request), for_update=True)
        _require_match(request, current)
        if request.method == "DELETE":
            collection.delete(actor, row_id, now)
            return HttpResponse(status=204)
        wanted, changed = _wanted(request, collection, current)
        if changed:
            collection.change(actor, row_id, wanted, now)
    patched = request.method == "PATCH"
    context = Context.RESOURCE_PATCH_RESPONSE if patched else Context.RESOURCE_REPLACEMENT_RESPONSE
    return _resource(collection.read(actor, row_id, _base(request)), context, parameters)


def _wanted(request: HttpRequest, collection: Collection, current: Any) -> tuple[Any, bool]:
    """The resource as the request would have it, and whether that differs from what it is."""
    if request.method == "PATCH":
        patch = collection.patch.model_validate(_body(request), scim_ctx=Context.RESOURCE_PATCH_REQUEST)
        wanted = current.model_copy(deep=True)
        return wanted, patch.patch(wanted)
    wanted = collection.model.model_validate(_body(request), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
    return wanted, wanted.replace(current)


def _show(request: HttpRequest, found: Any, parameters: Any) -> HttpResponse:
    if request.headers.get("If-None-Match") in ("*", found.meta.version):
        return HttpResponse(status=304, headers={"ETag": found.meta.version})
    return _resource(found, Context.RESOURCE_QUERY_RESPONSE, parameters)


def _search(request: HttpRequest, actor: Actor, collections: list[Collection], kind: Any, listing: Any) -> HttpResponse:
    if request.method != "POST":
        raise MethodNotAllowed
    wanted = kind.model_validate(_body(request), scim_ctx=Context.SEARCH_REQUEST)
    return _list(request, actor, collections, wanted, listing)


def _list(request: HttpRequest, actor: Actor, collections: list[Collection], wanted: Any, listing: Any) -> HttpResponse:
    found = [one for collection in collections for one in collection.find(actor, wanted, _base(request))]
    first = max(0, wanted.start_index_0 or 0)
    size = PAGE_SIZE if wanted.count is None else max(0, min(wanted.count, LARGEST_PAGE))
    page = wanted.sort(found)[first : first + size]
    listed = listing(total_results=len(found), start_index=first + 1, items_per_page=len(page), resources=page)
    return _json(listed.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=wanted))


def _show_config(request: HttpRequest, name: str) -> HttpResponse:
    if name:
        raise NotFoundException
    config = get_provider().config
    assert config is not None
    return _json(_located(config, "ServiceProviderConfig", f"{_base(request)}/ServiceProviderConfig"))


def _show_types(request: HttpRequest, name: str) -> HttpResponse:
    address = f"{_base(request)}/ResourceTypes"
    types = {str(one.id): _located(one, "ResourceType", f"{address}/{one.id}") for one in get_provider().resource_types}
    return _pick(request, types, name)


def _show_schemas(request: HttpRequest, name: str) -> HttpResponse:
    described = [*get_provider().schemas]
    described += [model.to_schema() for model in (ResourceType, ServiceProviderConfig, Schema)]
    address = f"{_base(request)}/Schemas"
    return _pick(request, {str(one.id): _located(one, "Schema", f"{address}/{one.id}") for one in described}, name)


def _pick(request: HttpRequest, known: Mapping[str, Any], name: str) -> HttpResponse:
    if "filter" in request.GET:
        raise ForbiddenException(detail="What the server offers is not filtered (RFC 7644 §4).")
    if not name:
        listed = ListResponse[Schema](total_results=len(known), start_index=1, items_per_page=len(known), resources=[])
        return _json(listed.model_dump(scim_ctx=Context.DEFAULT) | {"Resources": list(known.values())})
    if name not in known:
        raise NotFoundException
    return _json(known[name])


_DISCOVERY: dict[str, Callable[[HttpRequest, str], HttpResponse]] = {
    "ServiceProviderConfig": _show_config,
    "ResourceTypes": _show_types,
    "Schemas": _show_schemas,
}


def _located(resource: Resource[Any], kind: str, address: str) -> dict[str, Any]:
    words = resource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    return words | {"meta": {"resourceType": kind, "location": address}}


def _resource(found: Any, context: Context, parameters: Any, *, status: int = 200) -> HttpResponse:
    response = _json(found.model_dump(scim_ctx=context, response_parameters=parameters), status=status)
    response["ETag"], response["Location"] = found.meta.version, found.meta.location
    return response


def _parameters(request: HttpRequest, collection: Collection) -> Any:
    asked = {name: value for name, value in request.GET.items() if name in ("attributes", "excludedAttributes")}
    return collection.parameters.model_validate(asked)


def _require_match(request: HttpRequest, current: Any) -> None:
    asked = request.headers.get("If-Match")
    if asked is None or asked.strip() == "*":
        return
    if current.meta.version not in {one.strip() for one in asked.split(",")}:
        raise PreconditionFailedException


def _identifier(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError as error:
        raise NotFoundException from error


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise InvalidSyntaxException(detail="The body is not JSON.") from error
    if not isinstance(body, dict):
        raise InvalidSyntaxException(detail="The body is not a JSON object.")
    return body


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/scim/v2")


def _json(words: Any, *, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(words), status=status, content_type=SCIM_JSON, headers={"Cache-Control": "no-store"})


def _error(error: Exception) -> HttpResponse:
    said = _as_scim(error)
    response = _json(said.model_dump(), status=said.status or 400)
    if said.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="scim"'
    if said.status == 429:
        response["Retry-After"] = "60"
    return response


def _as_scim(error: Exception) -> Error:
    if isinstance(error, ValidationError):
        return Error.from_validation_errors(error)[0]
    refusals: list[tuple[type[Exception], type[SCIMException]]] = [
        (AccessDenied, NotFoundException),
        (NotUnique, UniquenessException),
        (CannotOrder, InvalidValueException),
        (RequestDataTooBig, InvalidSyntaxException),
    ]
    for kind, scim in refusals:
        if isinstance(error, kind):
            return scim(detail=str(error) or None).to_error()
    if isinstance(error, SCIMException):
        return error.to_error()
    raise error
