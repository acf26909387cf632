"""Reading and verifying issued documents."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from cryptography.x509 import Certificate, load_der_x509_certificate
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.codes import normalized
from gapura.foundation.isolation import as_house
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.models import Document, DocumentContent
from gapura.kernel.documents.models import ReservedBlock as ReservedBlock
from gapura.kernel.documents.models import ReservedCode as ReservedCode
from gapura.kernel.documents.permissions import can_read_document
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.documents.sealing import checking
from gapura.kernel.documents.sealing.checking import check_pdf_seal as check_pdf_seal
from gapura.kernel.documents.sealing.checking import check_seal, load_certificate
from gapura.kernel.documents.sealing.checking import check_signature as check_signature
from gapura.kernel.documents.sealing.own_seals import is_sealed_with
from gapura.kernel.documents.sealing.reading import (
    CannotReadFile,
    SealCheck,
    find_claims,
    find_hidden_claims,
    is_pdf,
    judge_seal,
)
from gapura.kernel.documents.sealing.typesetting import get_typesetter
from gapura.kernel.documents.types import (
    BadSeal,
    BlockStatus,
    CannotSealDocument,
    DocumentStatus,
    Facts,
    Verification,
    VerificationOutcome,
)
from gapura.kernel.identity.types import AccessDenied

MAX_UPLOAD_BYTES = 5 * 1024 * 1024

_ENDED = {
    DocumentStatus.REVOKED: VerificationOutcome.REVOKED,
    DocumentStatus.REPLACED: VerificationOutcome.REPLACED,
}
_OF_BLOCK = {
    BlockStatus.OUT: VerificationOutcome.UNCONFIRMED,
    BlockStatus.REPORTED: VerificationOutcome.UNKNOWN,  # the journal came back without this number
    BlockStatus.WITHDRAWN: VerificationOutcome.REVOKED,
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


def iterate_sealed_by(agency_code: str, *, since: datetime, until: datetime) -> Iterator[Document]:
    """Documents sealed with the agency's key between two moments, oldest first, in bounded memory."""
    sealed = Document.objects.filter(agency_code=agency_code, sealed_at__gte=since, sealed_at__lt=until)
    return sealed.order_by("pk").iterator()


def find_document_of_case(case_number: str) -> Document | None:
    """The newest document of the case, valid or not."""
    return Document.objects.filter(case_number=case_number).order_by("-id").first()


def get_content(document: Document) -> bytes:
    """The sealed PDF, with archive time-stamps once it has them."""
    content = DocumentContent.objects.get(document=document)
    return bytes(content.sealed) + bytes(content.archive_increment or b"")


def get_facts(document: Document) -> tuple[Facts, ...]:
    """What the document states, as ``record_document`` was given it."""
    return tuple(Facts.from_plain(fact) for fact in document.facts)


def list_documents_of(person_number: str, *, limit: int = 100) -> list[Document]:
    """Documents the person holds, newest first."""
    return list(Document.objects.filter(holder=person_number).order_by("-issued_at", "-id")[:limit])


def list_documents(codes: Collection[str]) -> list[Document]:
    """The documents with these codes, newest first."""
    return list(Document.objects.filter(code__in=codes).order_by("-issued_at", "-id"))


def list_valid_documents_about(subject: str, evidence_types: Collection[str] | None = None) -> list[Document]:
    """Valid documents about ``subject``, stating facts of any of ``evidence_types`` (None: any at all)."""
    documents = Document.objects.filter(subject=subject, status=DocumentStatus.VALID).order_by("id")
    if evidence_types is None:
        return list(documents)
    wanted = frozenset(evidence_types)
    return [d for d in documents if any(fact["evidence_type"] in wanted for fact in d.facts)]


@as_house("anybody who is shown a document may check it")
def verify_code(code: str, *, today: date) -> Verification:
    """What anybody may know of the document with this code; UNKNOWN when there is none. Counts nothing."""
    if document := find_document(code):
        return _verified(document, today)
    reserved = find_reserved_code(normalized(code) or "")
    return _unconfirmed(reserved) if reserved else Verification(VerificationOutcome.UNKNOWN)


