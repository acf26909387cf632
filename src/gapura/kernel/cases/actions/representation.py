"""Applying for another: the mandate is confirmed at every act, and every act is written under both names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.steps import country_day, lock_case, one_write
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.permissions import can_move_as_subject, is_applicant
from gapura.kernel.cases.queries import can_see_as_resident
from gapura.kernel.cases.queries.cases import get_service_of
from gapura.kernel.cases.types import CannotChangeCase, CannotSubmitApplication, CaseNotFound
from gapura.kernel.catalogue.types import PublicService, ServiceNotInForce
from gapura.kernel.documents.queries import Document, access_document, find_document
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import confirm_mandate, use_mandate
from gapura.kernel.mandates.types import NotMandated


def confirm_application(
    actor: Actor, service: PublicService, subject: str, relation: str, number: str, now: datetime
) -> Actor:
    """The actor as the application is written: for themselves, or for ``subject`` under a mandate that stands now.

    Raises CannotSubmitApplication.
    """
    try:
        reference = confirm_mandate(
            actor=actor, principal=subject, relation=relation, service=service, case_number=number, now=now
        )
    except NotMandated as refusal:
        raise CannotSubmitApplication(str(refusal)) from refusal
    return replace(actor, principal=subject, mandate=reference) if reference else actor


@contextmanager
def own_case(actor: Actor, number: str, action: str, now: datetime) -> Iterator[tuple[Case, Actor]]:
    """One write on the actor's case, and the actor as the step is written.

    A case filed for another is let go and locked again around the question whether the mandate still stands, since
    registers answer outside transactions only. Raises CaseNotFound, CannotChangeCase.
    """
    with one_write():
        case = lock_case(number)
        if not can_see_as_resident(actor, case, country_day(now)):
            raise CaseNotFound(number)
        if not case.is_for_another or can_move_as_subject(actor, case):
            yield case, actor
            return
    acting = _confirm_standing(actor, case, now)
    with one_write():
        case = lock_case(number)
        try:
            note_use(acting, case, action, now)
        except NotMandated as refusal:
            raise CannotChangeCase(str(refusal)) from refusal
        yield case, acting


def note_use(actor: Actor, case: Case, action: str, now: datetime) -> None:
    """Note the act under the actor's grant, if they act under one, in the caller's write. Raises NotMandated."""
    use_mandate(
        actor=actor,
        action=action,
        service_code=case.service_code,
        title=case.service_title,
        case_number=case.number,
        now=now,
    )


def access_paper(*, actor: Actor, code: str, now: datetime, action: str = "download") -> Document:
    """A document for who may have it now: its holder, or who applied for another and still may.

    ``action`` is what they do with it, for the principal to read. Raises AccessDenied, alike for absent and forbidden
    ones. No query beyond the document for one's own.
    """
    document = find_document(code)
    if document is not None and document.subject == document.holder == actor.person_number and not actor.principal:
        return document
    case = Case.objects.filter(number=document.case_number).first() if document is not None else None
    if case is None:
        return access_document(actor, code)
    if not can_see_as_resident(actor, case, country_day(now)):
        raise AccessDenied
    if case.is_for_another and is_applicant(actor, case):
        try:
            acting = _confirm_standing(actor, case, now)
            with one_write():
                note_use(acting, case, action, now)
        except (CannotChangeCase, NotMandated) as refusal:
            raise AccessDenied from refusal
    return access_document(replace(actor, person_number=case.receiver, principal=None, mandate=""), code)


def _confirm_standing(actor: Actor, case: Case, now: datetime) -> Actor:
    """The actor as they act in a case filed for another, if they still may. Raises CannotChangeCase."""
    try:
        reference = confirm_mandate(
            actor=actor,
            principal=case.subject,
            relation=_present_relation(actor, case),
            service=get_service_of(case),
            case_number=case.number,
            now=now,
        )
    except NotMandated as refusal:
        raise CannotChangeCase(str(refusal)) from refusal
    except ServiceNotInForce as error:
        raise CannotChangeCase(_("This service is not offered any more. Visit the office of the case.")) from error
    return replace(actor, principal=case.subject, mandate=reference)


def _present_relation(actor: Actor, case: Case) -> str:
    """Under a grant, that of the mandate acted under now: one that replaced the first does as well."""
    return actor.mandate.partition(":")[0] if case.is_granted else case.relation
