"""Changing how secret a registered document is. Its sealed paper stays; a sealed note beside it says what holds now."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.carrying import Unreachable, find_house, tell_raised
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.actions.raising import let_follow
from gapura.sectors.office.models import OfficialDocument, SecurityChange
from gapura.sectors.office.permissions import can_change_security
from gapura.sectors.office.printing import make_security_note
from gapura.sectors.office.queries.documents import access_document, cleared_classes
from gapura.sectors.office.queries.drafts import awaits_paper, ref_of
from gapura.sectors.office.queries.meetings import answers_for
from gapura.sectors.office.security import (
    SecurityGround,
    is_higher,
    list_grounds,
    list_security_classes,
    ordinary_class,
)
from gapura.sectors.office.types import CannotClassify, Disclosure, FolderState


def change_security(
    *, actor: Actor, code: str, security: str, ground: str, reason: str, now: datetime
) -> SecurityChange:
    """Give the registered document another class, on a ground of the country's list. Who is not cleared reads no more.

    Raised, what was sent of it follows (``actions/raising.py``).
    Raises AccessDenied for whoever does not answer for its unit; CannotClassify.
    """
    document = access_document(actor, code)
    if not can_change_security(actor, document, leads=answers_for(actor, document.unit_code)):
        raise AccessDenied
    with transaction.atomic():
        document = OfficialDocument.objects.select_for_update(of=("self",)).select_related("folder").get(pk=document.pk)
        found = _check(actor, document, security, ground, reason)
        change = SecurityChange(
            document=document, before=document.security, after=security, ground=found.code, law=found.law,
            reason=reason.strip()[:300], by_label=actor.label, by_post=actor.post_code or "",
            by_person=actor.person_number or "", at=now,
        )  # fmt: skip
        document.security, document.changed_at = security, now
        document.save(update_fields=["security", "changed_at"])
        try:
            change.note = make_security_note(document, change)
        except CannotSealDocument as error:
            raise CannotClassify(
                _("The note cannot be sealed now, so nothing was changed. Try again later.")
            ) from error
        change.save()
        index_soon(document)
        if is_higher(security, change.before):
            _let_follow(actor, change, now)
        told = {"before": change.before, "after": security, "ground": found.code, "reason": change.reason}
        note = hashlib.sha256(change.note).hexdigest()
        record_event(
            actor=actor, action="office.security_changed", object_ref=ref_of(document), detail=told | {"note": note}
        )
    return change


def _let_follow(actor: Actor, change: SecurityChange, now: datetime) -> None:
    """Receivers in this house follow in this transaction; the worker tells the others."""
    for dispatch in let_follow(actor=actor, change=change, now=now):
        try:
            elsewhere = find_house(dispatch.to_agency)
        except Unreachable:
            continue
        if elsewhere is None:
            tell_raised(actor=actor, dispatch=dispatch, now=now)


def _check(actor: Actor, document: OfficialDocument, security: str, ground: str, reason: str) -> SecurityGround:
    classes, found = list(list_security_classes()), list_grounds().get(ground)
    if security not in cleared_classes(actor):
        raise CannotClassify(_("You may not choose a class that your post may not read."), "security")
    if security == document.security:
        raise CannotClassify(_("It has this class already."), "security")
    if found is None or not found.allows(classes.index(document.security), classes.index(security)):
        raise CannotClassify(_("Choose a ground that allows this change."), "ground")
    if not reason.strip():
        raise CannotClassify(_("Say why the class changes. Whoever asks later reads it."), "reason")
    if (document.folder is not None and document.folder.state == FolderState.DESTROYED) or awaits_paper(document):
        raise CannotClassify(_("The paper of this document is not here: it is still being set, or was destroyed."))
    if security != ordinary_class() and document.disclosure == Disclosure.OPEN:
        raise CannotClassify(_("The public may read this document. Have the information officer close it first."))
    return found
