"""What the country lays down about asking other nodes for a person's own copy."""

from datetime import timedelta
from functools import cache

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.exchange.plugin import find_evidence_type, find_provider
from gapura.kernel.records.types import Excepted, TermsOfAsking


def get_terms_of_asking() -> TermsOfAsking:
    """From ``own_data.yaml`` of the country."""
    return _read_terms(settings.GAPURA_JURISDICTION)


def list_excepted() -> list[Excepted]:
    """What the law keeps out of every copy, by code."""
    excepted = []
    for code, law in sorted(get_terms_of_asking().excepted.items()):
        declared, provider = find_evidence_type(code), find_provider(code)
        if declared is not None:
            excepted.append(Excepted(code, declared.title, provider.agency_code if provider else "", law))
    return excepted


@cache
def _read_terms(country: str) -> TermsOfAsking:
    declared = load(country).read("own_data.yaml")
    return TermsOfAsking(
        legal_ground=declared["legal_ground"],
        purpose=declared["purpose"],
        again_after=timedelta(minutes=declared["again_after_minutes"]),
        at_most=timedelta(hours=declared["at_most_hours"]),
        excepted=declared.get("excepted", {}),
    )
