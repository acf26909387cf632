"""What opening a PDF in the sandbox costs, against the same judgment in this process; and the first of a process."""

import subprocess
import sys
import time

from benchmarks.harness import Result, rounded, start_django, time_median

NAME = "sandbox"
ROUNDS = 40


def run() -> list[Result]:
    start_django()
    from django.core.management import call_command

    call_command("pki_init", verbosity=0)
    from gapura.foundation import clock
    from gapura.kernel.documents.actions import render_document
    from gapura.kernel.documents.plugin import get_seal_provider
    from gapura.kernel.documents.sealing.reading import judge_seal
    from gapura.kernel.documents.sealing.validation import check_seal
    from gapura.kernel.documents.testing import new_order

    content, provider, now = render_document(new_order()).content, get_seal_provider(), clock.now()
    started = time.perf_counter()
    assert judge_seal(content, provider, now).signer == check_seal(content, provider, now).signer
    first = time.perf_counter() - started
    apart = time_median(lambda: judge_seal(content, provider, now), ROUNDS)
    here = time_median(lambda: check_seal(content, provider, now), ROUNDS)
    fresh = time_median(lambda: subprocess.run([sys.executable, "-c", _FRESH], check=True), 3)
    return [
        _result("sandbox/verify", apart, here, "the same judgment in this process", "≤ 2 ×", 2),
        Result("sandbox/first", first * 1e3, "ms", "the first file of a process"),
        _result("sandbox/fresh", apart, fresh, "a fresh process that imports the parser", "≤ 0.5 ×", 0.5),
    ]


_FRESH = "import gapura.kernel.documents.sealing.opening"


def _result(name: str, seconds: float, other: float, against: str, goal: str, most: float) -> Result:
    ratio = rounded(seconds / other)
    return Result(name, seconds * 1e3, "ms", against, ratio, goal, ratio <= most)
