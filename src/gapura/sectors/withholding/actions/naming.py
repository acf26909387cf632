"""How people and businesses are called, as their registers say. Asked outside transactions."""

from datetime import datetime

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.texts import Text, in_language
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.types import EvidenceRequest
from gapura.sectors.withholding.queries import get_terms, require_person, require_reporter
from gapura.sectors.withholding.types import CASE

_REPORTER: Text = {
    "id": "Menyebut nama usaha yang melapor",
    "en": "To name the business that reports",
    "ko": "자료를 제출하는 사업체의 기재",
}
_PERSON: Text = {
    "id": "Menyebut nama orang yang menyerahkan laporan",
    "en": "To name the person who releases a report",
    "ko": "자료를 제공하는 사람의 기재",
}
_FAMILY: Text = {
    "id": "Memilih anggota keluarga yang boleh melihat laporan pajak",
    "en": "To choose who in the family may see what was reported for tax",
    "ko": "과세자료를 볼 수 있는 가족의 선택",
}


def find_reporter_name(*, actor: Actor, now: datetime) -> str:
    """The agency or business the actor reports for; its number where its register names it to nobody.

    Raises AccessDenied.
    """
    number = require_reporter(actor)
    if actor.kind is ActorKind.OFFICIAL:
        return in_language(get_agency(actor.agency_code or "").title, settings.LANGUAGE_CODE)
    names = _ask(actor, "business.registration", ("business_number", "legal_name"), _REPORTER, now)
    return names.get(number, number)


def find_own_name(*, actor: Actor, now: datetime) -> str:
    """The person's name. Raises AccessDenied for who does not act for themselves."""
    number = require_person(actor)
    return _ask(actor, "civil.person", ("number", "full_name"), _PERSON, now).get(number, number)


def list_family(*, actor: Actor, now: datetime) -> dict[str, str]:
    """Names by number of all on the person's family card, themselves too. Raises AccessDenied."""
    require_person(actor)
    return _ask(actor, "civil.family-member", ("number", "full_name"), _FAMILY, now)


def _ask(actor: Actor, evidence_type: str, fields: tuple[str, str], purpose: Text, now: datetime) -> dict[str, str]:
    """The second field by the first, of everything the register says about the actor."""
    terms = get_terms()
    request = EvidenceRequest(
        evidence_type=evidence_type,
        subject=actor.person_number or "",
        consumer=terms.agency,
        case_number=CASE,
        legal_ground=terms.legal_ground,
        purpose=purpose,
        as_of=local_day(now, settings.TIME_ZONE),
        fields=frozenset(fields),
    )
    records = request_evidence(actor=actor, request=request, now=now).records
    return {str(record[fields[0]]): str(record[fields[1]]) for record in records}
