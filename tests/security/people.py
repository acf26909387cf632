"""Who lives and works in the town of the permission table."""

from datetime import UTC, datetime

from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
HOUSE = system_actor("test")
APPLICANT, STRANGER, CHILD = "3171014205900001", "3171010101800009", "3171010203180001"

# Who works where: post, roles, person number. All hold their posts now; "off duty" acts privately.
OFFICIALS = {
    "registrar": ("dukcapil/31.71/registrar", ["civil.registrar"], "3171010101800001"),
    "supervisor": ("dukcapil/31.71/supervisor", ["civil.supervisor"], "3171010101800002"),
    "auditor": ("dukcapil/31.71/auditor", ["audit.auditor"], "3171010101800003"),
    "midwife": ("kemenkes/31.71/midwife", ["health.birth-reporter", "health.death-reporter"], "3171015505850024"),
    "counter": ("dukcapil/31.71/counter", ["identity.counter"], "3171010101800011"),
    "second counter": ("dukcapil/31.71/counter-2", ["identity.counter"], "3171010101800012"),
    "personnel": ("dukcapil/31.71/personnel", ["personnel.officer", "tax.payroll"], "3171010101800013"),
    "approver": ("dukcapil/31.71/approver", ["personnel.approver"], "3171010101800014"),
    "emergency": ("dukcapil/31.71/emergency", ["emergency.access"], "3171010101800015"),
    "duty": ("dukcapil/31.71/duty", ["operations.duty"], "3171010101800016"),
    "site registrar": ("dukcapil/31.71/sites", ["federation.registrar"], "3171010101800017"),
    "keeper": ("dukcapil/31.71/records", ["records.officer"], "3171010101800018"),
    "treasurer": ("dukcapil/31.71/treasurer", ["treasury.officer"], "3171010101800019"),
    "refund approver": ("dukcapil/31.71/finance", ["treasury.approver"], "3171010101800020"),
    "asker": ("kua//data", ["exchange.applicant", "wallet.receiver", "credentials.verifier"], "3171010101800021"),
    "holder": ("dukcapil//data", ["exchange.holder"], "3171010101800022"),
    "authority": ("komdigi//exchange", ["exchange.authority"], "3171010101800023"),
    "editor": ("dukcapil//services", ["catalogue.editor"], "3171010101800031"),
    "service authority": (
        "kemenpan-rb//services",
        [
            "catalogue.authority",
            "policy.analyst",
            "office.archivist",
            "office.disclosure",
            "office.registrar",
            "smart_work.host",
        ],
        "3171010101800034",
    ),
    "tax officer": ("djp//tax", ["tax.officer"], "3171010101800041"),
    "tax supervisor": ("djp//tax-supervision", ["tax.supervisor"], "3171010101800042"),
    "bar keeper": ("kejaksaan//bars", ["justice.keeper"], "3171010101800051"),
    "school officer": ("kemendikdasmen//schools", ["education.placement"], "3171010101800061"),
    "other office": ("dukcapil/32.73/registrar", ["civil.registrar", "civil.supervisor"], "3273010101800001"),
    "other agency": ("kua/31.71/registrar", ["civil.registrar", "civil.supervisor"], "3171010101800004"),
}
NEWCOMER = "3171010101900077"
EVERYBODY = ("nobody", "unproven", "stranger", "applicant", "off duty", *OFFICIALS)


def resident(number: str) -> Actor:
    return Actor(ActorKind.RESIDENT, "Resident", account_id=1, person_number=number, assurance=AssuranceLevel.HIGH)
