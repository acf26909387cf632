"""Requests for information: the papers that answer one, chosen by the officer who works the case."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.models import InformationAnswer, Publication
from gapura.sectors.office.queries.information import access_request
from gapura.sectors.office.types import CannotDisclose


def choose_answer(*, actor: Actor, case_number: str, number: str, now: datetime) -> InformationAnswer:
    """Let a public paper of the agency answer the request. Twice is once. Raises CaseNotFound, CannotDisclose."""
    access_request(actor, case_number)
    papers = Publication.objects.defer("pdf", "words").filter(
        agency_code=actor.agency_code or "", number=number.strip()
    )
    publication = papers.filter(pdf__isnull=False).first()
    if publication is None:
        raise CannotDisclose(
            _("No public paper of your agency has this number. Publish or redact the record first."), "number"
        )
    with transaction.atomic():
        answer, is_new = InformationAnswer.objects.get_or_create(
            case_number=case_number,
            publication=publication,
            defaults={
                "agency_code": actor.agency_code or "",
                "chosen_by_label": actor.label[:120],
                "chosen_at": now,
            },
        )
        if is_new:
            _record(actor, "office.information-chosen", case_number, publication)
    return answer


def drop_answer(*, actor: Actor, case_number: str, code: str, now: datetime) -> None:
    """The paper does not answer the request after all. Raises CaseNotFound."""
    access_request(actor, case_number)
    with transaction.atomic():
        answers = InformationAnswer.objects.filter(case_number=case_number, publication__code=code)
        for answer in answers.select_related("publication"):
            _record(actor, "office.information-dropped", case_number, answer.publication)
            answer.delete()


def _record(actor: Actor, action: str, case_number: str, publication: Publication) -> None:
    record_event(
        actor=actor,
        action=action,
        object_ref=f"office-publication:{publication.code}",
        case_number=case_number,
        detail={"number": publication.number},
    )
