"""The two collections of the SCIM server: what reading, making, changing and ending means for each."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from scim2_models import InvalidValueException, ListResponse, PatchOp, ResponseParameters, SearchRequest
from scim2_models.path.expressions import CompareOperator, Comparison

from gapura.foundation.clock import local_day
from gapura.kernel.appointments import schemas
from gapura.kernel.appointments.actions import (
    abolish_post,
    change_official,
    change_post_record,
    delete_official,
    end_order,
    establish_post,
    order_appointment,
    register_official,
)
from gapura.kernel.appointments.queries import (
    access_official,
    access_post_record,
    list_officials,
    list_open_orders,
    list_post_records,
)
from gapura.kernel.appointments.schemas import GroupResource, UserResource
from gapura.kernel.appointments.scim import to_facts, to_groups, to_users
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied


class Collection(ABC):
    """One endpoint of SCIM resources. Everything is the actor's agency's; the rest raises AccessDenied.

    The five types are the library's messages for this resource.
    """

    model: Any
    patch: Any
    wanted: Any
    listing: Any
    parameters: Any

    @abstractmethod
    def read(self, actor: Actor, row_id: UUID, base: str, *, for_update: bool = False) -> Any:
        """The resource; ``for_update`` holds it until the transaction ends."""

    @abstractmethod
    def find(self, actor: Actor, wanted: Any, base: str) -> list[Any]:
        """Those that pass the filter, in no order a client may rely on."""

    @abstractmethod
    def create(self, actor: Actor, asked: Any, now: datetime) -> UUID: ...

    @abstractmethod
    def change(self, actor: Actor, row_id: UUID, wanted: Any, now: datetime) -> None: ...

    @abstractmethod
    def delete(self, actor: Actor, row_id: UUID, now: datetime) -> None: ...


class Users(Collection):
    """Officials of the agency."""

    model = UserResource
    patch = PatchOp[UserResource]
    wanted = SearchRequest[UserResource]
    listing = ListResponse[UserResource]
    parameters = ResponseParameters[UserResource]

    def read(self, actor: Actor, row_id: UUID, base: str, *, for_update: bool = False) -> Any:
        return to_users([access_official(actor.agency_code or "", row_id, for_update=for_update)], base)[0]

    def find(self, actor: Actor, wanted: Any, base: str) -> list[Any]:
        rows = list_officials(actor.agency_code or "")
        if (name := _asked_for(wanted, "username")) is not None:  # how a client looks for one among many
            rows = rows.filter(user_name_key=name.casefold())
        return _matching(to_users(list(rows), base), wanted)

    def create(self, actor: Actor, asked: Any, now: datetime) -> UUID:
        return register_official(actor=actor, facts=to_facts(asked), now=now).pk

    def change(self, actor: Actor, row_id: UUID, wanted: Any, now: datetime) -> None:
        change_official(actor=actor, official_id=row_id, facts=to_facts(wanted), now=now)

    def delete(self, actor: Actor, row_id: UUID, now: datetime) -> None:
        delete_official(actor=actor, official_id=row_id, now=now)


class Groups(Collection):
    """Posts of the agency; members are the officials ordered to hold them."""

    model = GroupResource
    patch = PatchOp[GroupResource]
    wanted = SearchRequest[GroupResource]
    listing = ListResponse[GroupResource]
    parameters = ResponseParameters[GroupResource]

    def read(self, actor: Actor, row_id: UUID, base: str, *, for_update: bool = False) -> Any:
        return to_groups([access_post_record(actor.agency_code or "", row_id, for_update=for_update)], base)[0]

    def find(self, actor: Actor, wanted: Any, base: str) -> list[Any]:
        return _matching(to_groups(list(list_post_records(actor.agency_code or "")), base), wanted)

    def create(self, actor: Actor, asked: Any, now: datetime) -> UUID:
        record = establish_post(
            actor=actor,
            display_name=asked.display_name,
            external_id=asked.external_id or "",
            roles=_roles(asked),
            now=now,
        )
        self._set_members(actor, record.post_id, asked, now)
        return record.pk

    def change(self, actor: Actor, row_id: UUID, wanted: Any, now: datetime) -> None:
        record = change_post_record(
            actor=actor,
            record_id=row_id,
            display_name=wanted.display_name,
            external_id=wanted.external_id or "",
            roles=_roles(wanted),
            now=now,
        )
        self._set_members(actor, record.post_id, wanted, now)

    def delete(self, actor: Actor, row_id: UUID, now: datetime) -> None:
        abolish_post(actor=actor, record_id=row_id, now=now)

    def _set_members(self, actor: Actor, post_code: str, wanted: Any, now: datetime) -> None:
        """End the orders of those no longer named, order those newly named; the rest stays as it is."""
        today = local_day(now, settings.TIME_ZONE)
        named = {_member_id(member) for member in wanted.members or []}
        held = {order.official_id: order for order in list_open_orders(today).filter(post_id=post_code)}
        for official_id in held.keys() - named:
            end_order(actor=actor, order=held[official_id], now=now)
        for official_id in sorted(named - held.keys()):
            try:
                order_appointment(actor=actor, official_id=official_id, post_code=post_code, valid_from=today, now=now)
            except AccessDenied as error:
                raise InvalidValueException(detail=f"No official of the agency has the id {official_id}.") from error


def _matching(found: Sequence[Any], wanted: Any) -> list[Any]:
    return [one for one in found if wanted.filter is None or wanted.filter.match(one)]


def _asked_for(wanted: Any, attribute: str) -> str | None:
    """The value when the whole filter is ``attribute eq "value"``, so that the database can look it up."""
    asked = wanted.filter.ast if wanted.filter else None
    if not isinstance(asked, Comparison) or asked.op != CompareOperator.eq or asked.attr_path.sub_attr:
        return None
    return str(asked.value) if asked.attr_path.attr.casefold() == attribute else None


def _roles(group: Any) -> list[str]:
    post = group[schemas.Post]
    return (post.roles or "").split() if post else []


def _member_id(member: Any) -> UUID:
    try:
        return UUID(member.value or "")
    except ValueError as error:
        raise InvalidValueException(detail="A member is named by the id of a User, in `value`.") from error


SEARCH_ALL: Any = SearchRequest[UserResource | GroupResource]
LIST_ALL: Any = ListResponse[UserResource | GroupResource]
COLLECTIONS: dict[str, Collection] = {"Users": Users(), "Groups": Groups()}
