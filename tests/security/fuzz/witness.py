"""What a log sends to a witness."""

from gapura.foundation.notes import BadNote, encode_base64
from gapura.foundation.witness import Submission

DECLARED = (BadNote,)


def seeds() -> list[bytes]:
    proof = "\n".join(encode_base64(bytes([number]) * 32) for number in range(3))
    return [b"old 0\n\nnote", f"old 12\n{proof}\n\nlog\n13\nAAAA\n".encode()]


def parse(data: bytes) -> None:
    Submission.parse(data.decode(errors="replace"))
