"""Reading and verifying issued documents."""

import hashlib
from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.codes import normalized
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.models import Document, DocumentContent
from gapura.kernel.documents.permissions import can_read_document
from gapura.kernel.documents.sealing.reading import find_claims, is_pdf
from gapura.kernel.documents.types import DocumentStatus, Facts, Verification, VerificationOutcome
from gapura.kernel.identity.types import AccessDenied

MAX_UPLOAD_BYTES = 5 * 1024 * 1024

_ENDED = {
    DocumentStatus.REVOKED: VerificationOutcome.REVOKED,
    DocumentStatus.REPLACED: VerificationOutcome.REPLACED,
}


class NotADocument(Exception):
    """The bytes cannot be one of our documents: no PDF, or larger than any. ``str()`` says which."""


def find_document(code: str) -> Document | None:
    """The document with this code, typed with or without hyphens."""
    known = normalized(code)
    return Document.objects.filter(code=known).first() if known else None


def count_documents() -> int:
    """How many documents were ever issued."""
    return Document.objects.count()


def iterate_codes() -> Iterator[str]:
    """The code of every document ever issued, oldest first, in bounded memory."""
    return Document.objects.order_by("pk").values_list("code", flat=True).iterator()


def access_document(actor: Actor, code: str) -> Document:
    """The document, if ``actor`` may read it. Raises AccessDenied, alike for absent and forbidden ones."""
    document = find_document(code)
    if document is None or not can_read_document(actor, document):
        raise AccessDenied
    return document


def find_document_of_case(case_number: str) -> Document | None:
    """The newest document of the case, valid or not."""
    return Document.objects.filter(case_number=case_number).order_by("-id").first()


def get_content(document: Document) -> bytes:
    """The sealed PDF, with archive time-stamps once it has them."""
    content = DocumentContent.objects.get(document=document)
    return bytes(content.sealed) + bytes(content.archive_increment or b"")


def get_facts(document: Document) -> tuple[Facts, ...]:
    """What the document states, as ``record_document`` was given it."""
    return tuple(
        Facts(
            evidence_type=fact["evidence_type"],
            subject=fact["subject"],
            records=tuple(fact["records"]),
            access_id=fact["access_id"],
            known_at=datetime.fromisoformat(fact["known_at"]),
            as_of=date.fromisoformat(fact["as_of"]),
            provider=fact["provider"],
        )
        for fact in document.facts
    )


def list_documents_of(person_number: str, *, limit: int = 100) -> list[Document]:
    """Documents the person holds, newest first."""
    return list(Document.objects.filter(holder=person_number).order_by("-issued_at", "-id")[:limit])


def list_valid_documents_about(subject: str, evidence_types: Collection[str] | None = None) -> list[Document]:
    """Valid documents about ``subject``, stating facts of any of ``evidence_types`` (None: any at all)."""
    documents = Document.objects.filter(subject=subject, status=DocumentStatus.VALID).order_by("id")
    if evidence_types is None:
        return list(documents)
    wanted = frozenset(evidence_types)
    return [d for d in documents if any(fact["evidence_type"] in wanted for fact in d.facts)]


def verify_code(code: str, *, today: date) -> Verification:
    """What anybody may know of the document with this code; UNKNOWN when there is none. Counts nothing."""
    document = find_document(code)
    return _verified(document, today) if document else Verification(VerificationOutcome.UNKNOWN)


def verify_file(content: bytes, *, today: date) -> Verification:
    """What the house says of these bytes. Raises NotADocument. Counts nothing.

    The stored hash decides; nothing is parsed. A file that is not ours byte for byte but names the code of
    one of ours is ALTERED, and no more is said: whoever altered it may not hold it.
    """
    if len(content) > MAX_UPLOAD_BYTES:
        raise NotADocument(_("The file is larger than any document of ours, so it is none."))
    if not is_pdf(content):
        raise NotADocument(_("The file is not a PDF, so it cannot be a document of ours."))
    sha256 = hashlib.sha256(content).hexdigest()
    # Two look-ups, each by its index; one with OR across the tables would read them whole.
    for form in ({"sha256": sha256}, {"content__archival_sha256": sha256}):
        if ours := Document.objects.filter(**form).first():
            return _verified(ours, today)
    if Document.objects.filter(code__in=find_claims(content)).exists():
        return Verification(VerificationOutcome.ALTERED)
    return Verification(VerificationOutcome.UNKNOWN)


def _verified(document: Document, today: date) -> Verification:
    return Verification(
        outcome=_outcome(document, today),
        code=document.code,
        title=document.title,
        office_name=document.office_name,
        agency_code=document.agency_code,
        case_number=document.case_number,
        subject_masked=load(settings.GAPURA_JURISDICTION).person_numbers.mask(document.subject),
        name_masked=_masked_name(document.subject_name),
        issued_at=document.issued_at,
        valid_until=document.valid_until,
        ended_at=document.ended_at,
        use_count=document.use_count,
    )


def _outcome(document: Document, today: date) -> VerificationOutcome:
    ended = _ENDED.get(DocumentStatus(document.status))
    if ended is not None:
        return ended
    if document.valid_until is not None and today >= document.valid_until:
        return VerificationOutcome.EXPIRED
    return VerificationOutcome.GENUINE


def _masked_name(name: str) -> str:
    """First letter of each word: enough to compare with the paper in hand, too little to learn a name."""
    return " ".join(f"{word[0]}•••" for word in name.split())
