"""What a guard lets pass of evidence: declared questions and fields in, yes, no or the fields asked out."""

import re

from pydantic import ValidationError

from gapura.kernel.exchange.declared import find_undeclared
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.schemas import AskedEvidence, GivenEvidence
from gapura.kernel.exchange.types import (
    ConsentWithdrawn,
    FieldNotAgreed,
    NoAgreement,
    PostNotAgreed,
    ProviderUnavailable,
)
from gapura.kernel.nodes.plugin import ContentInspector
from gapura.kernel.nodes.types import Fault, MessageRefused, Opening

_ACCESS_ID = re.compile(r"[0-9a-f]{32}")


class EvidenceInspector(ContentInspector):
    """Evidence types are the services; both contents are those of ``schemas``."""

    refusals = frozenset(
        refusal.code for refusal in (NoAgreement, PostNotAgreed, FieldNotAgreed, ConsentWithdrawn, ProviderUnavailable)
    )

    def inspect_question(self, opening: Opening, content: bytes) -> None:
        asked = _asked(content)
        beyond = set(asked.fields) - opening.fields
        if asked.question and asked.question not in opening.questions:
            beyond.add(asked.question)
        if beyond:
            words = ", ".join(sorted(beyond))
            raise MessageRefused(Fault.ACCESS_DENIED, f"The guard's policy does not declare {words}.")

    def inspect_answer(self, service: str, question: bytes, answer: bytes) -> None:
        asked = _asked(question)
        try:
            given = GivenEvidence.model_validate_json(answer)
        except ValidationError:
            raise _wrong("it is no answer") from None
        if given.model_dump_json(exclude_unset=True).encode() != answer:
            raise _wrong("it is not in its shortest form, where nothing can hide")
        if not _ACCESS_ID.fullmatch(given.access_id):
            raise _wrong("its access id is no 32 hexadecimal digits")
        if asked.question:
            if given.records is not None:
                raise _wrong("it gives records to a question")
            return
        declared = find_evidence_type(service)
        if declared is None or given.holds is not None:
            raise _wrong("it does not give the fields asked")
        if undeclared := find_undeclared(declared, frozenset(asked.fields), given.records or ()):
            raise _wrong(f"it gives {undeclared}")


def _asked(content: bytes) -> AskedEvidence:
    try:
        return AskedEvidence.model_validate_json(content)
    except ValidationError:
        raise MessageRefused(Fault.INVALID_REQUEST, "The content is no request for evidence.") from None


def _wrong(why: str) -> MessageRefused:
    return MessageRefused(Fault.INCONSISTENT_RESPONSE, f"The answer was stopped: {why}.")
