"""Signed notes, keys, checkpoints and proofs of the transparency log, from witnesses and auditors."""

from gapura.foundation.merkle import EMPTY_ROOT
from gapura.foundation.notes import (
    BadNote,
    Checkpoint,
    InclusionProof,
    new_signer,
    parse_checkpoint,
    parse_proof,
    parse_signer,
    parse_verifier,
    sign_note,
    split_note,
)

DECLARED = (BadNote,)
_PARSERS = (parse_checkpoint, parse_proof, parse_signer, parse_verifier, split_note)


def seeds() -> list[bytes]:
    signer = new_signer("gapura.test/audit")
    note = sign_note(str(Checkpoint(signer.name, 7, EMPTY_ROOT)), signer)
    proof = str(InclusionProof(3, (EMPTY_ROOT, EMPTY_ROOT), note, b"extra"))
    return [text.encode() for text in (note, proof, signer.secret_text(), str(signer.verifier))]


def parse(data: bytes) -> None:
    """Each parser reads it; what one declares to be wrong is no reason for the next not to try."""
    text = data.decode(errors="replace")
    for one in _PARSERS:
        try:
            one(text)
        except DECLARED:
            continue
