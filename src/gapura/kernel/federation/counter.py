"""Who stands at a counter is asked of the register, as everything is: through the exchange, seen by the person."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.actions import ask_question, request_evidence
from gapura.kernel.exchange.types import EvidenceRequest, ExchangeRefusal, ProviderUnavailable
from gapura.kernel.federation.queries import get_claim_terms
from gapura.kernel.federation.rules import is_same_person
from gapura.kernel.identity.plugin import PersonRegister


class RegisteredPerson(PersonRegister):
    """Asks with the agreement of the official's agency; what to ask is the country's (``claims.yaml``, counter)."""

    def find_objection(self, *, actor: Actor, person_number: str, full_name: str, now: datetime) -> str:
        check = get_claim_terms().counter

        def request(**what: Any) -> EvidenceRequest:
            return EvidenceRequest(
                evidence_type=check.evidence_type,
                subject=person_number,
                consumer=actor.agency_code or "",
                case_number="COUNTER",
                legal_ground=check.legal_ground,
                purpose=check.purpose,
                as_of=local_day(now, settings.TIME_ZONE),
                **what,
            )

        try:
            named = request_evidence(actor=actor, request=request(fields=frozenset({check.name_field})), now=now)
            registered = (named.record or {}).get(check.name_field)
            if not is_same_person({"name": full_name}, {"name": registered}):
                return _("The register knows nobody with this number and this name. Compare both with the document.")
            if not ask_question(actor=actor, request=request(question=check.alive_question), now=now).holds:
                return _("According to the register this person does not live any more.")
        except ProviderUnavailable:
            return _("The register does not answer now. Try again in a few minutes; the document alone is not enough.")
        except ExchangeRefusal:
            return _("Your agency has no agreement that lets its counters ask the register. Ask for one first.")
        return ""
