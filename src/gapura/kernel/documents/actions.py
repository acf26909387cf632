"""Sealing, recording, revoking, replacing and counting documents."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from gapura.foundation import clock
from gapura.foundation.appending import append_rows, insert_row
from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.foundation.notes import decode_base64, encode_base64
from gapura.foundation.telemetry import measured
from gapura.foundation.texts import in_language
from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.types import ROW_DIGEST, Actor, ActorKind, NewEvent
from gapura.kernel.documents.events import DocumentIssued, DocumentRevoked
from gapura.kernel.documents.models import Document, DocumentContent, DocumentUse, ReservedBlock, ReservedCode
from gapura.kernel.documents.plugin import Chain, SealProvider, get_seal_provider
from gapura.kernel.documents.sealing.pades import SealText
from gapura.kernel.documents.sealing.sealer import get_sealer
from gapura.kernel.documents.sealing.typesetting import get_typesetter, printed_order, verify_address
from gapura.kernel.documents.types import (
    BlockStatus,
    BlockTerms,
    CannotSealDocument,
    CannotUseBlock,
    DocumentOrder,
    DocumentStatus,
    SealedDocument,
    UseKind,
)
from gapura.kernel.outbox.actions import publish


class SubjectMismatch(Exception):
    """The document states facts of somebody else, or goes to somebody else than the person proven."""


class CaseHasDocument(Exception):
    """The case has a valid document already: one case results in one document."""


class CannotEndDocument(Exception):
    """The document does not exist or was revoked or replaced before."""


def render_document(order: DocumentOrder, *, code: str = "", keys: SealProvider | None = None) -> SealedDocument:
    """Set and seal ``order`` (PDF/A-3a, PDF/UA-1, PAdES B-T) under a new code. No database; ~10 ms of CPU.

    ``code`` and ``keys`` are given where a counter seals under a reserved number. The seal's time is the clock's,
    as a time-stamp authority's must be. Until ``record_document`` the result exists for nobody. Raises
    CannotSealDocument.
    """
    now = clock.now()
    code = code or new_code()
    sealer = get_sealer(keys or get_seal_provider(), order.agency_code, now)
    pdf = typeset_order(order, code)
    text = SealText(
        name=order.office_name,
        reason=in_language(order.title, order.languages[0]),
        contact=verify_address(code),
        sealed_at=now,
    )
    with measured("seal"):
        content = sealer.seal(pdf, text)
    sha256 = hashlib.sha256(content).hexdigest()
    return SealedDocument(code, order, content, sha256, get_typesetter().version, now)


def seal_file(content: bytes, *, agency_code: str) -> bytes:
    """The agency's seal over any file, to be kept beside it: a detached CMS signature with trusted time. No database.

    ``openssl cms -verify -binary -inform DER`` checks it. Raises CannotSealDocument.
    """
    now = clock.now()
    return get_sealer(get_seal_provider(), agency_code, now).sign_file(content, now)


def certify_signer(public: bytes, *, name: str, unit: str, valid_from: datetime, valid_until: datetime) -> Chain:
    """Certificates (DER, the key's own first) for an official's P-256 key ``public`` (SPKI, DER). No database.

    Raises CannotSealDocument where the authority certifies none.
    """
    return get_seal_provider().certify_signer(public, name, unit, valid_from, valid_until)


def typeset_paper(template: str, paper: Mapping[str, Any], *, now: datetime) -> bytes:
    """A paper that is no certificate, as PDF/A-3a, not sealed: ``paper`` (JSON) is all the country's template reads.

    Raises CannotSealDocument.
    """
    return get_typesetter().typeset(template, paper, int(now.timestamp()))


def seal_paper(pdf: bytes, *, agency_code: str, name: str, reason: str) -> bytes:
    """The agency's seal in a PDF that ``typeset_paper`` set (PAdES B-T). No database. Raises CannotSealDocument."""
    now = clock.now()
    text = SealText(name=name, reason=reason, contact=settings.GAPURA_PUBLIC_ADDRESS, sealed_at=now)
    return get_sealer(get_seal_provider(), agency_code, now).seal(pdf, text)


def typeset_order(order: DocumentOrder, code: str) -> bytes:
    """The page before it is sealed: the same bytes for the same order, code and templates."""
    return get_typesetter().typeset(order.template, printed_order(order, code), int(order.issued_at.timestamp()))


def record_document(*, actor: Actor, sealed: SealedDocument, now: datetime) -> Document:
    """Let the sealed document exist: from commit on it verifies. Publishes DocumentIssued.

    Compares, at every issue, the person asked for with the person of every fact, and the person proven with
    the one who receives it. Raises SubjectMismatch, CaseHasDocument, CannotSealDocument (cannot be stored);
    after any of them the caller's transaction can only be rolled back.
    """
    _require_same_people(actor, sealed.order)
    try:
        with transaction.atomic(savepoint=False):
            document = _stored(sealed)
            _record(actor, "documents.issued", document, sha256=document.sha256)
            publish(
                DocumentIssued(
                    code=document.code,
                    case_number=document.case_number,
                    service_code=document.service_code,
                    holder=document.holder,
                )
            )
            return document
    except IntegrityError as error:
        raise CaseHasDocument(f"Case {sealed.order.case_number} has a document already.") from error
    except OperationalError as error:
        raise CannotSealDocument(
            f"The document could not be stored and was not issued ({error}). "
            "Check the database and its disk space, then try again."
        ) from error


def _require_same_people(actor: Actor, order: DocumentOrder) -> None:
    if not order.facts:
        raise SubjectMismatch("A document that states no fact of a register cannot be issued.")
    others = [fact.evidence_type for fact in order.facts if fact.subject != order.subject]
    if others:
        raise SubjectMismatch(f"Facts of another person would be stated: {', '.join(others)}.")
    if actor.kind is ActorKind.RESIDENT and order.holder not in (actor.person_number, actor.principal):
        raise SubjectMismatch("The person proven is not the one who would receive the document.")


def _stored(sealed: SealedDocument) -> Document:
    order = sealed.order
    facts = [fact.as_plain() for fact in order.facts]
    document = Document(
        code=sealed.code,
        service_code=order.service_code,
        template=order.template,
        template_version=sealed.template_version,
        title=dict(order.title),
        case_number=order.case_number,
        subject=order.subject,
        subject_name=order.subject_name,
        holder=order.holder,
        agency_code=order.agency_code,
        office_name=order.office_name,
        languages=list(order.languages),
        options=dict(order.options),
        facts=facts,
        facts_digest=digest(facts).hex(),
        issued_at=order.issued_at,
        sealed_at=sealed.signed_at,
        valid_until=order.valid_until,
        sha256=sealed.sha256,
        size=len(sealed.content),
    )
    insert_row(document)
    append_rows([DocumentContent(document_id=document.pk, sealed=sealed.content)])
    return document


def _record(actor: Actor, action: str, document: Document, **detail: str) -> None:
    event = NewEvent(
        action=action,
        subject=document.subject,
        object_ref=f"document:{document.code}",
        case_number=document.case_number,
        detail={**detail, ROW_DIGEST: document.logged_digest},
    )
    record_events(actor=actor, events=[event])


def revoke_document(*, actor: Actor, code: str, reason: str, now: datetime) -> Document:
    """End a valid document: from commit on it verifies as revoked. Publishes DocumentRevoked.

    Raises CannotEndDocument.
    """
    with transaction.atomic():
        document = _locked_valid(code)
        document.status = DocumentStatus.REVOKED
        _end(actor, "documents.revoked", document, reason, now)
        return document


def replace_document(*, actor: Actor, code: str, replacement: SealedDocument, reason: str, now: datetime) -> Document:
    """End a valid document and record ``replacement`` in its place, in one transaction; returns the new one.

    Publishes DocumentRevoked and DocumentIssued. Raises CannotEndDocument, and as ``record_document`` does.
    """
    with transaction.atomic():
        document = _locked_valid(code)
        if (document.subject, document.holder) != (replacement.order.subject, replacement.order.holder):
            raise SubjectMismatch("A document can only be replaced by one about and for the same people.")
        document.status, document.replaced_by_id = DocumentStatus.REPLACED, replacement.code
        _end(actor, "documents.replaced", document, reason, now)
        return record_document(actor=actor, sealed=replacement, now=now)


def _locked_valid(code: str) -> Document:
    document = Document.objects.select_for_update().filter(code=code).first()
    if document is None:
        raise CannotEndDocument(f"There is no document {code}.")
    if document.status != DocumentStatus.VALID:
        raise CannotEndDocument(f"The document {code} is {document.status} already.")
    return document


def _end(actor: Actor, action: str, document: Document, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise CannotEndDocument("Say why the document ends.")
    document.ended_at, document.end_reason = now, reason
    document.save(update_fields=["status", "replaced_by", "ended_at", "end_reason"])
    replacement = document.replaced_by_id or ""
    _record(actor, action, document, reason=reason, replacement=replacement)
    publish(
        DocumentRevoked(
            code=document.code,
            case_number=document.case_number,
            holder=document.holder,
            replacement_code=replacement,
        )
    )


@as_house("anybody who is shown a document may check it")
def count_use(*, code: str, how: str, now: datetime) -> None:
    """Count one use; ``how`` is a UseKind. Nobody is named; an unknown code counts nothing."""
    with transaction.atomic():
        if Document.objects.filter(code=code).update(use_count=F("use_count") + 1):
            DocumentUse.objects.create(
                document=Document.objects.only("id").get(code=code), kind=UseKind(how), used_at=now
            )


def archive_document(*, actor: Actor, code: str, now: datetime) -> None:
    """Add archive time-stamps (PAdES B-LTA) behind the sealed bytes, which stay. Safe to repeat.

    Raises CannotSealDocument when the time-stamp key is not there.
    """
    # pyHanko takes a third of a second to load; only the worker needs it.
    from gapura.kernel.documents.sealing.archiving import archive_seal

    content = DocumentContent.objects.select_related("document").get(document__code=code)
    if content.archive_increment is not None:
        return
    sealed = bytes(content.sealed)
    archival = archive_seal(sealed, get_seal_provider(), now)
    increment, sha256 = archival[len(sealed) :], hashlib.sha256(archival).hexdigest()
    waiting = DocumentContent.objects.filter(pk=content.pk, archive_increment__isnull=True)
    with transaction.atomic():
        if waiting.update(archive_increment=increment, archival_sha256=sha256, archived_at=now):
            _record(actor, "documents.archived", content.document, sha256=sha256)


def reserve_block(
    *, actor: Actor, terms: BlockTerms, papers: Sequence[tuple[str, DocumentOrder]], now: datetime
) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Set numbers aside for papers (code and order), and certify the counter's two keys for them.

    Returns the chains of its seal and time-stamp keys. Raises CannotSealDocument.
    """
    provider = get_seal_provider()
    name = f"{terms.office_name} ({terms.number})"
    chains = provider.certify_seal_key(terms, name), provider.certify_timestamp_key(terms, name)
    with transaction.atomic():
        block = ReservedBlock.objects.create(
            number=terms.number,
            counter=terms.counter,
            agency_code=terms.agency_code,
            office_name=terms.office_name,
            seal_public=terms.seal_public,
            certificates=[encode_base64(chain[0]) for chain in chains],
            valid_from=terms.valid_from,
            valid_until=terms.valid_until,
            reserved_at=now,
        )
        append_rows([_reserved(block, code, order) for code, order in papers])
        _record_block(actor, "documents.block_reserved", block, papers=len(papers))
    return chains


def _reserved(block: ReservedBlock, code: str, order: DocumentOrder) -> ReservedCode:
    return ReservedCode(
        block=block,
        code=code,
        case_number=order.case_number,
        subject=order.subject,
        service_code=order.service_code,
        title=dict(order.title),
        order_digest=digest(order.as_plain()).hex(),
    )


def report_block(*, actor: Actor, number: str, now: datetime) -> None:
    """The counter's journal is back: what it did not bring is unknown from now on. Raises CannotUseBlock."""
    with transaction.atomic():
        _end_block(actor, "documents.block_reported", _locked_block(number), BlockStatus.REPORTED, "", now)


def withdraw_block(*, actor: Actor, number: str, reason: str, now: datetime) -> None:
    """Revoke the counter's certificates; what it issued verifies as revoked. Raises CannotUseBlock."""
    if not reason.strip():
        raise CannotUseBlock("Say why the pack is withdrawn.")
    with transaction.atomic():
        block = _locked_block(number)
        get_seal_provider().revoke([decode_base64(one) for one in block.certificates], now)
        _end_block(actor, "documents.block_withdrawn", block, BlockStatus.WITHDRAWN, reason, now)


def _locked_block(number: str) -> ReservedBlock:
    block = ReservedBlock.objects.select_for_update().filter(number=number).first()
    if block is None:
        raise CannotUseBlock(f"There is no pack {number}.")
    if block.status != BlockStatus.OUT:
        raise CannotUseBlock(f"The pack {number} is {block.status} already.")
    return block


def _end_block(
    actor: Actor, action: str, block: ReservedBlock, status: BlockStatus, reason: str, now: datetime
) -> None:
    block.status, block.ended_at, block.end_reason = status, now, reason
    block.save(update_fields=["status", "ended_at", "end_reason"])
    _record_block(actor, action, block, reason=reason)


def _record_block(actor: Actor, action: str, block: ReservedBlock, **detail: str | int) -> None:
    record_event(
        actor=actor, action=action, object_ref=f"pack:{block.number}", detail={"counter": block.counter, **detail}
    )
