"""Adding to a path: each entry chained to the one before and signed with its official's key, the end sealed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gapura.kernel.approvals import keys
from gapura.kernel.approvals.models import ApprovalLine, ApprovalStep, LineVersion, PathEntry
from gapura.kernel.approvals.queries.paths import get_path_bytes
from gapura.kernel.approvals.rules import Entry
from gapura.kernel.approvals.types import PathAct
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.actions import seal_file

UNSIGNED = keys.Signed("", "")


def add_entry(
    actor: Actor,
    line: ApprovalLine,
    act: PathAct,
    *,
    step: ApprovalStep | None = None,
    acting_for: str = "",
    opinion: str = "",
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> PathEntry:
    """What ``actor`` did on the locked line. Entries of the house itself carry no signature."""
    last = PathEntry.objects.filter(line=line).order_by("-number").first()
    entry = Entry(
        line=line.number,
        number=last.number + 1 if last else 1,
        act=act.value,
        at=now,
        post_code=actor.post_code or "",
        label=actor.label,
        person=actor.person_number or "",
        acting_for=acting_for,
        task=step.task if step else "",
        check_code=step.check_code if step else "",
        opinion=opinion,
        detail=detail or {},
        version=line.version,
        digest=LineVersion.objects.values_list("digest", flat=True).get(line=line, number=line.version),
        before=last.entry_digest if last else "",
    )
    row = _stored(line, entry, _signed(actor, entry, now))
    record_event(
        actor=actor,
        action=f"approvals.line_{act.value}",
        object_ref=f"line:{line.number}",
        case_number=line.case_number,
        detail={"entry": row.number, "entry_sha256": row.entry_digest},
    )
    return row


def seal_path(line: ApprovalLine) -> bytes:
    """The agency's seal over the whole path, to be kept with the end. Raises CannotSealDocument."""
    return seal_file(get_path_bytes(line), agency_code=line.agency_code)


def _signed(actor: Actor, entry: Entry, now: datetime) -> keys.Signed:
    if actor.account_id is None or not actor.person_number:
        return UNSIGNED
    return keys.sign(entry.signed_bytes, account_id=actor.account_id, agency_code=actor.agency_code or "", now=now)


def _stored(line: ApprovalLine, entry: Entry, signed: keys.Signed) -> PathEntry:
    return PathEntry.objects.create(
        line=line,
        number=entry.number,
        act=entry.act,
        at=entry.at,
        post_code=entry.post_code,
        label=entry.label,
        person=entry.person,
        acting_for=entry.acting_for,
        task=entry.task,
        check_code=entry.check_code,
        opinion=entry.opinion,
        detail=entry.detail,
        version=entry.version,
        digest=entry.digest,
        before=entry.before,
        entry_digest=hashlib.sha256(entry.signed_bytes).hexdigest(),
        signature=signed.signature,
        key_id=signed.key_id,
    )
