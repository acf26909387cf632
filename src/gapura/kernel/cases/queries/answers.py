"""What applicants wrote, in the words of the form they filled in."""

from collections.abc import Mapping

from gapura.foundation.texts import Text
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.queries.cases import find_service
from gapura.kernel.catalogue.types import FormFieldKind, PublicService


def list_answers(case: Case) -> list[tuple[Text, str | Text]]:
    """What the form of the case was answered; by the codes of its fields where that form is known no more."""
    service = find_service(case)
    if service is None:
        return [({"": code}, said) for code, said in case.answers.items() if said]
    return list_said(service, case.answers)


def list_said(service: PublicService, answers: Mapping[str, str]) -> list[tuple[Text, str | Text]]:
    """What the form was answered, field by field, choices in their own words. Pictures are left out."""
    said: list[tuple[Text, str | Text]] = []
    for form_field in service.fields:
        answer = answers.get(form_field.code, "")
        if answer and form_field.kind is not FormFieldKind.PHOTO:
            labels = {choice.value: choice.label for choice in form_field.choices}
            said.append((form_field.label, labels.get(answer, answer)))
    return said
