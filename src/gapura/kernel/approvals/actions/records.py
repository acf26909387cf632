"""The end of a record: what was signed is taken out, who signed what when stays."""

from datetime import datetime

from django.db import transaction

from gapura.kernel.approvals.models import ApprovalLine, LineVersion
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor


def empty_versions(*, actor: Actor, kind: str, object_ref: str, ground: str, now: datetime) -> int:
    """Take the bytes of every version out of the object's ended lines; how many. ``ground``: the deed that allows it.

    The path, its digests, signatures and seal stay. The caller has judged that the record is lawfully destroyed.
    """
    with transaction.atomic():
        ended = ApprovalLine.objects.filter(kind=kind, object_ref=object_ref, ended_at__lte=now)
        emptied = 0
        for line in ended.order_by("pk"):
            number = LineVersion.objects.filter(line=line).exclude(content=b"").update(content=b"")
            emptied += number
            record_event(
                actor=actor,
                action="approvals.versions_emptied",
                object_ref=f"line:{line.number}",
                detail={"ground": ground, "versions": number},
            )
    return emptied
