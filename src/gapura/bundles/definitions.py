"""The country's bundles: how their files look, and what they say of its services. README.md explains every key."""

from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any

import yaml
from django.conf import settings
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo

from gapura.bundles.types import BadBundle
from gapura.foundation.jurisdictions import Jurisdiction, load
from gapura.kernel.catalogue.queries import get_catalogue
from gapura.kernel.catalogue.types import FormField, PublicService

APPLICANT, SUBJECT = "applicant", "subject"

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Texts = Annotated[dict[str, str], Field(min_length=1)]


def _named_in(file: str) -> BeforeValidator:
    """Let a name stand for what the country's ``file`` defines under it."""

    def look_up(value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        known: Mapping[str, Any] = (info.context or {})[file]
        if value not in known:
            raise ValueError(f"{file} defines no '{value}'; write one of {', '.join(sorted(known))}")
        return known[value]

    return BeforeValidator(look_up)


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Refusal(_Definition):
    reason: Texts
    remedy: Texts


class Ask(_Definition):
    """A yes/no question asked before an item starts. ``about``: like an item's ``of``; empty: the item's person."""

    evidence_type: str
    question: str
    parameters: dict[str, str | int] = {}
    expect: bool = True
    about: str = ""
    legal_ground: str
    purpose: Texts
    otherwise: Annotated[Refusal, _named_in("refusals.yaml")]


class Each(_Definition):
    """Whom an item is repeated for: everybody who is ``relation`` to the applicant and of whom ``of`` holds a record.

    The form shows them with the fields ``shows`` of that evidence type. Nobody: the item is not there.
    """

    relation: str
    of: str
    shows: tuple[str, ...] = ()


class Item(_Definition):
    code: Code
    service: str
    of: str = SUBJECT
    relation: str = ""
    after: tuple[Code, ...] = ()
    answers: dict[str, str] = {}
    entitled: tuple[Annotated[Ask, _named_in("checks.yaml")], ...] = ()
    awaits: tuple[Annotated[Ask, _named_in("checks.yaml")], ...] = ()
    awaits_days: str | int = 0
    optional: bool = False
    each: Each | None = None

    @property
    def words(self) -> set[str]:
        """Every ``item.word`` that the item speaks of."""
        asks = (*self.entitled, *self.awaits)
        given = [*self.answers.values(), *(value for ask in asks for value in ask.parameters.values())]
        words = {str(value)[1:] for value in given if str(value).startswith("$")}
        return {word for word in {self.of, *(ask.about for ask in asks), *words} if "." in word}

    def asks_for(self, service: PublicService) -> tuple[FormField, ...]:
        """The fields of its service that the form has to ask."""
        return tuple(field for field in service.fields if field.code not in self.answers)


class Bundle(_Definition):
    code: Code
    title: Texts
    summary: Texts
    life_event: str
    items: tuple[Item, ...] = Field(min_length=1)

    def get_item(self, code: str) -> Item:
        """The item, also of one of those it is repeated for (``school-2``). Raises LookupError."""
        repeated = code.rpartition("-")[0]
        found = next((item for item in self.items if item.code == code or (item.each and item.code == repeated)), None)
        if found is None:
            raise LookupError(f"{self.code} has no item {code}.")
        return found


def list_bundles() -> tuple[Bundle, ...]:
    """Every bundle of the country, by code. Raises BadBundle when a file cannot be used."""
    return _read(settings.GAPURA_JURISDICTION)


@cache
def _read(country: str) -> tuple[Bundle, ...]:
    return read_bundles(load(country))


def read_bundles(country: Jurisdiction) -> tuple[Bundle, ...]:
    """Read the files now. Raises BadBundle."""
    named = {name: country.read(name) for name in ("checks.yaml", "refusals.yaml")}
    return tuple(read_bundle(file, named) for file in sorted(country.path("bundles").glob("*.yaml")))


def read_bundle(file: Path, named: Mapping[str, Any]) -> Bundle:
    """One file, judged with what it names. Raises BadBundle."""
    data = yaml.safe_load(file.read_text("utf-8"))
    try:
        bundle = TypeAdapter(Bundle).validate_python(data, context=named)
    except ValidationError as error:
        said = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise BadBundle(f"{file.name}: {'; '.join(said)}") from error
    if wrong := list(_judge_names(bundle)) or list(_judge_order(bundle)):
        raise BadBundle(f"{file.name}: {' '.join(wrong)}")
    return bundle


def _judge_names(bundle: Bundle) -> Iterator[str]:
    catalogue = get_catalogue()
    items = {item.code: item for item in bundle.items}
    if len(items) < len(bundle.items):
        yield "Two items share a code."
    if bundle.life_event not in catalogue.life_events:
        yield f"life_events.yaml has no '{bundle.life_event}'."
    for item in bundle.items:
        if item.service not in catalogue.services:
            yield f"{item.code}: there is no service '{item.service}'."
            continue
        known = {field.code for field in catalogue.services[item.service][-1].fields}
        yield from (f"{item.code}: {item.service} asks no '{name}'." for name in sorted(set(item.answers) - known))
        yield from (f"{item.code}: there is no item '{name}' to come after." for name in set(item.after) - set(items))
        yield from (f"{item.code}: {problem}" for problem in _judge_words(item, items))
        yield from (f"{item.code}: {problem}" for problem in _judge_each(item, catalogue.services[item.service][-1]))


def _judge_words(item: Item, items: Mapping[str, Item]) -> Iterator[str]:
    services = get_catalogue().services
    for word in sorted(item.words):
        name, _, part = word.partition(".")
        if name not in items or items[name].service not in services:
            yield f"'{word}' names no item."
            continue
        service = services[items[name].service][-1]
        known = {field.code for field in service.fields} | {result.code for result in service.results}
        if part not in known:
            yield f"'{word}': {service.code} has neither a field nor a result '{part}'."
    if "." in item.of and not item.relation:
        yield f"say with 'relation' what {item.of} is to the applicant."
    if "." not in item.of and item.of not in (APPLICANT, SUBJECT):
        yield f"'of: {item.of}' is nobody; write applicant, subject or item.word."


def _judge_each(item: Item, service: PublicService) -> Iterator[str]:
    """Nobody is asked for unless the applicant says so, and nothing is shown that the service does not read."""
    if item.each is None:
        return
    read = {need.type: need.fields for need in service.evidence}
    if item.each.relation not in {str(rule.relation) for rule in service.applicants}:
        yield f"nobody may ask {service.code} for their {item.each.relation}."
    if not set(item.each.shows) <= set(read.get(item.each.of, ())) or item.each.of not in read:
        yield f"{service.code} does not read {', '.join((item.each.of, *item.each.shows))}."
    if not item.optional or service.record_fields:
        yield "what is asked for several people must be optional and may not have records to choose from."


def _judge_order(bundle: Bundle) -> Iterator[str]:
    needs = {item.code: builds_on(bundle, item) for item in bundle.items}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        yield f"These items wait for each other: {', '.join(error.args[1])}."
    needed = frozenset().union(*needs.values())
    for item in bundle.items:
        if item.optional and item.code in needed:
            yield f"{item.code} cannot be optional: others build on it."


def builds_on(bundle: Bundle, item: Item) -> frozenset[str]:
    """Codes of the items that must be granted first: named by ``after``, or whose result it uses."""
    found = set(item.after)
    for word in item.words:
        name, _, part = word.partition(".")
        fields = {field.code for field in get_catalogue().services[bundle.get_item(name).service][-1].fields}
        if part not in fields:
            found.add(name)
    return frozenset(found)
