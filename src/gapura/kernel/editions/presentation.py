"""How editions are shown: states, parts of a definition, changed lines."""

from datetime import date

from django.utils.translation import gettext as _

from gapura.kernel.catalogue.plugin import Judgment
from gapura.kernel.catalogue.types import Decision, PublicService
from gapura.kernel.editions.models import ServiceEdition
from gapura.kernel.editions.types import EditionStatus

Numbered = tuple[int, str, str]


def status_words(edition: ServiceEdition, today: date) -> tuple[str, str]:
    """Words and tone of the mark beside an edition."""
    if edition.status == EditionStatus.ADOPTED:
        assert edition.begins is not None
        to_come = edition.begins > today
        if edition.ends_service:
            return (_("Will end"), "warning") if to_come else (_("Ended"), "neutral")
        return (_("Adopted"), "info") if to_come else (_("In force"), "success")
    if edition.status == EditionStatus.PROPOSED:
        return (_("With the authority"), "info") if edition.agreed_by_person else (_("With a colleague"), "info")
    return (_("Draft"), "neutral") if edition.is_draft else (_("Discarded"), "neutral")


def list_parts(service: PublicService) -> list[tuple[str, str]]:
    """What the definition comes to, in words and codes."""
    asked = [f"{need.type} ({', '.join(need.fields)})" for need in service.evidence]
    checks = [f"{check.evidence_type}: {check.question}" for check in service.checks]
    return [
        (_("In force from"), service.valid_from.isoformat()),
        (_("First day without the service"), service.valid_until.isoformat() if service.valid_until else ""),
        (_("Who may ask"), ", ".join(rule.relation for rule in service.applicants)),
        (_("Evidence"), "; ".join(asked)),
        (_("Checks"), "; ".join(checks)),
        (_("Asked in the form"), ", ".join(field.code for field in service.fields)),
        (_("Fee"), f"{service.fee.rule or service.fee.amount} {service.fee.currency} ({service.fee.law.law})"),
        (_("Days by law"), f"{service.days.days} ({service.days.law.law})"),
        (_("Decided"), " ".join(filter(None, _decision(service.decision)))),
        (_("Document"), service.output.template if service.output else ""),
    ]


def _decision(decision: Decision) -> tuple[str | None, ...]:
    return decision.mode, decision.role, decision.through and _("through %(approval)s") % {"approval": decision.through}


def list_mistakes(judgment: Judgment, text: str) -> list[Numbered]:
    """Each mistake with its line, and what stands in that line now."""
    lines = text.splitlines()
    return [
        (number, lines[number - 1].strip() if 0 < number <= len(lines) else "", said)
        for number, said in judgment.problems
    ]
