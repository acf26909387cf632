"""For tests: the tables that tests of other modules look into."""

from gapura.kernel.audit.models import AuditEvent
from gapura.kernel.audit.models import Checkpoint as CheckpointRow
from gapura.kernel.audit.models import Tile as TileRow

__all__ = ["AuditEvent", "CheckpointRow", "TileRow"]
