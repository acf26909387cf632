"""Every certificate of the country as ``certificate`` measures one: from the request to the sealed paper, against
the parts that nobody can avoid: this page's setting, one signature, the hash, and the durable transactions.

Those are two for what is asked for oneself. Each question that must be answered before the others are asked takes one
more, since nothing is read before it is logged for good: whether one may ask for a relative, whether a fee is waived.
What several pieces of evidence cost beside (their lines in the log, the reading of their registers) is not counted:
they share the transactions, and that is ours to keep cheap.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from statistics import median
from typing import Any

from tqdm import tqdm

from benchmarks.certificate import Sample, measure_in_turn, unavoidable_parts
from benchmarks.harness import Result, rounded, start_django

NAME = "certificates-all"
LIMIT = 1.5
ROUNDS = 12


def run() -> Iterator[Result]:
    start_django()
    ratios: dict[str, float] = {}
    for code in tqdm(_settle(), desc="Certificates", unit=" papers"):
        yield _measure(code, ratios)
    yield from _summary(ratios)


def _settle() -> list[str]:
    """A household that has everything; the certificates that somebody of it gets."""
    from django.core.management import call_command

    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.catalogue.actions import adopt_declared_agreements
    from gapura.sectors.education.testing import make_school
    from tests.certificates.town import Household, certificates, settle

    logging.disable(logging.WARNING)
    call_command("pki_init", "--since=2025-01-01", verbosity=0)
    make_school()
    settle(Household())
    adopt_declared_agreements(actor=system_actor("benchmark"))
    return certificates()


def _measure(code: str, ratios: dict[str, float]) -> Result:
    from gapura.foundation import clock
    from tests.certificates.town import NOW

    with clock.frozen(NOW):
        apply = _prepare_application(code)
        case = apply()
        parts = unavoidable_parts(Sample.taken_from(case), transactions=2 + _count_asked_ahead(case))
        seconds = measure_in_turn({"whole": apply, **parts}, ROUNDS)
    ratio = ratios[code] = rounded(seconds["whole"] / sum(seconds[name] for name in parts))
    return Result(
        f"{NAME}/{code}",
        seconds["whole"] * 1e3,
        "ms",
        "its unavoidable parts",
        ratio,
        f"≤ {LIMIT} ×",
        ratio <= LIMIT,
    )


def _count_asked_ahead(case: Any) -> int:
    """Questions of the case that were logged and answered by themselves, before the rest could be asked."""
    from gapura.kernel.cases.actions.checks import evidence_requests
    from gapura.kernel.cases.queries import get_service_of
    from gapura.kernel.exchange.models import AccessRecord

    together = evidence_requests(get_service_of(case), case, case.submitted_at.date())
    return AccessRecord.objects.filter(case_number=case.number).count() - len(together)


def _prepare_application(code: str) -> Callable[[], Any]:
    from tests.certificates.town import Household, choose, submit

    home, keys = Household(), count()
    asker, subject = home.asker_of(code), home.subject_of(code)
    answers = choose(code, asker, subject=subject)

    def apply() -> Any:
        case = submit(code, asker, answers, subject=subject, key=f"{code}-{next(keys)}")
        if not case.document_code:
            raise AssertionError(f"{code} was not answered with a document: {case.status}.")
        return case

    return apply


def _summary(ratios: Mapping[str, float]) -> Iterator[Result]:
    worst = max(ratios.values())
    yield Result(
        f"{NAME}/worst", worst, "×", "the slowest of all", goal=f"≤ {LIMIT} ×", held=worst <= LIMIT, figure="worst"
    )
    yield Result(f"{NAME}/median", median(ratios.values()), "×", figure="median")
    yield Result(f"{NAME}/papers", len(ratios), "papers", goal="≥ 32", held=len(ratios) >= 32, figure="papers")
