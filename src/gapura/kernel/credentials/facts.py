"""What the registers say for a credential, asked through the exchange on the ground the country names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.credentials.types import CannotIssue, Claim, CredentialKind, GatheredFacts
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Answer, Evidence, EvidenceRequest


def gather_facts(*, actor: Actor, kind: CredentialKind, person: str, reference: str, now: datetime) -> GatheredFacts:
    """Everything the credential says, asked now: one request for each evidence type and question.

    ``reference`` is what the person reads beside the access. Not in a transaction. Raises CannotIssue where a register
    holds nothing, ProviderUnavailable and the exchange's other refusals.
    """
    wanted = [*kind.claims.values(), *(one for one in (kind.required, kind.ends) if one)]
    requests = _requests(kind, wanted, person, reference, now)
    with transaction.atomic():
        opened = open_requests(actor=actor, requests=list(requests.values()), now=now)
    answers = dict(zip(requests, answer_requests(opened), strict=True))
    facts = {claim.name: _read(claim, answers[_key(claim)]) for claim in wanted}
    if (kind.required and facts.pop("required") is not True) or any(facts[name] in (None, []) for name in kind.claims):
        raise CannotIssue(
            _("The registers hold nothing that this could say. If you believe they should, ask the agency.")
        )
    return GatheredFacts({name: facts[name] for name in kind.claims}, _end(kind, facts.get("ends"), now))


def facts_digest(number: str, claims: Mapping[str, Any]) -> str:
    """What is kept of the facts: enough to notice that they changed, keyed so that nobody can try values."""
    return salted_hmac(f"credentials.facts.{number}", canonical_bytes(claims), algorithm="sha256").hexdigest()


_Key = tuple[str, str, tuple[tuple[str, int | str], ...]]


def _key(claim: Claim) -> _Key:
    return claim.evidence_type, claim.question, tuple(sorted(claim.parameters.items()))


def _requests(
    kind: CredentialKind, wanted: Sequence[Claim], person: str, reference: str, now: datetime
) -> dict[_Key, EvidenceRequest]:
    fields: dict[_Key, set[str]] = defaultdict(set)
    for claim in wanted:
        fields[_key(claim)] |= {claim.field, *claim.parts.values()} - {""}
    return {
        key: EvidenceRequest(
            evidence_type=key[0],
            subject=person,
            consumer=kind.agency,
            case_number=reference,
            legal_ground=kind.legal_ground,
            purpose=kind.purpose,
            as_of=local_day(now, settings.TIME_ZONE),
            fields=frozenset(asked),
            question=key[1] or None,
            parameters=dict(key[2]),
        )
        for key, asked in fields.items()
    }


def _read(claim: Claim, answer: Evidence | Answer) -> Any:
    if isinstance(answer, Answer):
        return answer.holds
    if claim.parts:
        return [{part: record[field] for part, field in claim.parts.items()} for record in answer.records]
    if claim.name == "ends":
        return max((str(record[claim.field]) for record in answer.records if record[claim.field]), default=None)
    return answer.record[claim.field] if answer.record else None


def _end(kind: CredentialKind, day: str | None, now: datetime) -> datetime:
    """The country's days from now, but never beyond the fact that ends it. Raises CannotIssue when that is over."""
    end = now + timedelta(days=kind.days)
    if day is not None:
        last = datetime.combine(datetime.fromisoformat(day), time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
        end = min(end, last)
    if end <= now:
        raise CannotIssue(_("What this would say has ended. Renew it at the agency first."))
    return end
