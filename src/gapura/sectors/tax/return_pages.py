"""A return as its page shows it: items with their sources in words, and the steps from income to tax."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gapura.foundation.rules.law import Input
from gapura.foundation.rules.units import Kind
from gapura.foundation.texts import Text
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.exchange.queries import describe_request
from gapura.kernel.law.queries import get_law
from gapura.sectors.tax.return_kinds import ItemRule, ReturnKind
from gapura.sectors.tax.types import Item, Origin


@dataclass(frozen=True, slots=True)
class ShownItem:
    """``position`` is its place in the draft; ``amounts`` what it says in money, ``words`` what else."""

    position: int
    item: Item
    rule: ItemRule
    amounts: Sequence[tuple[Text, int]]
    words: Sequence[tuple[Text, Text]]
    given: Sequence[tuple[Text, int]]
    source: Text | None
    reported_on: date | None

    @property
    def is_doubted(self) -> bool:
        """Whether a register counted something against it."""
        doubt = self.rule.doubt
        return doubt is not None and bool(self.item.facts.get(doubt.fact))

    @property
    def may_change(self) -> bool:
        return not self.rule.fixed


def group_items(kind: ReturnKind, items: Sequence[Item]) -> list[tuple[ItemRule, list[ShownItem]]]:
    """The items by their rules, in the order of the country's file."""
    shown = [_show(kind, position, item) for position, item in enumerate(items)]
    groups = ((rule, [one for one in shown if one.item.code == code]) for code, rule in kind.items.items())
    return [(rule, found) for rule, found in groups if found]


def list_additions(kind: ReturnKind) -> list[tuple[str, ItemRule]]:
    """What a person may add by hand."""
    return [(code, rule) for code, rule in kind.items.items() if rule.by_hand]


def get_titles(names: Sequence[str]) -> Mapping[str, Text]:
    """What the law calls these figures."""
    words = get_law().words
    return {name: words[name] for name in names}


def _show(kind: ReturnKind, position: int, item: Item) -> ShownItem:
    rule = kind.items[item.code]
    return ShownItem(
        position=position,
        item=item,
        rule=rule,
        amounts=_amounts(rule, item.values) or _told(kind, item),
        words=_words(rule, item.values),
        given=_amounts(rule, item.given) if item.origin is Origin.CORRECTED else (),
        source=get_agency(item.provider).title if item.provider else None,
        reported_on=date.fromisoformat(str(item.facts["reported_on"])) if "reported_on" in item.facts else None,
    )


def _amounts(rule: ItemRule, values: Mapping[str, Any]) -> list[tuple[Text, int]]:
    inputs = ((get_input(name), values[name]) for name in rule.inputs if values.get(name))
    return [(one.title, int(value)) for one, value in inputs if one.unit.kind is Kind.MONEY]


def _told(kind: ReturnKind, item: Item) -> list[tuple[Text, int]]:
    """What a register told that gives no input: an amount that the final tax has dealt with."""
    rule = kind.items[item.code]
    told = [name for name in rule.facts if isinstance(item.facts.get(name), int)] if not rule.inputs else []
    return [(describe_request(kind.asks[rule.ask].type, [name])[1][0], int(item.facts[name])) for name in told]


def _words(rule: ItemRule, values: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    found = []
    for name in rule.inputs:
        one = get_input(name)
        if one.unit.kind is Kind.CODE and name in values:
            found.append((one.title, get_law().codes[one.unit.codes][str(values[name])]))
    return found


def get_input(name: str) -> Input:
    """How the law declares the input. Raises KeyError."""
    return get_law().inputs[name]
