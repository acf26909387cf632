"""Outcomes as pages, files and the terminal show them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gapura.foundation.texts import in_language
from gapura.sectors.insight.rules import OTHERS
from gapura.sectors.insight.types import FamilyKind, RunStatus

KINDS: Mapping[str, Promise] = {
    FamilyKind.ALONE: _("One person"),
    FamilyKind.COUPLE: _("Couple"),
    FamilyKind.COUPLE_WITH_CHILDREN: _("Couple with children"),
    FamilyKind.ONE_PARENT: _("One parent with children"),
    FamilyKind.OLD_AGE: _("All members 60 or older"),
    FamilyKind.OTHER: _("With other relatives"),
}
STATUSES: Mapping[str, tuple[Promise, str]] = {
    RunStatus.WAITING: (_("Being reckoned"), "info"),
    RunStatus.DONE: (_("Done"), "success"),
    RunStatus.FAILED: (_("Not possible"), "danger"),
}
OTHERS_WORDS = _("All groups of fewer than five families")
Columns = tuple[str, ...]
Table = tuple[str, str, Columns, Sequence[Sequence[str | int]]]
"""Code, caption, headings and rows."""


def present(result: Mapping[str, Any], *, language: str, money: Callable[[int], str]) -> dict[str, Any]:
    """What the page and the report draw: sentences, charts as (label, value, words), tables."""
    everybody, represents = result["everybody"], result["represents"]
    return {
        "cost": result["cost"],
        "cost_in_country": result["cost"] * represents // max(everybody["people"], 1),
        "represents": represents,
        "everybody": everybody | {"unchanged": unchanged(everybody)},
        "figures": [_present_figure(one, language, money) for one in result["figures"]],
        "deciles": _bars(result["by_decile"], lambda name: name, money),
        "kinds": _bars(result["by_kind"], lambda name: str(KINDS.get(name, OTHERS_WORDS)), money),
        "regions": _bars(result["by_region"], lambda name: str(OTHERS_WORDS) if name == OTHERS else name, money),
        "marginal": [_present_band(one, result["marginal"]) for one in result["marginal"]],
    }


def _present_figure(one: Mapping[str, Any], language: str, money: Callable[[int], str]) -> Columns:
    title = in_language(one["title"], language) if one["title"] else one["name"]
    return (
        f"{title[:1].upper()}{title[1:]}",
        money(one["before"]),
        money(one["after"]),
        signed(one["after"] - one["before"], money),
    )


def _bars(
    groups: list[dict[str, Any]], name: Callable[[str], str], money: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Rows of a chart of changes: what a family gains on average, and the table below it."""
    rows = []
    for one in groups:
        title, words = name(one["name"]), signed(mean_change(one), money)
        counts = (one["winners"], one["losers"], unchanged(one))
        cells = (title, one["families"], words, signed(one["change"], money), *counts)
        rows.append({"name": title, "value": mean_change(one), "words": words, "cells": cells})
    return rows


def _present_band(one: Mapping[str, Any], bands: list[dict[str, Any]]) -> dict[str, Any]:
    label = "<0%" if one["floor"] is None else band_words(one, bands)
    return {"name": band_words(one, bands), "label": label, "values": [one["before"], one["after"]]}


def mean_change(one: Mapping[str, Any]) -> int:
    """For each family of the group, whole units toward zero."""
    return int(one["change"] / one["families"]) if one["families"] else 0


def unchanged(one: Mapping[str, Any]) -> int:
    """Families that neither gain nor lose."""
    return int(one["families"] - one["winners"] - one["losers"])


def signed(amount: int, money: Callable[[int], str]) -> str:
    """An amount with its sign, also when it is more."""
    return f"+{money(amount)}" if amount > 0 else f"−{money(-amount)}" if amount else money(0)


def band_words(one: Mapping[str, Any], bands: list[dict[str, Any]]) -> str:
    """``6–15 %``; the first is below nothing, the last has no end."""
    floors = [each["floor"] for each in bands]
    floor, place = one["floor"], floors.index(one["floor"])
    if floor is None:
        return gettext("Below zero: keeps more than was earned")
    if place + 1 == len(floors):
        return f">{floor - 1}%"
    top = floors[place + 1] - 1
    return f"{top}%" if top == floor else f"{floor}–{top}%"


def list_tables(result: Mapping[str, Any], *, language: str) -> list[Table]:
    """Every table of an outcome in plain numbers, for files."""
    groups = ("name", "families", "people", "net_before", "change", "winners", "losers")
    captions = {"by_decile": _("By tenth of income"), "by_region": _("By region"), "by_kind": _("By kind of family")}
    tables: list[Table] = [
        (code, str(caption), groups, [tuple(one[key] for key in groups) for one in result[code]])
        for code, caption in captions.items()
    ]
    bands = [(band_words(one, result["marginal"]), one["before"], one["after"]) for one in result["marginal"]]
    tables.append(("marginal", str(_("Marginal rates")), ("rate", "before", "after"), bands))
    figures = [(one["name"], one["before"], one["after"]) for one in result["figures"]]
    tables.append(("figures", str(_("Figures of the law")), ("figure", "before", "after"), figures))
    return tables
