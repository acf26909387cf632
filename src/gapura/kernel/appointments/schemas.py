"""SCIM 2.0 (RFC 7643) as this house speaks it: what is declared is kept, and nothing else."""

from functools import cache
from typing import Annotated

from pydantic import EmailStr, Field
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    External,
    Filter,
    Manager,
    Mutability,
    Name,
    Pagination,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)
from scim2_models.resources.resource import AnyExtension

from gapura.kernel.appointments.queries import get_powers

PAGE_SIZE, LARGEST_PAGE = 100, 500


class Email(ComplexAttribute):
    """An e-mail address of the official."""

    value: EmailStr | None = None
    type: str | None = Field(None, examples=["work", "home", "other"])
    primary: bool | None = None


class PhoneNumber(ComplexAttribute):
    """A telephone number of the official."""

    value: str | None = None
    type: str | None = Field(None, examples=["work", "mobile", "other"])
    primary: bool | None = None


class Membership(ComplexAttribute):
    """A post the official was ordered to hold."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    ref: Annotated[Reference["Group"] | None, Mutability.read_only] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    display: Annotated[str | None, Mutability.read_only] = None


class Role(ComplexAttribute):
    """What the official may do now, by an appointment in force."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    display: Annotated[str | None, Mutability.read_only] = None


class Entitlement(ComplexAttribute):
    """What became of an order for the official."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true, Field(description="The post's code.")] = None
    display: Annotated[str | None, Mutability.read_only] = None
    type: Annotated[
        str | None,
        Mutability.read_only,
        Field(description="waiting_account, waiting_approval or in_force: only the last gives anything."),
    ] = None


class User(Resource[AnyExtension]):
    """An official of the calling agency."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = Field(None, max_length=150)
    name: Name | None = None
    display_name: str | None = Field(None, max_length=150)
    title: str | None = None
    user_type: str | None = None
    preferred_language: str | None = None
    active: bool | None = None
    emails: list[Email] | None = None
    phone_numbers: list[PhoneNumber] | None = None
    groups: Annotated[list[Membership] | None, Mutability.read_only] = None
    roles: Annotated[list[Role] | None, Mutability.read_only] = None
    entitlements: Annotated[list[Entitlement] | None, Mutability.read_only] = None


class EnterpriseUser(Extension):
    """The official as an employee."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    employee_number: str | None = None
    organization: str | None = None
    division: str | None = None
    department: str | None = None
    manager: Manager | None = None


class Official(Extension):
    """Who the official is as a person; only a proof at a counter makes it true."""

    __schema__ = URN("urn:gapura:scim:schemas:extension:official:2.0:User")

    person_number: Annotated[
        str | None,
        CaseExact.true,
        Uniqueness.server,
        Field(max_length=64, description="The national person number. It stays once an order was taken up."),
    ] = None


class Member(ComplexAttribute):
    """An official who was ordered to hold the post."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    ref: Annotated[Reference["User"] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User"])


class Group(Resource[AnyExtension]):
    """A post of the calling agency; its members are the officials ordered to hold it."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = Field(None, max_length=150)
    members: list[Member] | None = None


class Post(Extension):
    """What the post may do, as far as the agency decides alone."""

    __schema__ = URN("urn:gapura:scim:schemas:extension:post:2.0:Group")

    roles: Annotated[
        str | None,
        CaseExact.true,
        Field(max_length=400, description="Ordinary roles of the post, separated by spaces."),
    ] = None


UserResource = User[EnterpriseUser | Official]
GroupResource = Group[Post]


@cache
def get_provider() -> ScimProvider:
    """What this server is: its resource types, schemas and abilities."""
    Post.model_fields["roles"].examples = sorted(get_powers().ordinary)
    types = [ResourceType.from_resource(UserResource), ResourceType.from_resource(GroupResource)]
    types[0].description, types[1].description = User.__doc__, Group.__doc__
    return ScimProvider(
        models=[User, EnterpriseUser, Official, Group, Post],
        resource_types=types,
        config=_config(),
        policy=ScimPolicy(unknown=ScimPolicy.Unknown.ignore, remove_value_as_filter=ScimPolicy.RemoveValue.apply),
    )


def _config() -> ServiceProviderConfig:
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=LARGEST_PAGE),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        pagination=Pagination(cursor=False, index=True, default_page_size=PAGE_SIZE, max_page_size=LARGEST_PAGE),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="The token that the house issued to the agency's personnel system.",
                spec_uri=Reference[External]("https://www.rfc-editor.org/rfc/rfc6750"),
                primary=True,
            )
        ],
    )
