"""Check a published log, or the proof of one event, with nothing but the files: no database, no Django.

    python -m gapura.foundation.verify_log FOLDER [--key KEY] [--earlier CHECKPOINT] [--witness KEY …] [--quorum N]
    python -m gapura.foundation.verify_log EVENT.tlog-proof --key KEY

KEY is the verifying key or a file that holds it. Without it the key that lies with the log is believed,
which shows that the log is whole but not whose it is. CHECKPOINT is a file kept from an earlier visit: the
log must still contain what it said then. With witnesses' keys, so many of them (all, unless --quorum says
fewer) must have signed FOLDER/witnessed, and the log must contain what that says. The exit status is 0 when
everything fits, else 1.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from gapura.foundation.cosignatures import find_cosigned_at
from gapura.foundation.log_files import LogFolder, Progress
from gapura.foundation.merkle import HASH_SIZE, Frontier, fold, leaf_hash, verify_inclusion
from gapura.foundation.notes import (
    BadNote,
    Checkpoint,
    Verifier,
    open_checkpoint,
    parse_proof,
    parse_verifier,
)
from gapura.foundation.tiles import TILE_WIDTH, append_leaves, split_hashes

SALT_SIZE = 32


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: a summary, and the problems (none: everything fits)."""

    summary: str
    problems: tuple[str, ...] = ()


def verify_folder(
    folder: Path,
    verifier: Verifier,
    earlier: Sequence[Checkpoint] = (),
    progress: Progress = lambda done, total: None,
) -> Verdict:
    """Recompute the whole tree from the entries and compare every tile, the root and the signature."""
    log = LogFolder(folder)
    checkpoint = log.find_checkpoint(verifier)
    if checkpoint is None:
        return Verdict("Nothing is published here.", (f"{folder} holds no checkpoint.",))
    check = _FolderCheck(log, checkpoint, earlier)
    for start in range(0, checkpoint.size, TILE_WIDTH):
        width = min(TILE_WIDTH, checkpoint.size - start)
        check.check_leaves(start // TILE_WIDTH, width)
        progress(start + width, checkpoint.size)
    check.check_upper_tiles()
    check.check_roots()
    return Verdict(
        f"{checkpoint.origin}: {checkpoint.size} entries, root {checkpoint.root.hex()}", tuple(check.problems)
    )


def verify_proof(text: str, verifier: Verifier) -> Verdict:
    """Whether the event in the proof stands in the log that ``verifier`` signed. Raises BadNote."""
    proof = parse_proof(text)
    checkpoint = open_checkpoint(proof.note, verifier)
    leaf = leaf_hash(hashlib.sha256(proof.extra).digest())
    if not verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        return Verdict(
            f"{checkpoint.origin}: leaf {proof.index}",
            ("The event shown is not the one in the log: it was altered, or the proof is of another event.",),
        )
    event = proof.extra[SALT_SIZE:].decode()
    return Verdict(f"{checkpoint.origin}: leaf {proof.index} of {checkpoint.size} is {event}")


class _FolderCheck:
    """The walk through a folder: what was recomputed so far, and what did not fit."""

    def __init__(self, log: LogFolder, checkpoint: Checkpoint, earlier: Sequence[Checkpoint]) -> None:
        self.log, self.checkpoint, self.earlier = log, checkpoint, earlier
        self.frontier = Frontier()
        self.full_tiles: list[bytes] = []
        self.earlier_roots: dict[int, bytes] = {}
        self.problems: list[str] = []

    def check_leaves(self, index: int, width: int) -> None:
        try:
            leaves = [leaf_hash(entry) for entry in self.log.read_entries(index, width)]
        except ValueError as error:
            self.problems.append(f"Entries of tile {index}: {error}")
            leaves = []
        found = split_hashes(self.log.read_tile(0, index, width))
        for position in range(width):
            place = index * TILE_WIDTH + position
            if position >= len(leaves):
                self.problems.append(f"Entry {place} is missing.")
            elif found[position : position + 1] != [leaves[position]]:
                self.problems.append(f"Entry {place} does not fit its hash in tile 0/{index}.")
        self._grow(leaves, found)

    def check_upper_tiles(self) -> None:
        for (level, index), expected in append_leaves(0, self.full_tiles, _no_tile).items():
            width = len(expected) // HASH_SIZE
            if self.log.read_tile(level + 1, index, width) != expected:
                self.problems.append(f"Tile {level + 1}/{index} does not fit the tiles below it.")

    def check_roots(self) -> None:
        if self.frontier.root() != self.checkpoint.root:
            self.problems.append("The entries do not have the root that was signed.")
        for one in self.earlier:
            if one.origin != self.checkpoint.origin:
                self.problems.append(f"The earlier checkpoint is of another log, {one.origin}.")
            elif one.size > self.checkpoint.size:
                self.problems.append(f"The log went back: it has {self.checkpoint.size} entries and had {one.size}.")
            elif one.size and self.earlier_roots.get(one.size) != one.root:
                self.problems.append(f"The first {one.size} entries are not what they were.")

    def _grow(self, leaves: list[bytes], found: list[bytes]) -> None:
        sizes = {one.size for one in self.earlier}
        for leaf in leaves or found:
            self.frontier.append(leaf)
            if self.frontier.size in sizes:
                self.earlier_roots[self.frontier.size] = self.frontier.root()
        if len(leaves or found) == TILE_WIDTH:
            self.full_tiles.append(fold(leaves or found))


def _no_tile(level: int, index: int) -> bytes:
    return b""


def main(arguments: list[str] | None = None) -> int:
    """Run the check from the command line; see the module's text."""
    description, _, usage = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=description, epilog=usage, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="folder of a published log, or a proof")
    parser.add_argument("--key", help="verifying key, or a file that holds it")
    parser.add_argument("--earlier", type=Path, help="checkpoint kept from an earlier visit")
    parser.add_argument("--witness", action="append", default=[], metavar="KEY", help="key of a witness, or a file")
    parser.add_argument("--quorum", type=int, help="how many of the witnesses must have signed (default: all)")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args(arguments)
    try:
        verdict = _verify(options)
    except (BadNote, OSError) as error:
        verdict = Verdict("Not verified.", (str(error),))
    _print(verdict, as_json=options.json)
    return 1 if verdict.problems else 0


