"""``gapura issue``: the same path as the web, from the shell."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand

from gapura.foundation import clock
from gapura.foundation.codes import grouped
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.types import CannotSubmitApplication
from gapura.kernel.catalogue.types import InvalidAnswers
from gapura.kernel.documents.queries import find_document, get_content
from gapura.kernel.exchange.queries import list_accesses_for_case

REFUSED, WAITING, NOT_ACCEPTED, CANNOT_WRITE = 1, 2, 3, 4


class Command(BaseCommand):
    help = (
        "Ask for a public service as a person would, and write the sealed document. "
        "Exit status: 0 sealed, 1 refused, 2 waiting, 3 not accepted, 4 the file cannot be written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--service", required=True, help="code of the public service, e.g. civil.family-card")
        parser.add_argument("--for", dest="subject", required=True, help="person number the document is about")
        parser.add_argument("--as", dest="applicant", help="person number that applies (default: the same)")
        parser.add_argument("--relation", default="self", help="self, child, ward or family")
        parser.add_argument("--answer", action="append", default=[], metavar="FIELD=VALUE")
        parser.add_argument("--language", default="id")
        parser.add_argument("--key", default="", help="the same key never opens a second case")
        parser.add_argument("--out", type=Path, required=True, help="where the PDF goes")
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, **options: Any) -> None:
        started = time.perf_counter()
        try:
            case = self._submit(options)
        except (CannotSubmitApplication, InvalidAnswers) as refusal:
            self._finish(options, {"outcome": "not-accepted", "reason": str(refusal)}, NOT_ACCEPTED)
        result = _describe(case) | {"seconds": round(time.perf_counter() - started, 3)}
        if not case.document_code:
            status = REFUSED if case.status == "refused" else WAITING
            self._finish(options, result, status)
        try:
            size = _write_document(case, options["out"])
        except OSError as error:
            reason = f"Cannot write {options['out']}: {error.strerror}. The document is issued; download it again."
            self._finish(options, result | {"reason": reason}, CANNOT_WRITE)
        self._finish(options, result | {"file": str(options["out"]), "bytes": size}, 0)

    def _submit(self, options: dict[str, Any]) -> Case:
        applicant = options["applicant"] or options["subject"]
        actor = Actor(
            kind=ActorKind.RESIDENT,
            label="shell",
            person_number=applicant,
            assurance=AssuranceLevel.HIGH,  # whoever holds the server's shell answers for it; the channel is logged
            channel="shell",
        )
        return submit_application(
            actor=actor,
            service_code=options["service"],
            subject=options["subject"],
            relation=options["relation"],
            answers=dict(pair.partition("=")[::2] for pair in options["answer"]),
            language=options["language"],
            idempotency_key=options["key"] or uuid4().hex,
            now=clock.now(),
        )

    def _finish(self, options: dict[str, Any], result: dict[str, Any], status: int) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            for name, value in result.items():
                lines = value if isinstance(value, list) else [value]
                for line in lines:
                    self.stdout.write(f"{name.replace('_', ' '):>18}  {line}")
        sys.exit(status)


def _describe(case: Case) -> dict[str, Any]:
    accesses = list_accesses_for_case(case.number, now=clock.now())
    document = find_document(case.document_code) if case.document_code else None
    described: dict[str, Any] = {
        "outcome": case.status,
        "case": case.number,
        "evidence": [f"{a.evidence_type} {a.question or ', '.join(a.fields)} ({a.legal_ground})" for a in accesses],
    }
    if case.decision_reason:
        language = case.language if case.language in case.decision_reason else next(iter(case.decision_reason))
        described |= {
            "reason": case.decision_reason[language],
            "remedy": case.decision_remedy.get(language, ""),
        }
    if document:
        described |= {"code": grouped(document.code), "sha256": document.sha256}
    if case.seconds_to_decide is not None:
        described["decided_in_seconds"] = round(case.seconds_to_decide, 3)
    return described


def _write_document(case: Case, path: Path) -> int:
    document = find_document(case.document_code)
    assert document is not None
    content = get_content(document)
    path.write_bytes(content)
    return len(content)
