"""Bulk messages: many questions under one signature, each with an id, a nonce, a digest and an answer of its own.

The content is a JSON array with each part on a line of its own. The signed line holds the Merkle root over the digests
of the lines, so one part is shown with its path and the line, and nothing of the others. An answer's part names the
digest of its question.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gapura.kernel.nodes.headers import read_fault
from gapura.kernel.nodes.message_log import Passage
from gapura.kernel.nodes.rules import LARGEST_BODY, is_bulk, require_tokens, split_parts
from gapura.kernel.nodes.types import MOST_QUESTIONS, Envelope, Fault, MessageRefused, OutgoingRequest

_ASKED = {"content", "id", "nonce", "service"}
_AROUND = 300  # bytes at most that a part has beside its content


@dataclass(frozen=True, slots=True)
class Question:
    """One part of a bulk message: ``line`` is what was sent of it, ``content`` what it asks ``service`` (JSON)."""

    id: str
    nonce: str
    service: str
    content: bytes
    line: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.line).hexdigest()


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """What one question was given, or why nothing; ``line`` is what was sent of it."""

    id: str
    nonce: str
    given: bytes | MessageRefused
    line: bytes

    @property
    def fault(self) -> str:
        return self.given.fault if isinstance(self.given, MessageRefused) else ""


def compose_question(request: OutgoingRequest, nonce: str) -> Question:
    head = _head({"id": request.id, "nonce": nonce, "service": request.service})
    return Question(request.id, nonce, request.service, request.content, head + b',"content":' + request.content + b"}")


def compose_answer(question: Question, nonce: str, given: bytes | MessageRefused, error: bytes = b"") -> QuestionAnswer:
    """``error``: the body of the refusal, as a message of its own would have it."""
    status, name = (given.status, b"error") if isinstance(given, MessageRefused) else (200, b"content")
    head = _head({"id": question.id, "nonce": nonce, "request": question.digest, "status": status})
    line = head + b',"' + name + b'":' + (error if isinstance(given, MessageRefused) else given) + b"}"
    return QuestionAnswer(question.id, nonce, given, line)


def _head(words: Mapping[str, Any]) -> bytes:
    return json.dumps(words, separators=(",", ":"))[:-1].encode()


def read_questions(envelope: Envelope) -> tuple[Question, ...]:
    """The questions of a bulk message. Raises MessageRefused unless all can be told from each other."""
    if not is_bulk(envelope.path) or not envelope.body.startswith(b"[\n"):
        raise _not_asked("it is no array with each question on a line of its own")
    questions = tuple(map(_read_question, split_parts(envelope.body)))
    for name in ("id", "nonce"):
        if len({getattr(one, name) for one in questions}) < len(questions):
            raise _not_asked(f"two questions have the same {name}")
    return questions


def _read_question(line: bytes) -> Question:
    words = _object(line)
    if words is None or words.keys() != _ASKED:
        raise _not_asked("a line is no question with id, nonce, service and content")
    if not all(isinstance(words[name], str) for name in ("id", "nonce", "service")):
        raise _not_asked("id, nonce and service are texts")
    require_tokens(words["id"], words["nonce"])
    return Question(words["id"], words["nonce"], words["service"], json.dumps(words["content"]).encode(), line)


def _not_asked(why: str) -> MessageRefused:
    return MessageRefused(Fault.INVALID_REQUEST, f"The content is no bulk message: {why}.")


def read_answers(questions: Sequence[Question], body: bytes) -> list[QuestionAnswer]:
    """The answers in the order asked. Raises MessageRefused unless there is one for each very question."""
    lines = split_parts(body)
    if len(lines) != len(questions):
        raise _not_answered(f"{len(lines)} answers to {len(questions)} questions")
    return [_read_answer(*one) for one in zip(questions, lines, strict=True)]


def _read_answer(question: Question, line: bytes) -> QuestionAnswer:
    words = _object(line)
    if words is None or words.get("id") != question.id or words.get("request") != question.digest:
        raise _not_answered(f"the answer to {question.id} is not there")
    nonce, status = words.get("nonce"), words.get("status")
    if not isinstance(nonce, str) or not isinstance(status, int):
        raise _not_answered(f"the answer to {question.id} has no nonce or no status")
    require_tokens(question.id, nonce)
    if status == 200 and "content" in words:
        return QuestionAnswer(question.id, nonce, json.dumps(words["content"]).encode(), line)
    error = words.get("error")
    fault = {"x-road-error": str(error.get("type"))} if isinstance(error, dict) else {}
    return QuestionAnswer(question.id, nonce, read_fault(fault, json.dumps(error).encode(), status), line)


def _not_answered(why: str) -> MessageRefused:
    return MessageRefused(Fault.INCONSISTENT_RESPONSE, f"The answer is not believed: {why}.")


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        words = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return words if isinstance(words, dict) else None


def part_passages(message: Passage, parts: Sequence[tuple[str, Question | QuestionAnswer]]) -> list[Passage]:
    """Each part, with its service, as it passes in ``message``, whose signature is its own too."""
    return [
        replace(
            message,
            envelope=replace(message.envelope, id=part.id, nonce=part.nonce),
            line=part.line,
            service=service,
            fault=part.fault if isinstance(part, QuestionAnswer) else "",
        )
        for service, part in parts
    ]


def split_requests(requests: Sequence[OutgoingRequest]) -> Iterator[list[OutgoingRequest]]:
    """As many at a time as one message may hold, in their order."""
    taken: list[OutgoingRequest] = []
    size = 0
    for request in requests:
        needs = len(request.content) + _AROUND
        if taken and (len(taken) == MOST_QUESTIONS or size + needs > LARGEST_BODY):
            yield taken
            taken, size = [], 0
        taken.append(request)
        size += needs
    if taken:
        yield taken
