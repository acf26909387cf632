"""A nation in fused loops, each processor core on its part. Without Numba (``gapura[nation]``) NumPy does it."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from gapura.foundation.rules.columns import Columns, compute_columns, get_sound_plan
from gapura.foundation.rules.fused_source import Source, write_source
from gapura.foundation.rules.law import LawInForce
from gapura.foundation.rules.planning import Plan
from gapura.foundation.rules.populations import Column, Population, list_memberships
from gapura.foundation.rules.scalar import as_number

PIECE = 4096
"""Rows that are walked at a time: their columns stay in the cache of a core."""


def has_compiler() -> bool:
    """Whether Numba is installed."""
    return find_spec("numba") is not None


class Fused:
    """Keeps what it compiles in ``folder``, which belongs to nobody but this process's user: what lies there is run."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """``threads`` 0: one for each processor core that this process may use."""
        self.folder = folder
        self.threads = threads or len(os.sched_getaffinity(0))

    def compute(self, law: LawInForce, targets: Sequence[str], population: Population, as_of: date) -> Columns:
        """Like ``compute_columns``, which does it where there is no Numba."""
        if not has_compiler():
            return compute_columns(law, targets, population, as_of)
        plan = get_sound_plan(law, targets)
        population.check(plan)
        source, drive = self._compile(plan)
        cuts = population.find_cuts(plan, PIECE)
        results = {target: np.empty(population.rows[law.get_entity(target)], np.int64) for target in plan.targets}
        given = _name_columns(plan, population, cuts, results)
        numbers = np.array(source.numbers, np.int64)
        arguments = [as_number(as_of), numbers, *(given[name] for name in source.arguments)]
        self._drive(drive, len(next(iter(cuts.values()))) - 1, arguments)
        return results

    def _drive(self, drive: Callable[..., None], pieces: int, arguments: Sequence[Any]) -> None:
        ends = [pieces * number // self.threads for number in range(self.threads + 1)]
        spans = [(start, end) for start, end in pairwise(ends) if start < end]
        if len(spans) == 1:
            drive(*spans[0], *arguments)
            return
        with ThreadPoolExecutor(len(spans)) as pool:
            for done in [pool.submit(drive, *span, *arguments) for span in spans]:
                done.result()

    def _compile(self, plan: Plan) -> tuple[Source, Callable[..., None]]:
        key = ("fused", self.folder, *plan.targets)
        if key not in plan.law.plans:
            source = write_source(plan)
            plan.law.plans[key] = source, self._load(source)
        found: tuple[Source, Callable[..., None]] = plan.law.plans[key]
        return found

    def _load(self, source: Source) -> Callable[..., None]:
        """The loops of the text. Numba keeps their machine code beside the file: another process compiles nothing."""
        name = f"law_{source.digest}"
        if name not in sys.modules:
            path = self.folder / f"{name}.py"
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.folder.stat().st_mode & 0o022:
                raise PermissionError(f"Others may write to {self.folder}, and what lies there is run: chmod go-w it.")
            if not path.exists() or path.read_text(encoding="utf-8") != source.text:
                fresh = path.with_suffix(f".{os.getpid()}")
                fresh.write_text(source.text, encoding="utf-8")
                fresh.replace(path)
            spec = spec_from_file_location(name, path)
            assert spec is not None
            assert spec.loader is not None
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            sys.modules[name] = module
        drive: Callable[..., None] = sys.modules[name].drive
        return drive


def _name_columns(plan: Plan, population: Population, cuts: Mapping[str, Column], results: Columns) -> dict[str, Any]:
    """What ``drive`` may be given, by its names in the text."""
    given: dict[str, Any] = {f"c_{name}": cut for name, cut in cuts.items()}
    given |= {f"widest_{name}": int(np.diff(cut).max()) for name, cut in cuts.items()}
    given |= {f"p_{member}_{group}": population.get_group(member, group) for member, group in list_memberships(plan)}
    given |= {f"a_{each.name}": population.read(each) for each in plan.inputs}
    return given | {f"a_{target}": column for target, column in results.items()}
