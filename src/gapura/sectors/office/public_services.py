"""What the office offers to the kernel: a document on an approval line."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.texts import in_language
from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import LineStatus, Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import CaseEffect
from gapura.kernel.cases.types import Application
from gapura.kernel.exchange.types import Evidence
from gapura.sectors.office.actions.submitting import end_document, let_decider_read, register_approved
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.papers import get_paper
from gapura.sectors.office.permissions import can_edit_document
from gapura.sectors.office.printing import list_facts
from gapura.sectors.office.queries.drafts import APPROVAL
from gapura.sectors.office.queries.information import SERVICE, list_answers
from gapura.web.languages import reader_language


class DocumentApproval(ApprovalHandler):
    """A document that is approved is numbered, filed, set and sealed in the same transaction."""

    kind = APPROVAL

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        register_approved(actor=actor, code=_code(request), digest=str(request.payload["sha256"]), now=now)

    def get_title(self) -> str:
        return _("Official document")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        document = OfficialDocument.objects.get(code=_code(request))
        language = reader_language()
        form = in_language(get_paper(document.form).title, language)
        return [(_("Form"), form), (_("Title"), document.title), *list_facts(document, language)]

    def get_content(self, request: Proposal) -> str | None:
        return f"/desk/office/documents/{_code(request)}/"

    def on_step_seated(self, *, request: Proposal, post_code: str, now: datetime) -> None:
        let_decider_read(code=_code(request), post_code=post_code, now=now)

    def can_renew(self, *, actor: Actor, request: Proposal) -> bool:
        document = OfficialDocument.objects.filter(code=_code(request)).prefetch_related("readers").first()
        return document is not None and can_edit_document(actor, document)

    def on_line_ended(self, *, actor: Actor, request: Proposal, status: LineStatus, now: datetime) -> None:
        if status != LineStatus.APPROVED:
            end_document(actor=actor, code=_code(request), is_rejected=status == LineStatus.REJECTED, now=now)


def _code(request: Proposal) -> str:
    return str(request.payload["code"])


class AnswerInformationRequest(CaseEffect):
    """The addresses of the public papers that the officer chose. The agency that was asked works the case."""

    code = SERVICE
    appeal_limit = "information_objection_working_days"
    appeal_decision_limit = "information_objection_answer_working_days"
    extension_limit = "information_extension_working_days"

    def find_agency(self, answers: Mapping[str, str]) -> str:
        return answers["holder"]

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        papers = [answer.publication for answer in list_answers(application.number)]
        home = settings.GAPURA_PUBLIC_ADDRESS.rstrip("/")
        addresses = [
            f"{paper.number}: {home}{reverse('public-documents:document', args=[paper.code])}" for paper in papers
        ]
        return {"papers": "\n".join(addresses), "withheld": str(sum(bool(paper.grounds) for paper in papers))}
