"""Offices with registrars in two agencies, and a sealed letter from one to the other."""

from dataclasses import dataclass
from datetime import date

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.actions import place_post
from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.testing import make_official
from gapura.sectors.office import testing
from gapura.sectors.office.actions import dispatch_document, register_document
from gapura.sectors.office.actions.carrying import carry_dispatch
from gapura.sectors.office.models import Dispatch, IncomingLetter, OfficialDocument
from gapura.sectors.office.printing import seal_document
from gapura.sectors.office.testing import NOW, Office, make_document, make_office
from gapura.sectors.office.types import REGISTRAR, DispatchReceiver

WORKER = system_actor("office")
APPLICATIONS = DispatchReceiver("Direktorat Aplikasi, Komdigi", testing.OTHER_AGENCY, testing.ELSEWHERE)
LEGAL_OFFICE = DispatchReceiver("Biro Hukum", testing.AGENCY, testing.LEGAL)


@dataclass(frozen=True)
class Offices:
    """The ministry, and the mail room of the other one."""

    ministry: Office
    registrar: Actor


def make_offices() -> Offices:
    return Offices(make_office(), make_registrar("mailroom", testing.ELSEWHERE))


def make_registrar(name: str, unit: str, number: int = 90) -> Actor:
    """An official of the unit who registers for its office; the account is called ``name``."""
    post = f"{unit.split('/')[0]}//{name}"
    account = make_official(name, person_number=f"31710160038500{number}", post_code=post, roles=(REGISTRAR,))
    place_post(actor=system_actor("test"), code=post, unit_code=unit, rank="staff")
    account.refresh_from_db()
    return next(one.actor for one in list_capacities(account, on=date(2026, 11, 23)) if one.actor.post_code == post)


def make_sealed(actor: Actor, **chosen: object) -> OfficialDocument:
    """A registered outgoing letter with its seal."""
    document = make_document(actor, **{"direction": "outgoing", **chosen})
    register_document(actor=actor, document=document, now=NOW)
    with clock.frozen(NOW):
        seal_document(document, now=NOW)
    return document


def send(actor: Actor, document: OfficialDocument, to: DispatchReceiver = APPLICATIONS) -> Dispatch:
    return dispatch_document(actor=actor, document=document, receivers=[to], now=NOW)[0]


def carry(dispatch: Dispatch, now=NOW) -> Dispatch:
    carried = carry_dispatch(actor=WORKER, code=dispatch.code, now=now)
    dispatch.refresh_from_db()
    return carried or dispatch


def arrived(offices: Offices, **chosen: object) -> tuple[Dispatch, IncomingLetter]:
    """A letter of the ministry that lies in the other one's mail room."""
    dispatch = carry(send(offices.ministry.analyst, make_sealed(offices.ministry.analyst, **chosen)))
    return dispatch, IncomingLetter.objects.get(code=dispatch.code)
