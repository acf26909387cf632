"""The house's two keys for its counters: one signs packs, one opens what journals bring back."""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from gapura.foundation.notes import Signer, decode_base64, encode_base64, new_signer, parse_signer


def get_house_signer() -> Signer:
    """The key that signs packs, made when first needed."""
    name = f"{urlsplit(settings.GAPURA_PUBLIC_ADDRESS).netloc}/counters"
    return parse_signer(_kept("counters.ed25519", new_signer(name).secret_text()))


def get_house_secret() -> X25519PrivateKey:
    """The key that journals are locked to, made when first needed."""
    fresh = encode_base64(X25519PrivateKey.generate().private_bytes_raw())
    return X25519PrivateKey.from_private_bytes(decode_base64(_kept("counters.x25519", fresh)))


def _kept(name: str, fresh: str) -> str:
    """The file's line; ``fresh`` becomes it when there is none yet, whole or not at all."""
    file = Path(settings.GAPURA_HOME) / "keys" / name
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f".{name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(fresh)
            handle.flush()
            os.fsync(handle.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)  # two that start at once agree on the first
        draft.unlink()
    return file.read_text().strip()
