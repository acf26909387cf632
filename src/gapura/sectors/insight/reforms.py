"""Reading reforms: YAML with ``title``, ``cite`` and ``parameters: {name: value}``."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import yaml
from django.utils.translation import gettext as _

from gapura.foundation.rules.errors import LawError, WouldOverflow
from gapura.foundation.rules.intervals import prove
from gapura.foundation.rules.law import LawInForce
from gapura.foundation.rules.parameters import Given, read_value
from gapura.foundation.rules.planning import get_plan
from gapura.sectors.insight.types import CannotSimulate, Reform

LONGEST_TEXT = 20_000
_KEYS = {"title", "cite", "parameters"}


def read_reform(text: str, law: LawInForce) -> Reform:
    """One file. Raises CannotSimulate for what is no reform of this law."""
    content = _load(text)
    parameters = content.get("parameters")
    if not isinstance(parameters, dict) or not parameters:
        raise CannotSimulate(_("The reform changes nothing. Say which values it changes: parameters: {name: value}."))
    if not str(content.get("cite") or "").strip():
        raise CannotSimulate(_("The reform does not say where it is written. Add cite: with the bill and its article."))
    values = {str(name): _read_value(str(name), given, law) for name, given in parameters.items()}
    return Reform(str(content.get("title") or content["cite"]), str(content["cite"]), values, text)


def _load(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST_TEXT:
        raise CannotSimulate(
            _("A reform has at most %(most)s characters. Leave out what it does not change.") % {"most": LONGEST_TEXT}
        )
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise CannotSimulate(_("The reform is not YAML: %(why)s") % {"why": error}) from error
    if not isinstance(content, dict):
        raise CannotSimulate(_("The reform is not a mapping. Begin its lines with title:, cite: and parameters:."))
    if strange := sorted(str(key) for key in content.keys() - _KEYS):
        raise CannotSimulate(
            _("%(words)s means nothing here. A reform has title, cite and parameters.") % {"words": ", ".join(strange)}
        )
    return content


def _read_value(name: str, given: object, law: LawInForce) -> Given:
    """A value, or ``{value, unit}`` where the author wants the unit compared."""
    parameter = law.law.parameters.get(name)
    if parameter is None or name not in law.parameters:
        near = ", ".join(get_close_matches(name, law.parameters, n=3, cutoff=0.5))
        if near:
            raise CannotSimulate(
                _("No parameter in force is called %(name)s. Did you mean one of these: %(near)s?")
                % {"name": name, "near": near}
            )
        raise CannotSimulate(
            _("No parameter in force is called %(name)s. The pages of the law list all of them.") % {"name": name}
        )
    unit = str(parameter.unit)
    if isinstance(given, dict) and given.keys() == {"value", "unit"}:
        if str(given["unit"]).replace("/", " a ") != unit:
            raise CannotSimulate(
                _("%(name)s is counted in %(unit)s, not in %(given)s. Give it as the law does.")
                % {"name": name, "unit": unit, "given": given["unit"]}
            )
        given = given["value"]
    try:
        return read_value(parameter, given)
    except (ValueError, ArithmeticError) as error:
        raise CannotSimulate(
            _("%(name)s is counted in %(unit)s, and this does not fit: %(why)s.")
            % {"name": name, "unit": unit, "why": error}
        ) from error


def combine(reforms: Sequence[Reform]) -> Reform:
    """Several reforms at once, as one. Raises CannotSimulate when two change the same parameter."""
    values: dict[str, Given] = {}
    owners: dict[str, Reform] = {}
    for reform in reforms:
        for name, value in reform.parameters.items():
            if name in owners:
                raise CannotSimulate(
                    _(
                        "Two reforms change %(name)s: “%(one)s” and “%(other)s”. "
                        "Leave it in one of them, or simulate them one after the other."
                    )
                    % {"name": name, "one": owners[name].title, "other": reform.title}
                )
            values[name], owners[name] = value, reform
    joined = " + ".join(reform.title for reform in reforms)
    return Reform(joined, "; ".join(reform.cite for reform in reforms), values, "\n---\n".join(r.text for r in reforms))


def apply_reform(law: LawInForce, reform: Reform, targets: Sequence[str]) -> LawInForce:
    """The law as reformed. Raises CannotSimulate when a figure could then leave 64 bits, or the law no longer holds."""
    try:
        reformed = law.reformed(reform.parameters, cite=reform.cite)
        prove(get_plan(reformed, targets))
    except (LawError, WouldOverflow) as error:
        why = str(error).replace(f"{law.law.folder}/", "")
        raise CannotSimulate(_("With this reform the law cannot be reckoned: %(why)s") % {"why": why}) from error
    return reformed