@as_house("anybody who is shown a document may check it")
def verify_file(content: bytes, *, today: date) -> Verification:
    """What the house says of these bytes. Raises NotADocument. Counts nothing.

    The stored hash decides, and nothing is parsed here: what is not ours byte for byte is looked into in the
    sandbox. When it names the code of one of ours it is ALTERED, and no more is said: whoever altered it may
    not hold it. Under a number that a counter may use offline, that counter's seal decides.
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
    claims = find_claims(content) or find_hidden_claims(content)
    if Document.objects.filter(code__in=claims).exists():
        return Verification(VerificationOutcome.ALTERED)
    reserved = ReservedCode.objects.select_related("block").filter(code__in=claims).order_by("pk").first()
    if reserved is None:
        return Verification(VerificationOutcome.UNKNOWN)
    if not is_sealed_with(content, bytes(reserved.block.seal_public)):
        return Verification(VerificationOutcome.ALTERED)
    return _unconfirmed(reserved)


def _unconfirmed(reserved: ReservedCode) -> Verification:
    """What is said of a number that is no document yet."""
    block = reserved.block
    outcome = _OF_BLOCK[BlockStatus(block.status)]
    if outcome is VerificationOutcome.UNKNOWN:
        return Verification(outcome)
    return Verification(
        outcome=outcome,
        code=reserved.code,
        title=reserved.title,
        office_name=block.office_name,
        agency_code=block.agency_code,
        case_number=reserved.case_number,
        subject_masked=load(settings.GAPURA_JURISDICTION).person_numbers.mask(reserved.subject),
        ended_at=block.ended_at,
    )


def get_template_version() -> str:
    """What the pages of this installation look like: equal where the same order gives the same page."""
    return get_typesetter().version


def find_block(number: str) -> ReservedBlock | None:
    """The block of numbers, with where it stands."""
    return ReservedBlock.objects.filter(number=number).first()


def find_reserved_code(code: str) -> ReservedCode | None:
    """The reserved number, with its block."""
    return ReservedCode.objects.select_related("block").filter(code=code).first()


def count_reserved_codes(block: ReservedBlock) -> int:
    """How many papers could be issued from the block."""
    return ReservedCode.objects.filter(block=block).count()


def check_reserved_seal(content: bytes, block: ReservedBlock, now: datetime) -> SealCheck:
    """Whether the counter's certified keys sealed exactly these bytes, and when."""
    if not is_sealed_with(content, bytes(block.seal_public)):
        return SealCheck(False, "The counter's key did not seal these bytes.")
    try:
        return judge_seal(content, get_seal_provider(), now)
    except CannotReadFile as error:
        return SealCheck(False, str(error))


def check_sealed_file(content: bytes, now: datetime) -> SealCheck:
    """Whether an agency's certified key sealed exactly these bytes, and whose; judged in the sandbox."""
    try:
        return judge_seal(content, get_seal_provider(), now)
    except CannotReadFile as error:
        return SealCheck(False, str(error))


def find_signer_name(agency_code: str, now: datetime) -> str | None:
    """How the certificate of the agency's seal calls it; None where this house does not hold that key."""
    try:
        chain = get_seal_provider().get_seal_key(agency_code, now).chain
    except CannotSealDocument:
        return None
    names = load_der_x509_certificate(chain[0]).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else None


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


def find_seal_fault(content: bytes, seal: bytes) -> str:
    """What is wrong with a seal that was kept beside a file (``actions.seal_file``); empty when nothing is."""
    try:
        check_seal(content, seal, _list_trusted())
    except BadSeal as refusal:
        return str(refusal)
    return ""


def is_certified(chain: Sequence[bytes]) -> bool:
    """Whether certificates (DER, the key's own first) lead to one that the house trusts, whenever they were valid."""
    return checking.is_certified([load_certificate(one) for one in chain], _list_trusted())


def _list_trusted() -> list[Certificate]:
    return [load_certificate(one) for one in get_seal_provider().list_roots()]
