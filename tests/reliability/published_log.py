"""A small log that grows while it is published: run as a program, it is the writer that crash tests interrupt.

python -m tests.reliability.published_log FOLDER SIZE [--naive]
"""

import hashlib
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gapura.foundation.log_files import LogFolder
from gapura.foundation.merkle import leaf_hash, root_hash
from gapura.foundation.notes import BadNote, Checkpoint, Signer, sign_note
from gapura.foundation.tiles import append_leaves, subtree_reader
from gapura.foundation.verify_log import verify_folder

BEFORE, AFTER = 300, 700
SIGNER = Signer("log.example", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


class NaiveFolder(LogFolder):
    """Writes every file in its place and syncs nothing: the planted mistake."""

    def _stage(self, path: str, content: bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb", buffering=0) as handle:
            for start in range(0, len(content), 4096):
                handle.write(content[start : start + 4096])

    def _show_staged(self) -> None:
        pass


def publish(folder: Path, size: int, *, naive: bool = False) -> None:
    """Bring the log in ``folder`` to ``size`` entries, which are always the same."""
    entries = [hashlib.sha256(f"entry {index}".encode()).digest() for index in range(size)]
    tiles = append_leaves(0, [leaf_hash(entry) for entry in entries], lambda level, index: b"")

    def read_tile(level: int, index: int) -> bytes:
        return tiles[level, index]

    tree = Checkpoint(SIGNER.name, size, root_hash(size, subtree_reader(read_tile)))
    log = (NaiveFolder if naive else LogFolder)(folder)
    log.publish(sign_note(str(tree), SIGNER), SIGNER.verifier, read_tile, lambda start, end: entries[start:end])


def judge(folder: Path) -> str:
    """``old`` or ``new`` where the published log is whole, else what is wrong with it."""
    try:
        verdict = verify_folder(folder, SIGNER.verifier)
    except BadNote as error:
        return str(error)
    if verdict.problems:
        return "; ".join(verdict.problems[:2])
    sizes = {BEFORE: "old", AFTER: "new"}
    found = LogFolder(folder).find_checkpoint(SIGNER.verifier)
    return sizes.get(found.size if found else 0, "neither old nor new")


if __name__ == "__main__":
    publish(Path(sys.argv[1]), int(sys.argv[2]), naive="--naive" in sys.argv)
