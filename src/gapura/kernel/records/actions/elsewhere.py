"""Asking other nodes what they hold about a person, for that person's copy: through the exchange, like everybody."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.actions import request_evidence_together
from gapura.kernel.exchange.plugin import find_provider, list_types_elsewhere
from gapura.kernel.exchange.types import Evidence, EvidenceRequest, EvidenceType, ExchangeRefusal
from gapura.kernel.records.queries.elsewhere import get_terms_of_asking
from gapura.kernel.records.queries.holdings import get_reader
from gapura.kernel.records.types import Silent, ToldElsewhere


def ask_elsewhere(
    *,
    actor: Actor,
    person_number: str,
    case_number: str,
    agency_code: str,
    now: datetime,
    only: Collection[str] | None = None,
) -> tuple[list[ToldElsewhere], list[Silent]]:
    """What each evidence type of another node (or those in ``only``) says of the person, and who gave no answer.

    What the law excepts is not asked. The person sees each request in their access log. Not in a transaction.
    """
    told, silent = [], []
    excepted = get_terms_of_asking().excepted
    types = [one for one in list_types_elsewhere() if one.code not in excepted and (only is None or one.code in only)]
    requests = [_request(one, person_number, case_number, agency_code, now) for one in types]
    outcomes = request_evidence_together(actor=actor, requests=requests, now=now)
    for one, outcome in zip(types, outcomes, strict=True):
        provider = find_provider(one.code)
        agency = provider.agency_code if provider else ""
        if isinstance(outcome, ExchangeRefusal):
            silent.append(Silent(one.code, one.title, agency, outcome.code))
        elif isinstance(outcome, Evidence):
            records = tuple(get_reader(person_number).masked(record) for record in outcome.records)
            told.append(ToldElsewhere(one.code, one.title, agency, records))
    return told, silent


def _request(
    evidence_type: EvidenceType, person_number: str, case_number: str, agency_code: str, now: datetime
) -> EvidenceRequest:
    terms = get_terms_of_asking()
    return EvidenceRequest(
        evidence_type=evidence_type.code,
        subject=person_number,
        consumer=agency_code,
        case_number=case_number,
        legal_ground=terms.legal_ground,
        purpose=terms.purpose,
        as_of=local_day(now, settings.TIME_ZONE),
        fields=evidence_type.field_codes,
    )
