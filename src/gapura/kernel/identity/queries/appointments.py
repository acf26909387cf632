"""Who holds a post, and what an account may act as."""

from datetime import date

from django.conf import settings
from django.db.models import Q

from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.identity.models import Account, Appointment, IdentityProof
from gapura.kernel.identity.models import Post as PostRow
from gapura.kernel.identity.queries.accounts import find_person_of
from gapura.kernel.identity.queries.posts import post_of
from gapura.kernel.identity.types import Capacity, Holder


def find_holder(post_code: str, *, on: date) -> Holder | None:
    """Who holds the post on the day ``on``, the longest-serving where several do; None when it is vacant."""
    in_force = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    proven = Q(account__proofs__ended_at__isnull=True, account__proofs__isnull=False)
    rows = Appointment.objects.filter(in_force, proven, post_id=post_code, valid_from__lte=on)
    row = rows.select_related("post", "account").order_by("valid_from", "pk").first()
    if row is None or (number := find_person_of(row.account_id)) is None:
        return None
    return Holder(row.account_id, row.account.login, number, post_of(row.post), row.valid_from, row.valid_until)


def list_holders(*, agency_code: str, on: date, account_id: int | None = None) -> list[Holder]:
    """Whose appointments in the agency (of one account, if named) have not ended on ``on``, by post and day."""
    not_ended = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    rows = Appointment.objects.filter(not_ended, post__agency_code=agency_code).select_related("post", "account")
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    proofs = IdentityProof.objects.filter(ended_at__isnull=True, account__in=rows.values("account"))
    persons = dict(proofs.values_list("account_id", "person_number"))
    return [
        Holder(
            account_id=row.account_id,
            login=row.account.login,
            person_number=persons[row.account_id],
            post=post_of(row.post),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in rows.order_by("post_id", "valid_from", "pk")
        if row.account_id in persons
    ]


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
        Capacity(_official(account, appointment.post, number, level), appointment.valid_until, appointment.post.title)
        for appointment in (list_appointments(account, on=on) if number else ())
    ]
    return [Capacity(private), *posts]


def list_appointments(account: Account, *, on: date) -> list[Appointment]:
    """The account's appointments in force on the day ``on``, with their posts and units, by code of the post."""
    in_force = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    rows = account.appointments.filter(in_force, valid_from__lte=on)
    return list(rows.select_related("post__unit").order_by("post_id", "valid_from"))


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
        unit_code=post.unit_id or "",
    )
