"""The key that signs the log, in a file of the house's home that nobody else may read."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from gapura.foundation.notes import Signer, new_signer, parse_signer
from gapura.kernel.audit.models import Checkpoint
from gapura.kernel.audit.types import LogKeyMissing


def get_signer() -> Signer:
    """The log's key, made when it is first needed. Raises LogKeyMissing when it was there and is gone."""
    file = _key_file()
    if not file.exists():
        if Checkpoint.objects.exists():
            raise LogKeyMissing(
                f"{file} is missing, and the log is signed with it. Put it back from the safe copy; "
                "a new key would make every earlier checkpoint worthless. Events wait meanwhile."
            )
        _make_key(file)
    return parse_signer(file.read_text())


def _key_file() -> Path:
    return Path(settings.GAPURA_HOME) / "keys" / "audit.ed25519"


def _make_key(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    signer = new_signer(f"{urlsplit(settings.GAPURA_PUBLIC_ADDRESS).netloc}/audit")
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(f"{signer.secret_text()}\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(new, file)  # Fails when another process was first: then its key counts.
    except FileExistsError:
        return
    finally:
        new.unlink()