def _verify(options: argparse.Namespace) -> Verdict:
    path, key = options.path, options.key
    if path.is_dir():
        verifier = _read_key(key) if key else LogFolder(path).read_verifier()
        notes = [options.earlier.read_text()] if options.earlier else []
        if options.witness:
            witnesses = [_read_key(one) for one in options.witness]
            notes.append(_read_witnessed(path, witnesses, options.quorum or len(witnesses)))
        before = [open_checkpoint(note, verifier) for note in notes]
        with tqdm(unit=" entries", disable=None, leave=False) as bar:

            def advance(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            return verify_folder(path, verifier, before, advance)
    if key is None:
        raise BadNote("A proof is worth only as much as the key it is checked with: name it with --key.")
    return verify_proof(path.read_text(), _read_key(key))


def _read_witnessed(folder: Path, witnesses: Sequence[Verifier], quorum: int) -> str:
    """The checkpoint that at least ``quorum`` of the witnesses signed. Raises BadNote, OSError."""
    note = (folder / "witnessed").read_text()
    signed = [one.name for one in witnesses if find_cosigned_at(note, one)]
    if len(signed) < quorum:
        raise BadNote(f"{len(signed)} witnesses signed the log ({', '.join(signed) or 'none'}), {quorum} must.")
    return note


def _read_key(key: str) -> Verifier:
    return parse_verifier(Path(key).read_text() if Path(key).exists() else key)


def _print(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"summary": verdict.summary, "problems": verdict.problems}))
        return
    print(verdict.summary)
    for problem in verdict.problems:
        print(f"- {problem}")
    print("Something is wrong." if verdict.problems else "Everything fits.")


if __name__ == "__main__":
    sys.exit(main())
