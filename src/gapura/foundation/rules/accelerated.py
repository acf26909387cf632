"""A nation on an accelerator, where JAX finds one: the walk of ``columns`` in the same 64 bits, compiled by XLA."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from gapura.foundation.rules.columns import Columns, Walk, get_sound_plan
from gapura.foundation.rules.law import LawInForce
from gapura.foundation.rules.planning import Plan
from gapura.foundation.rules.populations import Population, list_memberships
from gapura.foundation.rules.scalar import as_number


def compute_accelerated(law: LawInForce, targets: Sequence[str], population: Population, as_of: date) -> Columns:
    """Like ``compute_columns``; needs JAX. Compiled once for each size of population, so give it blocks of one size."""
    import jax

    plan = get_sound_plan(law, targets)
    population.check(plan)
    key = ("accelerated", *targets)
    if key not in law.plans:
        law.plans[key] = jax.jit(partial(_walk, plan), static_argnums=0)
    columns = {each.name: population.read(each) for each in plan.inputs}
    groups = {f"{member} {group}": population.get_group(member, group) for member, group in list_memberships(plan)}
    with jax.enable_x64(True):
        found = law.plans[key](tuple(population.rows.items()), columns, groups, np.int64(as_number(as_of)))
        return {target: np.asarray(found[target]) for target in plan.targets}


def _walk(
    plan: Plan, rows: tuple[tuple[str, int], ...], columns: Mapping[str, Any], groups: Mapping[str, Any], as_of: Any
) -> Columns:
    from jax import numpy

    positions = {membership: groups[" ".join(membership)] for membership in list_memberships(plan)}
    return Walk(numpy, plan, Population(dict(rows), columns, positions), as_of).compute()
