"""A witness: it remembers the newest checkpoint of each log it knows, and signs only what extends it.

    python -m gapura.foundation.witness init FOLDER --name NAME --log KEY     make a key, trust a log
    python -m gapura.foundation.witness run FOLDER [--host 127.0.0.1] [--port 8401]

The protocol is C2SP tlog-witness. It needs neither Django nor a database,
and should run as a user, on a machine, of an institution of its own.

FOLDER/key           the signing key, which nobody else may read
FOLDER/verifier      its public half: what logs and auditors need
FOLDER/logs          verifying keys of the logs it answers, one a line
FOLDER/seen/<hash>   the newest checkpoint of each log
"""

import argparse
import fcntl
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from gapura.foundation import clock
from gapura.foundation.cosignatures import cosign
from gapura.foundation.merkle import HASH_SIZE, verify_consistency
from gapura.foundation.notes import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    Verifier,
    decode_base64,
    new_signer,
    open_checkpoint,
    parse_checkpoint,
    parse_signer,
    parse_verifier,
    split_note,
)

LARGEST_REQUEST = 16 * 1024
LONGEST_PROOF = 63
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the log: a status of HTTP and a text."""

    status: int
    text: str
    content_type: str = "text/plain"


class Refused(Exception):
    """The checkpoint is not signed; ``answer`` says why."""

    def __init__(self, status: int, text: str, content_type: str = "text/plain") -> None:
        super().__init__(text)
        self.answer = Answer(status, f"{text}\n", content_type)


@dataclass(frozen=True, slots=True)
class Submission:
    """A log's request: what it thinks we saw last, the proof from there, and the new checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    @classmethod
    def parse(cls, body: str) -> "Submission":
        """Read the request. Raises BadNote."""
        head, _, note = body.partition("\n\n")
        first, *proof = head.split("\n")
        size = first.removeprefix("old ")
        if not first.startswith("old ") or not (size.isascii() and size.isdigit()) or len(proof) > LONGEST_PROOF:
            raise BadNote("A request begins with 'old SIZE', then a proof of at most 63 lines, then the checkpoint.")
        hashes = tuple(map(decode_base64, proof))
        if any(len(found) != HASH_SIZE for found in hashes):
            raise BadNote("A line of the proof is not a hash.")
        return cls(int(size), hashes, note)


class Witness:
    """The memory in a folder, and the rule by which it grows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signer = parse_signer((folder / "key").read_text())
        keys = map(parse_verifier, (folder / "logs").read_text().splitlines())
        self.logs = {key.name: key for key in keys}

    def add_checkpoint(self, body: str) -> Answer:
        """Answer a log's request; what is signed was written to disk before."""
        try:
            return self._judge(Submission.parse(body))
        except BadNote as error:
            return Answer(400, f"{error}\n")
        except Refused as refusal:
            return refusal.answer

    def _judge(self, submission: Submission) -> Answer:
        new = self._open(submission.note)
        if submission.old_size > new.size:
            raise Refused(400, "The old size is larger than that of the checkpoint.")
        with self._locked(new.origin) as file:
            _require_extension(submission, self._find_seen(file), new)
            _write(file, submission.note)
            text, _ = split_note(submission.note)
            return Answer(200, cosign(text, self.signer, clock.now()))

    def _open(self, note: str) -> Checkpoint:
        origin = parse_checkpoint(note).origin
        if origin not in self.logs:
            raise Refused(404, f"This witness does not know the log {origin}.")
        try:
            return open_checkpoint(note, self.logs[origin])
        except BadNote as error:
            raise Refused(403, str(error)) from error

    def _find_seen(self, file: Path) -> Checkpoint | None:
        return parse_checkpoint(file.read_text()) if file.exists() else None

    @contextmanager
    def _locked(self, origin: str) -> Iterator[Path]:
        """The file for a log's newest checkpoint, for one request at a time."""
        file = self.folder / "seen" / hashlib.sha256(origin.encode()).hexdigest()
        with file.with_suffix(".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield file


def _require_extension(submission: Submission, seen: Checkpoint | None, new: Checkpoint) -> None:
    """Refuse what does not go on where the last signed checkpoint ended."""
    size = seen.size if seen else 0
    if submission.old_size != size:
        raise Refused(409, str(size), SIZE_TYPE)
    if seen is None or size == 0:
        if submission.proof:
            raise Refused(422, "From nothing there is no proof.")
        return
    if new.size == size and new.root != seen.root:
        raise Refused(409, str(size), SIZE_TYPE)
    if not verify_consistency(size, new.size, seen.root, new.root, submission.proof):
        raise Refused(422, f"The proof does not show that the first {size} entries are unchanged.")


def _write(file: Path, note: str) -> None:
    """Old or new after a power cut, never torn."""
    draft = file.with_suffix(".new")
    with draft.open("w") as handle:
        handle.write(note)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def make_witness(folder: Path, name: str, logs: list[Verifier]) -> Verifier:
    """A new witness in ``folder``, or another log for the one there; its verifying key. Raises BadNote."""
    (folder / "seen").mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "key"
    if not file.exists():
        signer = new_signer(name, COSIGNATURE)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(f"{signer.secret_text()}\n")
        (folder / "verifier").write_text(f"{signer.verifier}\n")
    known = folder / "logs"
    lines = known.read_text().splitlines() if known.exists() else []
    known.write_text("".join(f"{line}\n" for line in dict.fromkeys([*lines, *map(str, logs)])))
    return parse_verifier((folder / "verifier").read_text())


def make_server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """The witness behind HTTP: ``POST /add-checkpoint`` and nothing else."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # a connection that says nothing

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                self._answer(Answer(404, "The only address here is /add-checkpoint.\n"))
            elif not length.isdigit() or int(length) > LARGEST_REQUEST:
                self._answer(Answer(413, f"A request has at most {LARGEST_REQUEST} bytes and says how many.\n"))
            else:
                body = self.rfile.read(int(length)).decode("utf-8", "replace")
                self._answer(witness.add_checkpoint(body))

        def log_message(self, format: str, *arguments: object) -> None:
            sys.stderr.write(f"witness {format % arguments}\n")

        def _answer(self, answer: Answer) -> None:
            body = answer.text.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer((host, port), Handler)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; see the module's text."""
    description, _, usage = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=description, epilog=usage, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    init = verbs.add_parser("init", help="make the witness's key, or let it know another log")
    init.add_argument("folder", type=Path)
    init.add_argument("--name", required=True, help="what it signs as, such as audit-office.example/witness")
    init.add_argument("--log", action="append", default=[], metavar="KEY", help="verifying key of a log")
    run = verbs.add_parser("run", help="answer logs until stopped")
    run.add_argument("folder", type=Path)
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, default=8401)
    options = parser.parse_args(arguments)
    try:
        if options.verb == "init":
            print(make_witness(options.folder, options.name, [parse_verifier(key) for key in options.log]))
        else:
            _run(Witness(options.folder), options.host, options.port)
    except (BadNote, OSError) as error:
        print(f"The witness cannot work: {error}", file=sys.stderr)
        return 1
    return 0


def _run(witness: Witness, host: str, port: int) -> None:
    with make_server(witness, host, port) as server:
        print(f"{witness.signer.verifier} at http://{host}:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("The witness has stopped.")


if __name__ == "__main__":
    sys.exit(main())
