"""Telling a site the facts its person agreed to: each one asked of its register, and seen by the person."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.actions import ask_question, request_evidence
from gapura.kernel.exchange.types import EvidenceRequest, FieldNotAgreed, NoAgreement
from gapura.kernel.federation.models import SiteSession
from gapura.kernel.federation.queries import get_claim_terms, list_claims
from gapura.kernel.federation.types import Claim


def release_claims(*, actor: Actor, session: SiteSession, now: datetime) -> Mapping[str, Any]:
    """The agreed facts by claim, fetched now under the agreement of the site's agency.

    One request for each evidence type and each question. What the agency has no agreement for is left out.
    Raises ProviderUnavailable. Not in a transaction.
    """
    granted = set(session.claims) & set(session.connection.claims) & set(session.connection.client.claims)
    by_evidence: dict[str, list[Claim]] = defaultdict(list)
    released: dict[str, Any] = {}
    for claim in (claim for code, claim in sorted(list_claims().items()) if code in granted):
        if claim.question:
            released[claim.code] = _ask(actor, session, claim, now)
        else:
            by_evidence[claim.evidence_type].append(claim)
    for evidence_type, claims in by_evidence.items():
        released |= _fetch(actor, session, evidence_type, claims, now)
    return {code: value for code, value in released.items() if value is not None}


def _ask(actor: Actor, session: SiteSession, claim: Claim, now: datetime) -> bool | None:
    request = _request(session, now, claim.evidence_type, question=claim.question, parameters=dict(claim.parameters))
    try:
        return ask_question(actor=actor, request=request, now=now).holds
    except (NoAgreement, FieldNotAgreed):
        return None


def _fetch(
    actor: Actor, session: SiteSession, evidence_type: str, claims: list[Claim], now: datetime
) -> dict[str, Any]:
    request = _request(session, now, evidence_type, fields=frozenset(claim.field for claim in claims))
    try:
        record = request_evidence(actor=actor, request=request, now=now).record or {}
    except (NoAgreement, FieldNotAgreed):
        return {}
    return {claim.code: record.get(claim.field) for claim in claims}


def _request(session: SiteSession, now: datetime, evidence_type: str, **what: Any) -> EvidenceRequest:
    client = session.connection.client
    return EvidenceRequest(
        evidence_type=evidence_type,
        subject=session.connection.person_number,
        consumer=client.agency_code,
        case_number=f"SITE-{session.pk}",
        legal_ground=client.legal_ground,
        purpose=get_claim_terms().purpose,
        as_of=local_day(now, settings.TIME_ZONE),
        **what,
    )
