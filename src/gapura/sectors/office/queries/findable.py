"""Each kind of thing that is found by its words: what it says, for whom, and who may open it now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, QuerySet

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_unit
from gapura.sectors.office.models import Instruction, Meeting, Memo, OfficialDocument, TaskCard, WeeklyReport
from gapura.sectors.office.queries.cards import list_plan, list_readable_cards
from gapura.sectors.office.queries.documents import list_readable_documents
from gapura.sectors.office.queries.instructions import find_opened_instructions, list_part_holders
from gapura.sectors.office.queries.meetings import find_seen_meetings
from gapura.sectors.office.queries.memos import list_opened_memos
from gapura.sectors.office.queries.weekly import list_readable_weekly_reports
from gapura.sectors.office.queries.work import label_of
from gapura.sectors.office.rules import audience, of_class
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.text import words_of
from gapura.sectors.office.types import FindKind, Reach


@dataclass(frozen=True, slots=True)
class Said:
    """What is found of a thing. ``text`` has a line for each paragraph; ``number`` is empty where it has none."""

    title: str
    unit_code: str
    at: datetime
    text: str
    number: str = ""
    keywords: Sequence[str] = ()


class Findable:
    """One kind. The words of its audience are those of ``rules.audience``; ``units``: its unit and those above it."""

    kind: ClassVar[FindKind]
    model: ClassVar[type[Model]]
    related: ClassVar[Sequence[str]] = ()
    """What ``tell`` and ``admit`` read besides the row."""

    def tell(self, row: Any) -> Said:
        raise NotImplementedError

    def admit(self, row: Any, units: Sequence[str]) -> frozenset[str]:
        """Everybody who may open it; the same people as ``read`` gives it to."""
        raise NotImplementedError

    def read(self, actor: Actor, codes: Collection[str]) -> list[Any]:
        """Which of these the official may open now."""
        return list(self._readable(actor).filter(code__in=codes).prefetch_related(*self.related))

    def agency_of(self, row: Any) -> str:
        """Whose the entry is; empty where people of other agencies may open it too."""
        return str(row.agency_code)

    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.prefetch_related(*self.related)

    def _readable(self, actor: Actor) -> QuerySet[Any]:
        raise NotImplementedError


class FindableDocument(Findable):
    kind, model, related = FindKind.DOCUMENT, OfficialDocument, ("readers",)

    def rows(self) -> QuerySet[Any]:
        return super().rows().defer("sealed")

    def tell(self, row: OfficialDocument) -> Said:
        fields = [value for value in row.fields.values() if isinstance(value, str)]
        at = row.registered_at or row.changed_at
        keywords = [row.number, row.task_code, *fields]
        return Said(row.title, row.unit_code, at, words_of(row.body), row.number, keywords)

    def admit(self, row: OfficialDocument, units: Sequence[str]) -> frozenset[str]:
        words = audience(
            row.reach,
            agency_code=row.agency_code,
            office_code=row.office_code,
            units=units,
            holders=[reader.holder for reader in row.readers.all()],
        )
        return words if row.security == ordinary_class() else of_class(row.security, words)

    def agency_of(self, row: OfficialDocument) -> str:
        return "" if row.reach == Reach.GOVERNMENT else str(row.agency_code)

    def _readable(self, actor: Actor) -> QuerySet[Any]:
        return list_readable_documents(actor).defer("sealed")


class FindableCard(Findable):
    kind, model, related = FindKind.CARD, TaskCard, ("milestones",)

    def tell(self, row: TaskCard) -> Said:
        plan = [milestone.title for milestone in list_plan(row)]
        text = _lines(row.outcome, row.results, *plan, row.quality, row.publicity, row.customers)
        return Said(row.title, row.unit_code, row.changed_at, text, keywords=[row.task_code, row.owner_label])

    def admit(self, row: TaskCard, units: Sequence[str]) -> frozenset[str]:
        return _for_unit(units) | _for_posts([row.owner_post])

    def _readable(self, actor: Actor) -> QuerySet[Any]:
        return list_readable_cards(actor)


class FindableMemo(Findable):
    kind, model, related = FindKind.MEMO, Memo, ("recipients",)

    def tell(self, row: Memo) -> Said:
        return Said(row.title, row.unit_code, row.sent_at, words_of(row.body), keywords=[row.author_label])

    def admit(self, row: Memo, units: Sequence[str]) -> frozenset[str]:
        told = Instruction.objects.filter(source=f"memo:{row.code}").order_by("pk")
        recipients = [recipient.post_code for recipient in row.recipients.all()]
        return _for_posts([row.author_post, *recipients, *told.values_list("handler_post", flat=True)])

    def _readable(self, actor: Actor) -> QuerySet[Any]:
        return list_opened_memos(actor)


class FindableInstruction(Findable):
    kind, model, related = FindKind.INSTRUCTION, Instruction, ("entries",)

    def tell(self, row: Instruction) -> Said:
        reports = [entry.words for entry in sorted(row.entries.all(), key=lambda one: one.number)]
        people = [row.issuer_label, row.receiver_label]
        return Said(row.title, row.unit_code, row.issued_at, _lines(row.body, *reports), keywords=people)

    def admit(self, row: Instruction, units: Sequence[str]) -> frozenset[str]:
        sides = {row.issuer_post, row.confirmer_post, row.receiver_post, row.handler_post}
        return _for_posts(sides | list_part_holders(row)) | _for_leaders(units)

    def read(self, actor: Actor, codes: Collection[str]) -> list[Any]:
        return find_opened_instructions(actor, codes)


class FindableWeeklyReport(Findable):
    kind, model = FindKind.WEEKLY, WeeklyReport

    def tell(self, row: WeeklyReport) -> Said:
        unit = get_unit(row.unit_code)
        title = f"{label_of(unit)} · {row.monday.isoformat()}"
        at = row.approved_at or row.assembled_at
        return Said(title, row.unit_code, at, words_of(row.body), keywords=sorted(set(unit.title.values())))

    def admit(self, row: WeeklyReport, units: Sequence[str]) -> frozenset[str]:
        return _for_unit(units)

    def _readable(self, actor: Actor) -> QuerySet[Any]:
        return list_readable_weekly_reports(actor)


class FindableMeeting(Findable):
    """With its agenda, what was decided, and what is to be done. The minutes are a document and found as one."""

    kind, model, related = FindKind.MEETING, Meeting, ("guests", "agenda", "follow_ups")

    def tell(self, row: Meeting) -> Said:
        agenda = sorted(row.agenda.all(), key=lambda one: one.place)
        matters = [words for item in agenda for words in (item.title, item.outcome)]
        to_do = [words for one in row.follow_ups.all() for words in (one.text, one.result)]
        text = _lines(row.purpose, *matters, *to_do, row.reason)
        return Said(row.title, row.unit_code, row.starts_at, text, keywords=[row.place, row.organizer_label])

    def admit(self, row: Meeting, units: Sequence[str]) -> frozenset[str]:
        invited = [guest.post_code for guest in row.guests.all()]
        return _for_posts([row.organizer_post, row.approver_post, *invited]) | _for_leaders(units)

    def agency_of(self, row: Meeting) -> str:
        agencies = {guest.agency_code for guest in row.guests.all()} | {row.agency_code}
        return str(row.agency_code) if len(agencies) == 1 else ""

    def read(self, actor: Actor, codes: Collection[str]) -> list[Any]:
        return find_seen_meetings(actor, codes)


FINDABLES: Mapping[FindKind, Findable] = {
    one.kind: one
    for one in (
        FindableDocument(),
        FindableCard(),
        FindableMemo(),
        FindableInstruction(),
        FindableWeeklyReport(),
        FindableMeeting(),
    )
}
"""Every kind, in the order that a page offers them."""
_KINDS: Mapping[type[Model], FindKind] = {one.model: kind for kind, one in FINDABLES.items()}


def ref_of(row: Any) -> str:
    """``kind:code`` of a row of one of these tables."""
    return f"{_KINDS[type(row)]}:{row.code}"


def _for_posts(posts: Collection[str]) -> frozenset[str]:
    return frozenset(f"post:{post}" for post in posts if post)


def _for_leaders(units: Sequence[str]) -> frozenset[str]:
    return frozenset(f"below:{unit}" for unit in units)


def _for_unit(units: Sequence[str]) -> frozenset[str]:
    return _for_leaders(units) | {f"unit:{units[0]}"}


def _lines(*texts: str) -> str:
    """Each paragraph of what people wrote plainly, on a line of its own."""
    return "\n".join(" ".join(line.split()) for text in texts for line in text.splitlines() if line.strip())
