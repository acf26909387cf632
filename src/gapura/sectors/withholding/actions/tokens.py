"""Tokens of reporters' own systems: kept as a digest, and dead when their maker no longer reports for them."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.identity.queries import find_person_of, get_post, list_holders
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import confirm_mandate
from gapura.kernel.mandates.types import NotMandated
from gapura.sectors.withholding.models import ReporterToken
from gapura.sectors.withholding.permissions import reports_for
from gapura.sectors.withholding.queries import require_reporter
from gapura.sectors.withholding.types import CASE, REPORTING_CHANNEL, UnknownToken

_PREFIX = "gprt_"  # so that a token that leaked into a repository can be found by a scanner


def issue_token(*, actor: Actor, reporter_name: str, label: str, now: datetime) -> tuple[ReporterToken, str]:
    """A token and its value, which is shown this once. Raises AccessDenied for who reports for nobody."""
    reporter = require_reporter(actor)
    if actor.account_id is None or actor.person_number is None or actor.channel == REPORTING_CHANNEL:
        raise AccessDenied
    value = _PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ReporterToken.objects.create(
            reporter_number=reporter,
            reporter_name=reporter_name,
            label=label,
            digest=_digest(value),
            account_id=actor.account_id,
            person_number=actor.person_number,
            post_code=actor.post_code or "",
            created_at=now,
            expires_at=now + timedelta(days=get_limit("reporter_token_days")),
        )
        record_event(
            actor=actor,
            action="withholding.token_issued",
            subject=actor.person_number,
            object_ref=f"reporter-token:{token.pk}",
            detail={"reporter": reporter},
        )
    return token, value


def end_token(*, actor: Actor, token_id: int, now: datetime) -> None:
    """Let a token of the reporter open nothing from now on. Raises AccessDenied for any other."""
    mine = ReporterToken.objects.filter(pk=token_id, reporter_number=require_reporter(actor))
    with transaction.atomic():
        if not mine.exists():
            raise AccessDenied
        mine.filter(ended_at__isnull=True).update(ended_at=now)
        record_event(actor=actor, action="withholding.token_ended", object_ref=f"reporter-token:{token_id}")


def accept_token(*, value: str, now: datetime) -> tuple[Actor, ReporterToken]:
    """Who shows ``value``: the person who made it, for the business or in the post, which its register confirms now.

    Outside a transaction. Raises UnknownToken (wrong, expired, ended, its person no longer proven), NotMandated.
    """
    token = ReporterToken.objects.filter(digest=_digest(value), ended_at__isnull=True, expires_at__gt=now).first()
    if token is None or find_person_of(token.account_id) != token.person_number:
        raise UnknownToken
    actor = _take_post(token, now) if token.post_code else _act_for_business(token, now)
    ReporterToken.objects.filter(pk=token.pk).update(used_at=now)
    return actor, token


def _act_for_business(token: ReporterToken, now: datetime) -> Actor:
    person = Actor(
        kind=ActorKind.RESIDENT,
        label=token.label,
        account_id=token.account_id,
        person_number=token.person_number,
        assurance=AssuranceLevel.SUBSTANTIAL,
        channel=REPORTING_CHANNEL,
    )
    company = str(Relation.COMPANY)
    confirm_mandate(
        actor=person, principal=token.reporter_number, relation=company, service=None, case_number=CASE, now=now
    )
    return replace(person, principal=token.reporter_number, mandate=company)


def _take_post(token: ReporterToken, now: datetime) -> Actor:
    post, today = get_post(token.post_code), local_day(now, settings.TIME_ZONE)
    official = Actor(
        kind=ActorKind.OFFICIAL,
        label=token.label,
        account_id=token.account_id,
        person_number=token.person_number,
        post_code=post.code,
        agency_code=post.agency_code,
        office_code=post.office_code,
        roles=post.roles,
        assurance=AssuranceLevel.SUBSTANTIAL,
        channel=REPORTING_CHANNEL,
        unit_code=post.unit_code,
    )
    held = list_holders(agency_code=post.agency_code, on=today, account_id=token.account_id)
    holds = any(one.post.code == post.code and one.valid_from <= today for one in held)
    if not holds or reports_for(official) != token.reporter_number:
        raise NotMandated(_("You no longer report for this agency. Ask whoever does to make a key of their own."))
    return official


def _digest(value: str) -> str:
    # A random value of 256 bits needs no slow hash: there is nothing to guess.
    return hashlib.sha256(value.encode()).hexdigest()
