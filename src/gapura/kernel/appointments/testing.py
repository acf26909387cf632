"""Personnel systems, officers and deciders for tests."""

from datetime import UTC, date, datetime

from gapura.kernel.appointments.actions import issue_token, order_appointment, register_official
from gapura.kernel.appointments.models import AppointmentOrder as AppointmentOrder
from gapura.kernel.appointments.models import EmergencyAccess as EmergencyAccess
from gapura.kernel.appointments.models import Official as Official
from gapura.kernel.appointments.models import Token as Token
from gapura.kernel.appointments.types import APPROVER, OFFICER, OfficialFacts, OrderKind, Scope
from gapura.kernel.approvals.testing import official
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.actions import create_post
from gapura.kernel.identity.testing import make_resident

NOW = datetime(2026, 3, 5, 3, tzinfo=UTC)
RESPONSIBLE = "3171014502900099"


def make_token(
    agency_code: str = "dukcapil",
    *,
    login: str = "siti-hr",
    person_number: str = RESPONSIBLE,
    scope: Scope = Scope.WRITE,
    office_code: str = "31.71",
    now: datetime = NOW,
) -> tuple[Token, str]:
    """A token in force and its value, with a responsible official made for it."""
    account = make_resident(login, person_number=person_number)
    return issue_token(
        actor=system_actor("test"),
        agency_code=agency_code,
        office_code=office_code,
        label=f"Personnel of {agency_code}",
        scope=scope,
        responsible_account=account.pk,
        days=90,
        now=now,
    )


def make_post(name: str, *roles: str, agency_code: str = "dukcapil", office_code: str = "31.71") -> str:
    """A post nobody holds; its code."""
    code = f"{agency_code}/{office_code}/{name}"
    create_post(
        actor=system_actor("test"),
        code=code,
        agency_code=agency_code,
        office_code=office_code,
        title={"id": name.title(), "en": name.title(), "ko": name.title()},
        roles=roles,
    )
    return code


def officer(
    person_number: str = "3171010101800001", *, roles: tuple[str, ...] = (OFFICER,), account_id: int = 1
) -> Actor:
    """A personnel officer who proposes."""
    return official(person_number, roles=roles, account_id=account_id, post="officer")


def approver(
    person_number: str = "3171010101800002", *, roles: tuple[str, ...] = (APPROVER,), account_id: int = 2
) -> Actor:
    """Somebody who decides powers."""
    return official(person_number, roles=roles, account_id=account_id, post="approver")


def order_for(
    actor: Actor,
    person_number: str,
    post_code: str,
    *,
    kind: OrderKind = OrderKind.PRINCIPAL,
    valid_from: date = date(2026, 3, 5),
    valid_until: date | None = None,
    now: datetime = NOW,
) -> AppointmentOrder:
    """An order for the official with this number, registered first if the agency knows them not."""
    known = Official.objects.filter(
        agency_code=actor.agency_code, person_number=person_number, ended_at__isnull=True
    ).first()
    facts = OfficialFacts(person_number, "Somebody", person_number, "", True, {})
    named = known or register_official(actor=actor, facts=facts, now=now)
    return order_appointment(
        actor=actor,
        official_id=named.pk,
        post_code=post_code,
        kind=kind,
        number="SK-1",
        valid_from=valid_from,
        valid_until=valid_until,
        now=now,
    )
