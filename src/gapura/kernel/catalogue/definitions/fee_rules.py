"""A fee that a rule of the law reckons: what its definition must say for every case to know what it costs."""

from collections.abc import Iterator, Mapping

from gapura.foundation.rules.law import Input
from gapura.foundation.rules.planning import get_plan
from gapura.foundation.rules.units import Kind
from gapura.kernel.catalogue.definitions.problems import suggestion
from gapura.kernel.catalogue.definitions.reading import Location
from gapura.kernel.catalogue.definitions.schema import ServiceFile
from gapura.kernel.law.queries import get_law_on

Found = Iterator[tuple[Location, str]]


def judge_fee(service: ServiceFile) -> Found:
    """A fee that the law reckons: the rule gives money, and each datum it needs stands in the form or in evidence."""
    fee = service.fee
    if not fee.rule:
        return
    law = get_law_on(service.valid_from)
    if fee.rule not in law.figures or law.get_unit(fee.rule).kind is not Kind.MONEY:
        yield ("fee", "rule"), f"'{fee.rule}' is no rule that gives money on {service.valid_from}. Name one of the law."
        return
    yield from _fee_inputs(service, {each.name: each for each in get_plan(law, [fee.rule]).inputs})


def _fee_inputs(service: ServiceFile, known: Mapping[str, Input]) -> Found:
    fee = service.fee
    for name in sorted(fee.inputs.keys() - known.keys()):
        yield ("fee", "inputs", name), f"There is no input of the rule '{name}'. {suggestion(name, known)}"
    for name, each in known.items():
        if each.default is None and name not in fee.inputs:
            yield ("fee", "inputs"), f"{fee.rule} needs '{name}'. Say where it is found."
    answers = {one.code for one in service.fields if one.required}
    needed = {one.type: one.fields for one in service.evidence if one.required}
    for name, one in fee.inputs.items():
        if one.answer and one.answer not in answers:
            yield (
                ("fee", "inputs", name),
                f"There is no required field of the form '{one.answer}'. {suggestion(one.answer, answers)}",
            )
        if one.evidence and one.field not in needed.get(one.evidence, ()):
            yield ("fee", "inputs", name), f"The service must need {one.evidence} with its field '{one.field}'."
