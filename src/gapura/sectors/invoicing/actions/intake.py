"""Invoices that a seller's own program wrote: read in the sandbox, checked, and issued as they are, byte by byte."""

import hashlib
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gapura.foundation.codes import new_code
from gapura.foundation.sandbox import FileRefused, Refusal, open_apart
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.invoicing.actions.identities import confirm_business, find_names
from gapura.sectors.invoicing.actions.issuing import require_faultless
from gapura.sectors.invoicing.actions.storing import Sending, number_key_of, store_invoice
from gapura.sectors.invoicing.models import Invoice, Upload
from gapura.sectors.invoicing.opening import MOST_BYTES
from gapura.sectors.invoicing.reading import to_invoice
from gapura.sectors.invoicing.types import CannotIssue, CoreInvoice, Fault

MOST_UPLOAD_BYTES = 8 * 1024 * 1024
_OPENERS = "gapura.sectors.invoicing.opening"
_ARCHIVE = b"PK\x03\x04"
Row = dict[str, Any]


def submit_invoice(*, actor: Actor, content: bytes, seller_signature: str = "", now: datetime) -> Invoice:
    """Issue one UBL file as it is. The same file again gives the first answer. Raises AccessDenied, CannotIssue."""
    seller = confirm_business(actor, now=now)
    core = _read(content)
    require_faultless(core, seller, now=now)
    buyer = core.buyer.business_number
    names = find_names(actor, [buyer], now=now)
    return _issue(actor, core, content, names, seller_signature, now)


def upload_invoices(*, actor: Actor, content: bytes, now: datetime) -> Upload:
    """Issue every faultless file of an archive, or the one file, and say of each what became of it.

    The same archive again gives the first answer. Raises AccessDenied, CannotIssue where nothing could be opened.
    """
    seller = confirm_business(actor, now=now)
    content_digest = hashlib.sha256(content).hexdigest()
    if earlier := Upload.objects.filter(seller=seller, content_digest=content_digest).first():
        return earlier
    files = _open(content)
    cores = [_core_of(one) for one in files]
    named = [core.buyer.business_number for core in cores if isinstance(core, CoreInvoice)]
    names = find_names(actor, named, now=now)
    rows = [_take(actor, seller, one, core, names, now) for one, core in zip(files, cores, strict=True)]
    taken = sum("number" in row for row in rows)
    upload = Upload(
        number=new_code(11),
        seller=seller,
        content_digest=content_digest,
        sent_by=actor.person_number or "",
        sent_at=now,
        taken=taken,
        refused=len(rows) - taken,
        rows=rows,
    )
    return _write_upload(actor, upload)


def _write_upload(actor: Actor, upload: Upload) -> Upload:
    try:
        with transaction.atomic():
            upload.save(force_insert=True)
            record_event(
                actor=actor,
                action="invoicing.uploaded",
                subject=upload.seller,
                object_ref=f"invoice-upload:{upload.number}",
                detail={"taken": upload.taken, "refused": upload.refused},
            )
    except IntegrityError:
        return Upload.objects.get(seller=upload.seller, content_digest=upload.content_digest)
    return upload


def _read(content: bytes) -> CoreInvoice:
    if len(content) > MOST_BYTES:
        raise CannotIssue([Fault("ID-FILE", f"> {MOST_BYTES // 1024} KiB")])
    try:
        return to_invoice(open_apart(f"{_OPENERS}:read_invoice", content).value)
    except FileRefused as refusal:
        raise _not_opened(refusal) from refusal
    except ValueError as error:
        raise CannotIssue([Fault("ID-FILE", str(error))]) from error


def _open(content: bytes) -> Sequence[Mapping[str, Any]]:
    if len(content) > MOST_UPLOAD_BYTES:
        raise CannotIssue([Fault("ID-FILE", f"> {MOST_UPLOAD_BYTES // 1024} KiB")])
    if not content.startswith(_ARCHIVE):
        return [{"name": "", "core": _read(content), "bytes": content}]
    try:
        files: Sequence[Mapping[str, Any]] = open_apart(f"{_OPENERS}:read_archive", content).value
    except FileRefused as refusal:
        raise _not_opened(refusal) from refusal
    return files


def _not_opened(refusal: FileRefused) -> CannotIssue:
    """A file that is wrong breaks a rule; a sandbox that is busy is nobody's fault."""
    if refusal.why is Refusal.BUSY:
        return CannotIssue([], str(refusal))
    return CannotIssue([Fault("ID-FILE", str(refusal))])


def _core_of(file: Mapping[str, Any]) -> CoreInvoice | str:
    """The invoice in a file, or why there is none."""
    if "core" in file:
        core: CoreInvoice = file["core"]
        return core
    if "refused" in file:
        return str(file["refused"])
    try:
        return to_invoice(file["invoice"])
    except ValueError as error:
        return str(error)


def _take(
    actor: Actor,
    seller: str,
    file: Mapping[str, Any],
    core: CoreInvoice | str,
    names: Mapping[str, str],
    now: datetime,
) -> Row:
    row: Row = {"file": file["name"]}
    if isinstance(core, str):
        return row | {"faults": [["ID-FILE", core]]}
    row |= {"seller_number": core.number}
    content = file["bytes"] if "bytes" in file else b64decode(file["content"])
    try:
        require_faultless(core, seller, now=now)
        return row | {"number": _issue(actor, core, content, names, "", now).number}
    except CannotIssue as refusal:
        return row | {"faults": [[fault.rule, fault.where] for fault in refusal.faults]}


def _issue(
    actor: Actor, core: CoreInvoice, content: bytes, names: Mapping[str, str], signature: str, now: datetime
) -> Invoice:
    if core.buyer.business_number not in names:
        raise CannotIssue([Fault("ID-BUYER")])
    sending = Sending(
        core,
        number_key_of(core.seller.business_number, core.number),
        hashlib.sha256(content).hexdigest(),
        content,
        signature,
    )
    return store_invoice(actor=actor, sending=sending, now=now)
