"""Letters and news of letters that other houses bring, as the message port of this node gets them."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from gapura.kernel.audit.types import system_actor
from gapura.kernel.nodes.plugin import MessageAnswerer
from gapura.kernel.nodes.types import Fault, IncomingRequest, MessageRefused
from gapura.sectors.office.actions.carrying import note_news, take_in_parcel
from gapura.sectors.office.actions.raising import Raising, raise_arrival
from gapura.sectors.office.actions.receipt import ask_back
from gapura.sectors.office.parcels import Parcel
from gapura.sectors.office.types import Disclosure, DispatchMark


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BroughtLetter(_Said):
    kind: Literal["letter"]
    parcel: Parcel


class AskedBack(_Said):
    kind: Literal["recall"]
    code: str = Field(max_length=16)
    reason: str = Field(max_length=300)


class News(_Said):
    kind: Literal["news"]
    code: str = Field(max_length=16)
    mark: DispatchMark
    at: datetime
    by_label: str = Field(max_length=200)
    note: str = Field(max_length=400)
    number: str = Field(max_length=80)


class Raised(_Said):
    """The sender raised the class of a letter it sent; ``note`` in base64."""

    kind: Literal["raised"]
    code: str = Field(max_length=16)
    security: str = Field(max_length=20)
    ground: str = Field(min_length=1, max_length=40)
    law: str = Field(max_length=120)
    reason: str = Field(min_length=1, max_length=300)
    by_label: str = Field(max_length=80)
    note: Base64Bytes
    disclosure: Disclosure
    disclosure_ground: str = Field(max_length=40)


_SAID: TypeAdapter[BroughtLetter | AskedBack | News | Raised] = TypeAdapter(
    Annotated[BroughtLetter | AskedBack | News | Raised, Field(discriminator="kind")]
)


class LettersAnswerer(MessageAnswerer):
    """Who signed the message is the agency it speaks for: of its own letters, or of those it received."""

    def open(self, request: IncomingRequest, now: datetime) -> Callable[[], bytes]:
        try:
            said = _SAID.validate_json(request.content)
        except ValidationError as error:
            why = "; ".join(one["msg"] for one in error.errors()[:3])
            raise MessageRefused(Fault.INVALID_REQUEST, f"The content is no letter and no news of one: {why}") from None
        return lambda: json.dumps(_answer(said, request, now)).encode()


def _answer(said: BroughtLetter | AskedBack | News | Raised, request: IncomingRequest, now: datetime) -> dict[str, str]:
    actor = system_actor(f"{request.client.id.member.code} letters"[:70])
    client, own = request.client.agency, request.provider.agency
    if isinstance(said, BroughtLetter):
        if (said.parcel.from_agency, said.parcel.to_agency) != (client, own):
            raise MessageRefused(Fault.ACCESS_DENIED, f"The letter is not one of {client} to {own}.")
        return dict(take_in_parcel(actor=actor, parcel=said.parcel, now=now))
    if isinstance(said, AskedBack):
        letter = ask_back(
            actor=actor, agency_code=own, sender_agency=client, code=said.code, reason=said.reason, now=now
        )
        return {"outcome": "asked" if letter else "unknown", "at": now.isoformat()}
    if isinstance(said, Raised):
        # Field by field: dumped, the note would be base64 again.
        raising = Raising(**{one.name: getattr(said, one.name) for one in fields(Raising)})
        outcome = raise_arrival(
            actor=actor, agency_code=own, sender_agency=client, code=said.code, raising=raising, now=now
        )
        return {"outcome": outcome, "at": now.isoformat()}
    news = {
        "code": said.code,
        "mark": said.mark.value,
        "at": said.at.isoformat(),
        "by_label": said.by_label,
        "note": said.note[:300],
        "number": said.number,
    }
    is_new = note_news(actor=actor, news=news, receiver_agency=client, now=now)
    return {"outcome": "noted" if is_new else "known", "at": now.isoformat()}
