"""Naming who may read a document besides those whom its reach covers."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.texts import in_language
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.models import DocumentReader, OfficialDocument
from gapura.sectors.office.queries.documents import list_uncleared
from gapura.sectors.office.security import list_security_classes
from gapura.sectors.office.types import CannotDraft, ReaderGround
from gapura.web.languages import reader_language


def require_cleared(document: OfficialDocument, posts: Collection[str]) -> None:
    """Raises CannotDraft with the first post that may not read documents of this class, whoever names it."""
    if uncleared := list_uncleared(posts, document.security):
        title = in_language(uncleared[0].title, settings.LANGUAGE_CODE)
        kind = in_language(list_security_classes()[document.security].title, reader_language())
        raise CannotDraft(
            _("%(post)s may not read documents of the class “%(class)s”. Leave the post out, or choose another class.")
            % {"post": title, "class": kind}
        )


def name_reader(
    *, document: OfficialDocument, holder: str, agency_code: str, ground: ReaderGround, named_by: str, now: datetime
) -> DocumentReader:
    """Let the holder (``post:…`` or ``unit:…``) read the document, once for each ground; they find it soon.

    In the transaction of the action that names them, which records why.
    """
    reader, is_new = DocumentReader.objects.get_or_create(
        document=document,
        holder=holder,
        ground=ground.value,
        defaults={"agency_code": agency_code, "named_by_label": named_by[:120], "named_at": now},
    )
    if is_new:
        index_soon(document)
    return reader
