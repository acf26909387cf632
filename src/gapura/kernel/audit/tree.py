"""The tree as the database stores it and as the house publishes it."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from gapura.foundation.log_files import LogFolder, Progress
from gapura.foundation.notes import Checkpoint as SignedTree
from gapura.foundation.notes import Signer
from gapura.foundation.tiles import ReadTile, TileKey
from gapura.kernel.audit.keys import get_signer
from gapura.kernel.audit.models import AuditEvent, Checkpoint, Tile
from gapura.kernel.audit.types import LogRolledBack


def find_tree_head() -> SignedTree | None:
    """What the newest checkpoint in the database says; its signature is not checked here."""
    newest = Checkpoint.objects.order_by("-size").first()
    return newest.tree if newest else None


def find_newest_note() -> str | None:
    """The newest checkpoint in the database, as signed."""
    newest = Checkpoint.objects.order_by("-size").first()
    return newest.note if newest else None


def read_tile(level: int, index: int) -> bytes:
    """A stored tile. Raises LookupError."""
    tile = Tile.objects.filter(level=level, index=index).first()
    if tile is None:
        raise LookupError(f"Tile {level}/{index} is missing from the database; run gapura audit verify.")
    return bytes(tile.hashes)


def with_changes(changed: Mapping[TileKey, bytes]) -> ReadTile:
    """Stored tiles with ``changed`` ones in front."""

    def read(level: int, index: int) -> bytes:
        return changed.get((level, index)) or read_tile(level, index)

    return read


def published_log() -> LogFolder:
    """The folder that witnesses copy. Being outside the database, it is also our own witness."""
    return LogFolder(Path(settings.GAPURA_HOME) / "audit")


def get_published_tree(signer: Signer) -> SignedTree | None:
    """What was last published. Raises BadNote when it is not signed with our key."""
    return published_log().find_checkpoint(signer.verifier)


def publish_log(folder: LogFolder, progress: Progress = lambda done, total: None) -> None:
    """Bring ``folder`` up to the newest checkpoint, if there is one."""
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is not None:
        folder.publish(newest.note, get_signer().verifier, read_tile, read_entries, progress)


def read_entries(start: int, end: int) -> list[bytes]:
    """The commitments of leaves ``start`` to ``end``, exclusive. Raises LogRolledBack when one is gone."""
    found = AuditEvent.objects.filter(leaf_index__gte=start, leaf_index__lt=end).order_by("leaf_index")
    entries = [bytes(commitment) for commitment in found.values_list("commitment", flat=True)]
    if len(entries) != end - start:
        raise LogRolledBack(f"Of the events at leaves {start} to {end - 1} some are gone; run gapura audit verify.")
    return entries
