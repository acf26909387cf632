"""Sealing, recording, revoking, replacing and counting documents."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from gapura.foundation import clock
from gapura.foundation.appending import append_rows
from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.foundation.texts import in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.documents.events import DocumentIssued, DocumentRevoked
from gapura.kernel.documents.models import Document, DocumentContent, DocumentUse
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.documents.sealing.pades import SealText
from gapura.kernel.documents.sealing.sealer import get_sealer
from gapura.kernel.documents.sealing.typesetting import get_typesetter, printed_order, verify_address
from gapura.kernel.documents.types import (
    CannotSealDocument,
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


def render_document(order: DocumentOrder) -> SealedDocument:
    """Set and seal ``order`` (PDF/A-3a, PDF/UA-1, PAdES B-T) under a new code. No database; ~10 ms of CPU.

    The seal's time is the clock's, as a time-stamp authority's must be. Until ``record_document`` the result
    exists for nobody. Raises CannotSealDocument.
    """
    now = clock.now()
    code = new_code()
    typesetter = get_typesetter()
    sealer = get_sealer(get_seal_provider(), order.agency_code, now)
    pdf = typesetter.typeset(order.template, printed_order(order, code), int(order.issued_at.timestamp()))
    text = SealText(
        name=order.office_name,
        reason=in_language(order.title, order.languages[0]),
        contact=verify_address(code),
        sealed_at=now,
    )
    content = sealer.seal(pdf, text)
    sha256 = hashlib.sha256(content).hexdigest()
    return SealedDocument(code, order, content, sha256, typesetter.version, now)


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
    if actor.kind is ActorKind.RESIDENT and actor.person_number != order.holder:
        raise SubjectMismatch("The person proven is not the one who would receive the document.")


def _stored(sealed: SealedDocument) -> Document:
    order = sealed.order
    facts = [_plain_fact(fact) for fact in order.facts]
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
    document.save(force_insert=True)
    append_rows([DocumentContent(document=document, sealed=sealed.content)])
    return document


def _plain_fact(fact: Any) -> dict[str, Any]:
    return {
        "evidence_type": fact.evidence_type,
        "subject": fact.subject,
        "records": [dict(record) for record in fact.records],
        "access_id": fact.access_id,
        "known_at": fact.known_at.isoformat(),
        "as_of": fact.as_of.isoformat(),
        "provider": fact.provider,
    }


def _record(actor: Actor, action: str, document: Document, **detail: str) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=document.subject,
        object_ref=f"document:{document.code}",
        case_number=document.case_number,
        detail=detail,
    )


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
