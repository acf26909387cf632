"""Accounts, posts and signed-in browsers for the tests of any module."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.identity.actions import (
    appoint_official,
    create_account,
    create_post,
    prove_identity,
    register_authenticator,
)
from gapura.kernel.identity.models import Account, Post
from gapura.kernel.identity.sessions import open_session, switch_capacity

PASSWORD = "four words nobody combines"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NUMBER = "3171014502900001"
REGISTRAR = "dukcapil/31.71/registrar"
HOUSE = system_actor("test")


def make_resident(
    login: str = "citra",
    *,
    person_number: str | None = NUMBER,
    level: AssuranceLevel = AssuranceLevel.SUBSTANTIAL,
    email: str = "",
    language: str = "en",
    with_authenticator: bool = False,
) -> Account:
    """An account with ``PASSWORD``, proven to be a person unless ``person_number`` is None."""
    now = clock.now()
    account = create_account(actor=HOUSE, login=login, password=PASSWORD, email=email, language=language, now=now)
    if person_number is not None:
        prove_identity(
            actor=HOUSE,
            account_id=account.pk,
            person_number=person_number,
            level=level,
            method="test",
            now=now,
        )
    if with_authenticator:
        register_authenticator(actor=HOUSE, account_id=account.pk, secret=SECRET)
    account.refresh_from_db()
    return account


def make_official(
    login: str = "dewi",
    *,
    person_number: str = "3171016003850002",
    post_code: str = REGISTRAR,
    roles: Sequence[str] = ("civil.registrar",),
    valid_from: date = date(2020, 1, 1),
    valid_until: date | None = None,
) -> Account:
    """A proven account with an authenticator (``SECRET``) that holds a post; makes the post where needed."""
    account = make_resident(login, person_number=person_number, with_authenticator=True)
    agency_code, office_code, name = post_code.split("/")
    if not Post.objects.filter(code=post_code).exists():
        title = {"id": name.title(), "en": name.title(), "ko": name.title()}
        create_post(
            actor=HOUSE,
            code=post_code,
            agency_code=agency_code,
            office_code=office_code,
            title=title,
            roles=roles,
        )
    appoint_official(
        actor=HOUSE,
        account_id=account.pk,
        post_code=post_code,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    account.refresh_from_db()
    return account


def sign_in(
    client: Client,
    account: Account,
    *,
    post_code: str | None = None,
    second_factor: bool = False,
    passkey: bool = False,
) -> None:
    """Let the test browser be signed in, as after the sign-in pages; in a post (with a passkey) if one is named."""
    client.force_login(account)
    request: Any = HttpRequest()
    request.session, request.user = client.session, account
    now = clock.now()
    open_session(request, now=now)
    if second_factor:
        record_authentication(request, account, "mfa", type="totp")
    if passkey or post_code is not None:
        record_authentication(request, account, "mfa", type="webauthn")
    if post_code is not None:
        switch_capacity(request, post_code, now=now)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key


def current_code(steps: int = 0, *, secret: str = SECRET) -> str:
    """What the authenticator shows now, or so many time steps later; -1, 0 and 1 are accepted."""
    middle = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(secret, middle + steps))
