"""What a witness adds to a checkpoint: its signature and the time (C2SP tlog-cosignature, cosignature/v1)."""

from datetime import UTC, datetime

from gapura.foundation.notes import (
    COSIGNATURE,
    BadNote,
    Signer,
    Verifier,
    check_signature,
    parse_signature_line,
    signature_line,
    split_note,
)

_TIME_SIZE = 8


def cosign(text: str, signer: Signer, now: datetime) -> str:
    """The line by which ``signer`` (algorithm COSIGNATURE) says it saw the checkpoint ``text`` at ``now``."""
    seconds = int(now.timestamp())
    signature = signer.secret.sign(_signed_bytes(text, seconds))
    return signature_line(signer.name, signer.verifier.key_id + seconds.to_bytes(_TIME_SIZE, "big") + signature)


def add_cosignature(note: str, answer: str, witness: Verifier) -> str:
    """``note`` with the line of ``answer`` that ``witness`` signed. Raises BadNote when there is none that holds."""
    text, _ = split_note(note)
    for line in answer.splitlines():
        name, signature = parse_signature_line(line)
        if _is_by(name, signature, witness):
            _check(text, signature, witness)
            return f"{note}{line}\n"
    raise BadNote(f"The answer holds no signature of {witness.name}.")


def find_cosigned_at(note: str, witness: Verifier) -> datetime | None:
    """When ``witness`` saw the checkpoint; None when it did not sign it. Raises BadNote when its line is false."""
    text, signatures = split_note(note)
    for name, signature in signatures:
        if _is_by(name, signature, witness):
            return _check(text, signature, witness)
    return None


def _is_by(name: str, signature: bytes, witness: Verifier) -> bool:
    return witness.algorithm == COSIGNATURE and (name, signature[:4]) == (witness.name, witness.key_id)


def _check(text: str, signature: bytes, witness: Verifier) -> datetime:
    seconds = int.from_bytes(signature[4 : 4 + _TIME_SIZE], "big")
    check_signature(_signed_bytes(text, seconds), signature[4 + _TIME_SIZE :], witness)
    return datetime.fromtimestamp(seconds, UTC)


def _signed_bytes(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
