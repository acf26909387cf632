"""Making the backup key, and copies of the house."""

import base64
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import transaction

from gapura.foundation.notes import new_signer
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.operations.actions.destroyed import publish_deeds
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.making import Advance, Copy, get_copy_signer, get_recipient, make_copy
from gapura.kernel.operations.backup.shares import Share, split_key
from gapura.kernel.operations.backup.shipping import Shipper, Told
from gapura.kernel.operations.backup.stretches import Stretch
from gapura.kernel.operations.backup.watching import list_oddities, read_state, write_log_state, write_state
from gapura.kernel.operations.types import BackupRefused


def make_backup_key(*, actor: Actor) -> list[Share]:
    """A new key as three shares, which are shown once and stored nowhere here; the house keeps the public half.

    Raises BackupRefused when there is one: copies made before could then not be told from forged ones.
    """
    folder = Path(settings.GAPURA_HOME) / "keys"
    if (folder / "backup.ed25519").exists():
        raise BackupRefused(f"This house has a backup key. To start anew, put {folder}/backup.* away first.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signer = new_signer(f"{urlsplit(settings.GAPURA_PUBLIC_ADDRESS).netloc}/backup")
    secret = X25519PrivateKey.generate()
    with transaction.atomic():
        record_event(actor=actor, action="operations.backup_key_made")
        _write_private(folder / "backup.recipient", base64.b64encode(secret.public_key().public_bytes_raw()).decode())
        _write_private(folder / "backup.ed25519", signer.secret_text())
    return split_key(secret, signer.verifier)


def back_up(
    *,
    actor: Actor,
    target: Target,
    now: datetime,
    base: bool = False,
    advance: Advance = lambda store, size: None,
) -> Copy:
    """Copy the whole house to ``target``, and note how it went where health and alarms look.

    What was destroyed is listed there first, so that no copy is without the list of what it must not bring back.
    ``base``: the database as files that the write-ahead log continues, instead of a snapshot. Raises BackupRefused,
    which is noted too. A copy that arrived but looks wrong is kept, and raises an alarm.
    """
    before = read_state()
    try:
        publish_deeds(actor=actor, target=target)
        copy = make_copy(target, recipient=get_recipient(), now=now, base=base, advance=advance)
    except BackupRefused as refusal:
        _note_failure(actor, before, str(refusal), now)
        raise
    except OSError as error:
        _note_failure(actor, before, f"{type(error).__name__}: {error.strerror}", now)
        raise BackupRefused(f"The copy could not be written ({error}). Check the place and its free space.") from error
    oddities = list(list_oddities(before, copy.sizes, copy.rows))
    with transaction.atomic():
        record_event(
            actor=actor,
            action="operations.backup_made",
            object_ref=f"copy:{copy.number}",
            detail={"bytes": sum(kept for _, kept in copy.sizes.values()), "oddities": oddities},
        )
    write_state(
        {
            "number": copy.number,
            "taken_at": now.isoformat(),
            "sizes": before.get("sizes", {}) | {store: list(pair) for store, pair in copy.sizes.items()},
            "rows": dict(copy.rows),
            "oddities": oddities,
        }
    )
    return copy


def ship_log(
    *,
    actor: Actor,
    target: Target,
    address: str,
    every: float,
    until: Callable[[], bool],
    after_gap: bool = False,
    told: Told = lambda stretch: None,
) -> None:
    """Send PostgreSQL's write-ahead log to ``target`` as it is written, a stretch every few seconds, until ``until``.

    ``after_gap``: go on where the server's log begins, though what is between is lost. Raises BackupRefused.
    """
    with transaction.atomic():
        record_event(actor=actor, action="operations.log_shipping_started", detail={"after_gap": after_gap})

    def noted(stretch: Stretch) -> None:
        write_log_state(stretch)
        told(stretch)

    shipper = Shipper(target, recipient=get_recipient(), signer=get_copy_signer(), told=noted)
    shipper.ship(address, every=every, until=until, after_gap=after_gap)


def _note_failure(actor: Actor, before: dict[str, object], why: str, now: datetime) -> None:
    with transaction.atomic():
        record_event(actor=actor, action="operations.backup_failed", detail={"why": why[:300]})
    write_state({**before, "failed_at": now.isoformat(), "why": why[:300]})


def _write_private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(f"{text}\n")
