"""Handing a closed folder to the national archive: sent, received by a sealed receipt, and only then dropped here."""

import json
import tempfile
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.documents.queries import check_seal, load_certificate
from gapura.kernel.documents.types import BadSeal
from gapura.sectors.office.actions.archive import locked_term, vouch
from gapura.sectors.office.actions.emptying import empty_folder
from gapura.sectors.office.actions.packages import Progress, build_package
from gapura.sectors.office.models import FolderTerm, Transfer
from gapura.sectors.office.queries.archive import access_folder, access_transfer, find_hold, get_archive_rules
from gapura.sectors.office.types import CannotArchive, Custody, Fate, FolderState, TransferState

LONGEST_RECEIPT = 64 * 1024


def send_to_archive(
    *, actor: Actor, folder_code: str, now: datetime, progress: Progress = lambda documents: None
) -> Transfer:
    """Make the folder's packet, note its digest, and count the folder as sent. The packet is fetched from its page.

    Raises AccessDenied; CannotArchive when the folder is not permanent or its term still runs.
    """
    folder = access_folder(actor, folder_code)
    term = FolderTerm.objects.filter(folder=folder).first()
    today = local_day(now, settings.TIME_ZONE)
    if term is None or term.fate != Fate.PERMANENT or term.inactive_until > today:
        raise CannotArchive(
            _("Only folders that are kept for ever go to the national archive, once their term is over.")
        )
    with tempfile.TemporaryFile() as out, transaction.atomic():
        term = locked_term(term.code)
        if Transfer.objects.filter(folder=folder).exists():
            raise CannotArchive(_("The folder was sent already; its page says how it stands."))
        digest = build_package(actor=actor, folder=term.folder, out=out, now=now, progress=progress)
        transfer = Transfer.objects.create(
            code=new_code(11),
            folder=folder,
            agency_code=folder.agency_code,
            digest=digest,
            size=out.tell(),
            sent_by_label=actor.label,
            sent_at=now,
        )
        vouch(actor, "office.folder_sent", term, sha256=digest, transfer=transfer.code)
    return transfer


def record_receipt(*, actor: Actor, code: str, content: bytes, now: datetime) -> Transfer:
    """Take the national archive's receipt: from now on it keeps the folder, and the content may be dropped here.

    Raises AccessDenied; CannotArchive when the receipt is for other bytes, or not sealed by the archive.
    """
    transfer = access_transfer(actor, code)
    receipt, seal = _read_receipt(content)
    said = (receipt.get("folder"), receipt.get("package_sha256"), receipt.get("documents"))
    if said != (transfer.folder.code, transfer.digest, transfer.folder.term.documents):
        raise CannotArchive(_("This receipt is for another packet than the one that was sent."))
    _check_archive_seal(receipt, seal)
    with transaction.atomic():
        term = locked_term(transfer.folder.term.code)
        transfer.refresh_from_db()
        if transfer.state != TransferState.SENT:
            raise CannotArchive(_("A receipt was taken already; nothing was changed."))
        transfer.state, transfer.received_at = TransferState.RECEIVED.value, now
        transfer.receipt, transfer.receipt_seal = receipt, seal
        transfer.save()
        term.custody = Custody.NATIONAL.value
        term.save(update_fields=["custody"])
        term.folder.state = FolderState.TRANSFERRED.value
        term.folder.save(update_fields=["state"])
        vouch(actor, "office.folder_received", term, sha256=transfer.digest, transfer=code)
    return transfer


def _read_receipt(content: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        if len(content) > LONGEST_RECEIPT:
            raise ValueError("too long")
        read = json.loads(content)
        receipt, seal = read["receipt"], bytes.fromhex(read["seal"])
        if not isinstance(receipt, dict):
            raise TypeError("no object")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CannotArchive(
            _("This file is no receipt. Take the file that the archive gave you, unchanged.")
        ) from error
    return receipt, seal


def _check_archive_seal(receipt: dict[str, Any], seal: bytes) -> None:
    roots = [load_certificate(one) for one in get_seal_provider().list_roots()]
    try:
        facts = check_seal(canonical_bytes(receipt), seal, roots)
    except (BadSeal, TypeError) as error:
        raise CannotArchive(_("The seal on the receipt does not hold: %(why)s") % {"why": error}) from error
    if facts.agency != get_archive_rules().national_archive:
        raise CannotArchive(
            _("The receipt was sealed by %(who)s, not by the national archive.") % {"who": facts.signer}
        )


def drop_content(*, actor: Actor, code: str, now: datetime) -> Transfer:
    """Empty what the national archive keeps now; who wrote what when, and the digests, stay.

    Raises AccessDenied; CannotArchive without a receipt, and while something holds the folder.
    """
    access_transfer(actor, code)
    with transaction.atomic():
        term = locked_term(Transfer.objects.values_list("folder__term__code", flat=True).get(code=code))
        transfer = Transfer.objects.get(code=code)
        if transfer.state != TransferState.RECEIVED:
            raise CannotArchive(_("Without the archive's receipt nothing is dropped, and it is dropped once."))
        if held := find_hold(term.folder):
            raise CannotArchive(_("The folder is held: %(why)s. Nothing of it is dropped.") % {"why": held})
        empty_folder(term, actor=actor, ground=f"transfer:{code}", now=now)
        transfer.state, transfer.dropped_at = TransferState.DROPPED.value, now
        transfer.save()
        vouch(actor, "office.folder_dropped", term, transfer=code)
    return transfer
