"""Who stands behind a business, what keeps shares in it from changing hands, and what the country asks of a new one."""

from datetime import date
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.mandates.types import Representable
from gapura.kernel.registers.queries import list_entries
from gapura.sectors.business.models import ActivityEntry, BusinessEntry, RepresentativeEntry, ShareEntry
from gapura.sectors.business.rules import name_fault, name_key
from gapura.sectors.business.types import (
    BusinessStatus,
    FormTerms,
    FoundingTerms,
    LicenceStatus,
    LicenceTerms,
    NameRules,
    NewBusiness,
    RiskClass,
)


def find_share(business_number: str, holder: str, *, on: date) -> ShareEntry | None:
    """What the person holds in the business on the day."""
    held = ShareEntry.objects.filter(business_number=business_number, holder_number=holder)
    found: ShareEntry | None = held.as_of(on).known_at(None).first()
    return found


def find_obstacle(business_number: str, *, seller: str, buyer: str, shares: int, on: date) -> str | None:
    """Why so many shares cannot pass from one to the other on the day, as a name in refusals.yaml; None: they can."""
    held = find_share(business_number, seller, on=on)
    if held is None:
        return "shares-not-yours"
    if buyer == seller:
        return "buyer-is-owner"
    if not 1 <= shares <= held.shares:
        return "not-so-many-shares"
    if held.valid_from >= on and shares == held.shares:
        return "acquired-today"  # an entry lasts a day at least
    standing = BusinessEntry.objects.filter(business_number=business_number).as_of(on).known_at(None)
    if not standing.filter(business_status=BusinessStatus.ACTIVE).exists():
        return "business-not-active"
    return None


def find_seat(business_number: str, *, on: date) -> str:
    """The code of the village of the seat; empty where none is known."""
    standing = list_entries(BusinessEntry, ("village_code",), business_number, as_of=on, known_at=None)
    return str(standing[0]["village_code"]) if standing else ""


def list_concerned(business_number: str) -> list[str]:
    """Whose papers may state the business: its own, and those of everybody who speaks for it or did."""
    return [business_number, *list_representatives(business_number)]


def list_represented(person_number: str, *, on: date) -> list[Representable]:
    """The businesses on the register that the person may speak for alone, by name."""
    speaking = RepresentativeEntry.objects.filter(representative_number=person_number, alone=True)
    numbers = speaking.as_of(on).known_at(None).values("business_number")
    standing = BusinessEntry.objects.filter(business_number__in=numbers).as_of(on).known_at(None)
    named = standing.order_by("legal_name", "business_number").values_list("business_number", "legal_name")
    return [Representable(number, name, Relation.COMPANY) for number, name in named]


def list_representatives(business_number: str) -> list[str]:
    """Numbers of everybody who speaks for the business or did."""
    speaking = RepresentativeEntry.objects.filter(business_number=business_number).order_by("representative_number")
    return list(speaking.values_list("representative_number", flat=True).distinct())


def get_name_key(name: str) -> str:
    """Equal for names that the country takes for one."""
    return name_key(name, get_founding_terms().names)


def find_founding_obstacle(new: NewBusiness) -> str | None:
    """Why the business cannot be registered as things stand, as a name in refusals.yaml; None: it can."""
    terms = get_founding_terms()
    form = terms.forms.get(new.legal_form)
    if form is None:
        return "legal-form-unknown"
    if new.line not in terms.lines:
        return "line-unknown"
    if fault := name_fault(new.name, form, terms.names):
        return fault
    if form.title and is_name_taken(new.name):
        return "name-taken"
    if form.founders > 1 and len(new.shares) < form.founders:
        return "too-few-founders"
    if any(count < 1 for count in new.shares.values()):
        return "shares-missing"
    return None


def is_name_taken(name: str) -> bool:
    """Whether a business that is not closed bears the name, or one that is alike."""
    standing = BusinessEntry.objects.filter(name_key=get_name_key(name), valid_until__isnull=True).known_at(None)
    return standing.exclude(business_status=BusinessStatus.CLOSED).exists()


def list_awaiting_lines(business_number: str, *, on: date) -> list[ActivityEntry]:
    """The lines of business that have no licence yet, by code."""
    lines = ActivityEntry.objects.filter(business_number=business_number).as_of(on).known_at(None)
    awaiting = lines.filter(business_licence_status=LicenceStatus.AWAITED)
    return list(awaiting.order_by("activity_code"))


@cache
def get_founding_terms() -> FoundingTerms:
    """How the country founds, names, numbers and licenses businesses (``founding.yaml``). Read once."""
    declared: dict[str, Any] = load(settings.GAPURA_JURISDICTION).read("founding.yaml")
    names = declared["names"]
    return FoundingTerms(
        number=declared["numbers"]["business"],
        names=NameRules(
            reserved=frozenset(names["reserved"]),
            guarded=frozenset(names["guarded"]),
            fillers=frozenset(names["fillers"]),
            folds=tuple((spelled, meant) for spelled, meant in names["folds"]),
            letters_of_a_word=names["letters_of_a_word"],
        ),
        forms={code: FormTerms(**terms) for code, terms in declared["forms"].items()},
        lines={code: RiskClass(risk) for code, risk in declared["lines"].items()},
        licences={RiskClass(risk): LicenceTerms(**terms) for risk, terms in declared["licences"].items()},
    )
