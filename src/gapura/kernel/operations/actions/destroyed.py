"""What persons destroyed: listed beside the copies, and destroyed again in a house that an older copy brought back."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.operations.backup.destroyed import add_deed, list_lines
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.making import get_copy_signer, get_recipient
from gapura.kernel.operations.plugin import find_destroyer, list_destroyers
from gapura.kernel.operations.types import Deed
from gapura.kernel.outbox.actions import enqueue_job

LIST_JOB = "operations.list-destroyed"


def publish_deeds_soon(*, code: str) -> None:
    """Have the deed ``code`` listed beside the copies, from the caller's transaction.

    A house without GAPURA_BACKUP_TARGET lists it with its next `gapura backup --to`.
    """
    if settings.GAPURA_BACKUP_TARGET:
        enqueue_job(name=LIST_JOB, arguments={}, key=f"{LIST_JOB}:{code}")


def publish_deeds(*, actor: Actor, target: Target) -> int:
    """Add to the list at ``target`` whatever was destroyed and is not there yet; returns how many.

    Not in a transaction: the list is outside. Raises BackupRefused; what was added until then stays.
    """
    destroyers = list_destroyers()
    if not destroyers:
        return 0
    signer, recipient = get_copy_signer(), get_recipient()
    listed: dict[str, set[str]] = {one.code: set() for one in destroyers}
    for line in list_lines(target, signer.verifier):
        listed.setdefault(line.source, set()).add(line.code)
    added = 0
    for destroyer in destroyers:
        for deed in destroyer.list_deeds(listed[destroyer.code]):
            number = add_deed(target, deed, recipient=recipient, signer=signer)
            with transaction.atomic():
                record_event(
                    actor=actor,
                    action="operations.destruction_listed",
                    object_ref=f"deed:{deed.source}/{deed.code}",
                    detail={"line": number},
                )
            added += 1
    return added


def destroy_again(*, actor: Actor, deeds: Sequence[Deed], now: datetime) -> tuple[int, list[str]]:
    """Destroy in a restored house whatever ``deeds`` name: how many records came back and are gone, and what is wrong.

    Each deed is logged, also one of which nothing came back. Not in a transaction.
    """
    gone, differences = 0, []
    for deed in deeds:
        destroyer = find_destroyer(deed.source)
        if destroyer is None:
            differences.append(f"what {deed.source} destroyed ({deed.code}) stays: this house has no such module")
            continue
        again = destroyer.destroy_again(actor=actor, deed=deed, now=now)
        with transaction.atomic():
            record_event(
                actor=actor,
                action="operations.destroyed_again",
                object_ref=f"deed:{deed.source}/{deed.code}",
                detail={"ended_at": deed.ended_at, "named": again.named, "gone": again.gone},
            )
        gone += again.gone
    return gone, differences
