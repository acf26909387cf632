"""For tests: the tables that tests of other modules look into."""

from gapura.kernel.audit.models import AuditEvent as AuditEvent
