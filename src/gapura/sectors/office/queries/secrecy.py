"""How the security class of a document changed. Whoever asks has read the document."""

from gapura.sectors.office.models import OfficialDocument, SecurityChange


def list_security_changes(document: OfficialDocument) -> list[SecurityChange]:
    """The newest first, without their notes."""
    return list(SecurityChange.objects.filter(document=document).defer("note").order_by("-at", "-pk"))


def find_security_change(document: OfficialDocument, number: int) -> SecurityChange | None:
    """One change of this document, with its note."""
    return SecurityChange.objects.filter(document=document, pk=number).first()
