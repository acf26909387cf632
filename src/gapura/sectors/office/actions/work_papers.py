"""Documents made of what is recorded: a hand-over, a week. They go on a line, are numbered and printed as any other."""

from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_unit
from gapura.sectors.office.actions.drafts import create_draft
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.queries.hand_over import PARTS, access_hand_over
from gapura.sectors.office.queries.weekly import access_weekly_report
from gapura.sectors.office.queries.work import label_of
from gapura.sectors.office.work import get_work_rules


def write_hand_over_paper(*, actor: Actor, code: str, now: datetime) -> OfficialDocument:
    """A draft with what changed hands; the one there is, where it was made before. Raises AccessDenied, CannotDraft."""
    done = access_hand_over(actor, code)
    parts = [f"{done.source_label} → {done.target_label}", done.note]
    for part in done.contents:
        lines = "\n".join(f"- {text or ref}" for ref, text in part["lines"])
        parts.append(f"## {_(PARTS[part['code']])}\n\n{lines}")
    title = f"{_('Report of a hand-over')} {code}"
    return _draft_once(actor, "hand_over", title, "\n\n".join(part for part in parts if part) + "\n", now)


def write_weekly_paper(*, actor: Actor, code: str, now: datetime) -> OfficialDocument:
    """A draft with the words of the week's report. Raises AccessDenied, CannotDraft."""
    report = access_weekly_report(actor, code)
    title = f"{label_of(get_unit(report.unit_code))} {report.monday.isoformat()}"
    return _draft_once(actor, "weekly", title, report.body, now)


def _draft_once(actor: Actor, paper: str, title: str, body: str, now: datetime) -> OfficialDocument:
    form, task = get_work_rules().papers[paper]
    found = OfficialDocument.objects.filter(drafter_post=actor.post_code, form=form, title=title).order_by("pk").first()
    return found or create_draft(actor=actor, form=form, title=title, task_code=task, body=body, now=now)
