"""How agreements read on a page."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gapura.kernel.agreements.models import AgreementCase, AgreementStep
from gapura.kernel.agreements.types import CaseStatus, Standing, Terms
from gapura.kernel.appointments.queries import get_powers
from gapura.kernel.catalogue.queries import get_agency, list_agencies
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.queries import describe_request
from gapura.kernel.exchange.types import HOUSE
from gapura.kernel.identity.queries import list_posts
from gapura.web.languages import localized


def agency_title(code: str) -> str:
    known = {agency.code for agency in list_agencies()}
    return localized(get_agency(code).title) if code in known else code or "–"


def type_title(evidence_type: str) -> str:
    return localized(describe_request(evidence_type, ())[0])


def post_title(code: str) -> str:
    """``house``, ``role:…`` or the code of a post, for people."""
    if code == HOUSE:
        return _("The house itself, for a resident's case or service")
    role = code.removeprefix("role:")
    return localized(get_powers().title(role)) if role != code else code


def post_titles(codes: Iterable[str]) -> str:
    return " · ".join(post_title(code) for code in sorted(codes))


def list_field_choices(evidence_type: str, only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    declared = find_evidence_type(evidence_type)
    wanted = None if only is None else set(only)
    fields = declared.fields if declared else ()
    return [(field.code, localized(field.title)) for field in fields if wanted is None or field.code in wanted]


def list_question_choices(evidence_type: str, only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    declared = find_evidence_type(evidence_type)
    wanted = None if only is None else set(only)
    every = declared.questions if declared else ()
    return [(q.code, localized(q.title)) for q in every if wanted is None or q.code in wanted]


def list_role_choices(agency_code: str) -> list[tuple[str, str]]:
    """The house, and every role that a post of the agency carries."""
    roles = sorted({role for post in list_posts(agency_code=agency_code) for role in post.roles})
    codes = [HOUSE, *(f"role:{role}" for role in roles)]
    return [(code, post_title(code)) for code in codes]


def present_terms(evidence_type: str, terms: Terms) -> list[tuple[str, str]]:
    """Questions, fields, posts and last day, as label and value."""
    return [
        (_("Yes/no questions"), ", ".join(t for _c, t in list_question_choices(evidence_type, terms.questions))),
        (_("Fields"), ", ".join(title for _c, title in list_field_choices(evidence_type, terms.fields))),
        (_("Who may ask"), post_titles(terms.posts)),
        (_("First day without the agreement"), date_format(terms.valid_until, "DATE_FORMAT")),
    ]


def present_unneeded(evidence_type: str, codes: Iterable[str]) -> list[str]:
    codes = list(codes)
    return [
        title for _c, title in (*list_question_choices(evidence_type, codes), *list_field_choices(evidence_type, codes))
    ]


def present_steps(steps: Iterable[AgreementStep]) -> list[dict[str, Any]]:
    titles = {
        "request": _("Requested"),
        "judge": _("Opinion given"),
        "approve": _("Approved"),
        "refuse": _("Refused"),
        "withdraw": _("Withdrawn"),
        "suspend": _("Suspended"),
        "resume": _("Resumed"),
        "give_up": _("Given up"),
        "remind": _("Reminder: it ends soon"),
        "expire": _("Ended"),
    }
    return [
        {"title": titles[step.action], "at": step.at, "label": step.actor_label, "note": step.note} for step in steps
    ]


def status_words(case: AgreementCase) -> tuple[str, str]:
    """The state of a request and the tone of its mark."""
    return {
        CaseStatus.REQUESTED: (_("With the holder"), "info"),
        CaseStatus.JUDGED: (_("With the exchange authority"), "info"),
        CaseStatus.APPROVED: (_("Approved"), "success"),
        CaseStatus.REFUSED: (_("Refused"), "danger"),
        CaseStatus.WITHDRAWN: (_("Withdrawn"), "neutral"),
    }[CaseStatus(case.status)]


def standing_words(standing: Standing) -> tuple[str, str]:
    """How an agreement stands and the tone of its mark."""
    return {
        Standing.FUTURE: (_("Begins later"), "info"),
        Standing.IN_FORCE: (_("In force"), "success"),
        Standing.SUSPENDED: (_("Suspended"), "danger"),
        Standing.EXPIRED: (_("Ended"), "neutral"),
        Standing.GIVEN_UP: (_("Given up"), "neutral"),
    }[standing]
