"""What a personnel system sends over SCIM: filters, officials, posts."""

import django
from pydantic import ValidationError
from scim2_models import Context, SCIMException

django.setup()

from gapura.kernel.appointments.collections import COLLECTIONS  # noqa: E402  its models need Django set up
from gapura.kernel.appointments.schemas import get_provider  # noqa: E402  as above

DECLARED = (ValidationError, SCIMException)


def seeds() -> list[bytes]:
    return [
        b'F{"filter": "userName eq \\"dewi\\" and (active pr or not (title co \\"x\\"))"}',
        b'F{"filter": "emails[type eq \\"work\\"].value ew \\"id\\"", "startIndex": 2, "count": 5}',
        b'U{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "dewi", "active": true}',
        b'P{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{"op": "replace", "path": '
        b'"name.givenName", "value": "x"}]}',
    ]


def parse(data: bytes) -> None:
    """The first letter says how the rest is read: a search, a patch, or an official."""
    kind, content = data[:1], data[1:]
    collection = COLLECTIONS["Users"]
    user = collection.model(user_name="dewi")
    with get_provider():
        if kind == b"F":
            wanted = collection.wanted.model_validate_json(content)
            if wanted.filter is not None:
                wanted.filter.match(user)
        elif kind == b"P":
            patch = collection.patch.model_validate_json(content, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
            patch.patch(user)
        else:
            collection.model.model_validate_json(content, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
