"""An office with its officials, one resident in the register, and one of her cases waiting for a person."""

from datetime import UTC, datetime

from django.test import Client

from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.testing import resident
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.actions import suspend_agreement
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.identity import testing as identity
from gapura.sectors.civil import testing as civil

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI = "3171014205900001"
HOUSE = system_actor("test")

# Who may knock at the desk: post, roles, person number.
WHO = {
    "registrar": ("dukcapil/31.71/registrar", ["civil.registrar"], "3171010101800001"),
    "supervisor": ("dukcapil/31.71/supervisor", ["civil.supervisor"], "3171010101800002"),
    "auditor": ("dukcapil/31.71/auditor", ["audit.auditor"], "3171010101800003"),
    "other office": ("dukcapil/32.73/registrar", ["civil.registrar", "civil.supervisor"], "3273010101800001"),
    "other agency": ("kua/31.71/registrar", ["civil.registrar", "civil.supervisor"], "3171010101800004"),
}


def knock(who: str, *, language: str = "en") -> Client:
    """A browser signed in as one of ``WHO``, as ``resident`` (Ani), or as nobody (``anonymous``)."""
    browser = Client(headers={"Accept-Language": language})
    if who == "resident":
        identity.sign_in(browser, identity.make_resident("ani", person_number=ANI))
    elif who != "anonymous":
        post_code, roles, person_number = WHO[who]
        account = identity.make_official(
            who.replace(" ", "-"), person_number=person_number, post_code=post_code, roles=roles
        )
        identity.sign_in(browser, account, post_code=post_code)
    return browser


def register_ani() -> None:
    """Ani in the register, and the country's standing agreements."""
    civil.make_person(ANI, "Ani Wijaya")
    civil.make_residence(ANI)
    stand_all_agreements()


def open_case(key: str = "one") -> str:
    """The number of a case the rules could not decide: the agreements were suspended at the moment."""
    agreements = list_agreements(consumer="dukcapil")
    for agreement in agreements:
        suspend_agreement(actor=HOUSE, code=agreement.code, now=NOW)
    case = submit_application(
        actor=resident(ANI),
        service_code="civil.never-married",
        subject=ANI,
        relation="self",
        answers={},
        language="en",
        idempotency_key=key,
        now=NOW,
    )
    type(agreements[0]).objects.update(suspended_at=None)
    assert case.status == "review"
    return str(case.number)
