"""The whole fee of a case: the service's amount, or what the law gives for the case's own data, and how."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation

from gapura.foundation.rules.errors import BadInput
from gapura.foundation.texts import Text
from gapura.kernel.cases.actions.steps import country_day
from gapura.kernel.cases.models import Case
from gapura.kernel.catalogue.types import FeeInput, PublicService
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.law.queries import explain, get_law_on
from gapura.kernel.law.types import Explanation
from gapura.kernel.payments.types import Fee


class FeeNotKnown(Exception):
    """The law gives no fee for what is known of the case; ``str()`` says what is missing."""


def reckon_full_fee(case: Case, service: PublicService, evidence: Sequence[Evidence]) -> Fee:
    """Before any exemption, by the law of the day the case was submitted. Raises FeeNotKnown."""
    declared = service.fee
    if not declared.rule:
        return Fee(declared.amount, declared.amount, declared.currency, declared.law.citation)
    day = country_day(case.submitted_at)
    household: dict[str, list[dict[str, Any]]] = {}
    for name, wanted in declared.inputs.items():
        (row,) = household.setdefault(get_law_on(day).get_entity(name), [{}])
        row[name] = _find(wanted, case, service, evidence)
    try:
        (figure,) = explain([declared.rule], household, as_of=day)[declared.rule]
    except (BadInput, LookupError) as error:
        raise FeeNotKnown(str(error)) from error
    return Fee(figure.value, figure.value, declared.currency, _tell(declared.law.citation, figure))


def _find(wanted: FeeInput, case: Case, service: PublicService, evidence: Sequence[Evidence]) -> int:
    """The one whole number that the form or the evidence says."""
    if wanted.answer:
        said = {case.answers.get(wanted.answer)}
    else:
        needs = {need.type: need for need in service.evidence}
        given = [one for one in evidence if one.evidence_type == wanted.evidence]
        records = [record for one in given for record in needs[wanted.evidence].matching(one.records, case.answers)]
        said = {record.get(wanted.field) for record in records}
    if len(said) != 1 or not str(value := said.pop()).isdecimal():
        raise FeeNotKnown(f"{wanted.answer or wanted.evidence} {wanted.field} does not say one whole number.")
    return int(str(value))


def _tell(citation: Text, figure: Explanation) -> Text:
    """The article in every language, with each step from the data to the amount."""
    told: dict[str, str] = {}
    for language in citation:
        with translation.override(language):
            told[language] = " ".join([f"{citation[language]}.", *_list_sentences(figure)])
    return told


def _list_sentences(figure: Explanation) -> Sequence[str]:
    """What was reckoned first stands first."""
    reckoned = [one for one in figure.walk() if one.story is not None]
    return [_say(one) for one in reversed(reckoned)]


def _say(one: Explanation) -> str:
    steps = one.story.steps if one.story else ()
    return f"{one.title[:1].upper()}{one.title[1:]}: {'; '.join(f'{step.words} = {step.result}' for step in steps)}."
