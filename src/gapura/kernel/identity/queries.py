"""Who acts in a request, who is behind an account, and which posts there are."""

from datetime import date

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.identity.models import Account, Appointment, IdentityProof, SignInRecord
from gapura.kernel.identity.models import Post as PostRow
from gapura.kernel.identity.types import (
    AccessDenied,
    AccountInfo,
    Capacity,
    Post,
    PostRequired,
    SignInRequired,
    UnknownPost,
)


def find_actor(request: HttpRequest) -> Actor | None:
    """Who is signed in, or None. Costs no query: AccessMiddleware resumed the session already."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor


def get_actor(request: HttpRequest) -> Actor:
    """Who is signed in. Raises SignInRequired, which sends the person to the sign-in page and back."""
    actor = find_actor(request)
    if actor is None:
        raise SignInRequired
    return actor


def access_resident(request: HttpRequest) -> Actor:
    """Who is signed in for themselves and proven to be a person. Raises SignInRequired or AccessDenied."""
    actor = get_actor(request)
    if actor.kind is not ActorKind.RESIDENT or actor.person_number is None:
        raise AccessDenied
    return actor


def access_official(request: HttpRequest, *roles: str) -> Actor:
    """Who acts in a post having any of ``roles`` (none named: any post).

    Raises SignInRequired, AccessDenied, or PostRequired when the account holds a post it does not act in.
    """
    actor = get_actor(request)
    if actor.kind is ActorKind.OFFICIAL:
        if roles and actor.roles.isdisjoint(roles):
            raise AccessDenied
        return actor
    if getattr(request, "holds_posts", False):
        raise PostRequired
    raise AccessDenied


def find_account(login: str) -> Account | None:
    """The account with this sign-in name or, failing that, proven to be the person of this number."""
    typed = login.strip().casefold()
    of_person = Account.objects.filter(proofs__person_number=typed, proofs__ended_at__isnull=True)
    return Account.objects.filter(login=typed).first() or of_person.first()


def find_account_of(person_number: str) -> AccountInfo | None:
    """How to reach a person: their active account, its language and e-mail. None when they have none."""
    proof = (
        IdentityProof.objects.select_related("account")
        .filter(person_number=person_number, ended_at__isnull=True, account__is_active=True)
        .first()
    )
    if proof is None:
        return None
    return AccountInfo(
        account_id=proof.account_id,
        person_number=proof.person_number,
        level=AssuranceLevel(proof.level),
        language=proof.account.language,
        email=proof.account.email,
    )


def find_person_of(account_id: int) -> str | None:
    """The number of the person the account is proven to belong to, or None."""
    proofs = IdentityProof.objects.filter(account_id=account_id, ended_at__isnull=True)
    return proofs.values_list("person_number", flat=True).first()


def get_post(code: str) -> Post:
    """The post with this code. Raises UnknownPost."""
    row = PostRow.objects.filter(code=code).first()
    if row is None:
        raise UnknownPost(f"No post is called {code!r}.")
    return _post(row)


def list_posts(*, agency_code: str, office_code: str | None = None) -> list[Post]:
    """Posts of an agency, or of one of its offices, by code."""
    rows = PostRow.objects.filter(agency_code=agency_code)
    if office_code is not None:
        rows = rows.filter(office_code=office_code)
    return [_post(row) for row in rows.order_by("code")]


def list_capacities(account: Account, *, on: date) -> list[Capacity]:
    """What the account may act as on the day ``on``: first privately, then in each post it holds.

    Without a proof it holds none: four eyes are those of persons. The assurance is that of the proof; how
    the person signed in may lower it.
    """
    proof = account.proofs.filter(ended_at__isnull=True).first()
    level = AssuranceLevel(proof.level) if proof else AssuranceLevel.LOW
    number = proof.person_number if proof else None
    private = Actor(
        kind=ActorKind.RESIDENT,
        label=account.login,
        account_id=account.pk,
        person_number=number,
        assurance=level,
    )
    posts = [
        Capacity(_official(account, appointment.post, number, level), appointment.valid_until)
        for appointment in (list_appointments(account, on=on) if number else ())
    ]
    return [Capacity(private), *posts]


def list_appointments(account: Account, *, on: date) -> list[Appointment]:
    """The account's appointments in force on the day ``on``, with their posts, by code of the post."""
    in_force = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    rows = account.appointments.filter(in_force, valid_from__lte=on)
    return list(rows.select_related("post").order_by("post_id", "valid_from"))


def list_recent_sign_ins(account: Account, limit: int = 10) -> list[SignInRecord]:
    """The last attempts to sign in to the account, newest first."""
    return list(account.sign_ins.order_by("-at", "-pk")[:limit])


def _official(account: Account, post: PostRow, number: str | None, level: AssuranceLevel) -> Actor:
    return Actor(
        kind=ActorKind.OFFICIAL,
        label=in_language(post.title, settings.LANGUAGE_CODE),
        account_id=account.pk,
        person_number=number,
        post_code=post.code,
        agency_code=post.agency_code,
        office_code=post.office_code,
        roles=frozenset(post.roles),
        assurance=level,
    )


def _post(row: PostRow) -> Post:
    return Post(row.code, row.agency_code, row.office_code, row.title, frozenset(row.roles))
