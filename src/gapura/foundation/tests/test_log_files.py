"""A published log is whole at every moment, whatever breaks while it is written."""

import os
import random
from itertools import count
from pathlib import Path

from gapura.foundation.log_files import LogFolder
from gapura.foundation.merkle import leaf_hash, root_hash
from gapura.foundation.notes import Checkpoint, new_signer, sign_note
from gapura.foundation.tiles import append_leaves, subtree_reader
from gapura.foundation.verify_log import verify_folder

SIGNER = new_signer("gapura.example/audit")
ENTRIES = [random.Random(number).randbytes(32) for number in range(700)]


def published(folder, size):
    """A log of ``size`` entries, published at once."""
    tiles = append_leaves(0, [leaf_hash(entry) for entry in ENTRIES[:size]], lambda level, index: b"")

    def read_tile(level, index):
        return tiles[level, index]

    tree = Checkpoint(SIGNER.name, size, root_hash(size, subtree_reader(read_tile)))
    log = LogFolder(folder)
    log.publish(sign_note(str(tree), SIGNER), SIGNER.verifier, read_tile, lambda start, end: ENTRIES[start:end])
    return log


def size_of_whole_log(folder):
    """The size of the published log, every file of which fits."""
    assert verify_folder(folder, SIGNER.verifier).problems == ()
    return LogFolder(folder).find_checkpoint(SIGNER.verifier).size


def test_a_log_grows_in_the_same_folder(tmp_path):
    for size in (1, 255, 256, 257, 600, 600, 700):
        published(tmp_path, size)
        assert size_of_whole_log(tmp_path) == size


def test_an_older_state_does_not_replace_a_newer_one(tmp_path):
    published(tmp_path, 300)
    published(tmp_path, 200)
    assert size_of_whole_log(tmp_path) == 300


def test_wherever_the_writing_breaks_off_the_log_is_whole_and_the_next_attempt_completes_it(tmp_path, monkeypatch):
    operations = [(os, "fsync"), (Path, "rename"), (Path, "write_bytes")]
    real = {name: getattr(owner, name) for owner, name in operations}
    finished = 0
    for last in count():
        folder = tmp_path / str(last)
        published(folder, 200)
        steps = count()

        def break_off(name, steps=steps, last=last):
            def operation(*arguments):
                if next(steps) == last:
                    raise OSError(28, "No space left on device")
                return real[name](*arguments)

            return operation

        with monkeypatch.context() as patched:
            for owner, name in operations:
                patched.setattr(owner, name, break_off(name))
            try:
                published(folder, 600)
                finished = last
            except OSError:
                pass
        assert size_of_whole_log(folder) in (200, 600)
        published(folder, 600)
        assert size_of_whole_log(folder) == 600
        if finished:
            break
    assert finished > 25
