import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from gapura.foundation import clock
from gapura.kernel.law.examples import BadExample, Example, Outcome, read_examples, run_example
from gapura.kernel.law.types import Explanation


class Command(BaseCommand):
    help = (
        "Reckon worked examples of the law again (docs/reference/law.md says how they are written) and compare. "
        "Exit status 1: one differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="CASES.yaml", help="files, or folders of them")
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument("--explain", action="store_true", help="show how each figure that differs came about")
        parser.add_argument("--quiet", action="store_true", help="only what differs, and the count")

    def handle(self, *, files: Sequence[Path], **options: Any) -> None:
        examples = [example for path in _open_folders(files) for example in _read(path)]
        today = clock.today(settings.TIME_ZONE)
        outcomes = [
            run_example(example, today=today) for example in tqdm(examples, unit="example", disable=options["json"])
        ]
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(each) for each in outcomes], ensure_ascii=False, indent=1))
        else:
            self._write_table(outcomes, quiet=options["quiet"], explain=options["explain"])
        if any(not each.holds for each in outcomes):
            sys.exit(1)

    def _write_table(self, outcomes: Sequence[Outcome], *, quiet: bool, explain: bool) -> None:
        for each in outcomes:
            if each.holds and not quiet:
                self._write(each, self.style.SUCCESS("right  "), _write_figures(each))
            if not each.holds:
                self._write(each, self.style.ERROR("differs"), f"expected {_plain(each.example.expected)}")
                self.stdout.write(f"{'':8}{'got':>20}  {_write_figures(each)}")
                if each.example.source:
                    self.stdout.write(f"{'':8}{'source':>20}  {each.example.source}")
            if each.unused:
                self.stdout.write(f"{'':8}{'not read':>20}  {', '.join(each.unused)}")
            if explain and not each.holds:
                for listed in each.explanations.values():
                    self._explain(listed[-1], 0)
        right = sum(each.holds for each in outcomes)
        style = self.style.SUCCESS if right == len(outcomes) else self.style.ERROR
        self.stdout.write(style(f"{right} of {len(outcomes)} examples are right."))

    def _write(self, outcome: Outcome, verdict: str, words: str) -> None:
        example = outcome.example
        self.stdout.write(f"{verdict} {example.code:<12} {example.kind:<22} {outcome.as_of}  {words}")

    def _explain(self, explanation: Explanation, depth: int) -> None:
        cite = f"  [{explanation.cite}]" if explanation.cite else ""
        source = "" if explanation.figure else "  (given)" if explanation.is_given else "  (assumed)"
        indent = "  " * depth
        self.stdout.write(f"{'':10}{indent}{explanation.name} = {explanation.shown}{cite}{source}")
        for part in explanation.parts:
            self._explain(part, depth + 1)


def _open_folders(files: Iterable[Path]) -> list[Path]:
    found = [path for file in files for path in (sorted(file.glob("*.yaml")) if file.is_dir() else [file])]
    for path in found:
        if not path.is_file():
            raise CommandError(f"There is no file {path}. Name a file of examples or a folder of them.")
    return found


def _read(path: Path) -> list[Example]:
    try:
        return read_examples(path)
    except BadExample as error:
        raise CommandError(str(error)) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path.name} is no text in UTF-8. Save it as UTF-8.") from error


def _write_figures(outcome: Outcome) -> str:
    return f"refused: {outcome.refusal}" if outcome.refusal else _plain(outcome.got)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items())
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _as_json(outcome: Outcome) -> dict[str, Any]:
    example = outcome.example
    return {
        "id": example.code,
        "kind": example.kind,
        "as_of": outcome.as_of.isoformat(),
        "tier": example.tier,
        "expected": example.expected if isinstance(example.expected, dict | int | str) else str(example.expected),
        "got": {name: str(value) if hasattr(value, "isoformat") else value for name, value in outcome.got.items()},
        "refused": outcome.refusal,
        "right": outcome.holds,
        "differs": list(outcome.wrong),
        "unused": list(outcome.unused),
    }
