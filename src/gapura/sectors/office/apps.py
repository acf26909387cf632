from collections.abc import Iterable

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OFFICIALS = frozenset({"official"})


class OfficeConfig(AppConfig):
    name = "gapura.sectors.office"
    label = "office"

    def ready(self) -> None:
        from gapura.sectors.office import subscribers

        assert subscribers
        _register_writing()
        _register_letters_between_offices()
        _register_letters_of_people()
        _register_archive()
        _register_work()
        _register_calendar()


def _register_writing() -> None:
    from gapura.kernel.approvals.plugin import register_approval_handler
    from gapura.sectors.office.public_services import DocumentApproval
    from gapura.sectors.office.tasks import finding, openness, papers
    from gapura.web.navigation import Entry, Group, Place, register_entry

    assert finding
    assert openness
    assert papers
    register_approval_handler(DocumentApproval())
    _register_kinds([("office.write", _("Write along"))])
    register_entry(Entry(Place.DESK, _("Documents"), "office:documents", 15, OFFICIALS))
    register_entry(Entry(Place.DESK, _("Search"), "office:search", 18, OFFICIALS))
    register_entry(Entry(Place.DESK, _("How openly we work"), "office:openness", 80, OFFICIALS, group=Group.OFFICE))


def _register_letters_between_offices() -> None:
    from gapura.kernel.nodes.plugin import register_answerer
    from gapura.kernel.outbox.plugin import register_periodic
    from gapura.sectors.office.actions.carrying import SERVICE
    from gapura.sectors.office.providers.letters import LettersAnswerer
    from gapura.sectors.office.tasks import carrying
    from gapura.web.navigation import Entry, Group, Place, register_entry

    register_answerer(LettersAnswerer(), service=SERVICE)
    register_periodic("office.carry", 30, carrying.carry_waiting)
    register_periodic("office.remind-readers", 3600, carrying.remind)
    _register_kinds(
        [
            ("office.distribute", _("Take in and hand out")),
            ("office.handle", _("Deal with a letter")),
            ("office.read", _("Read")),
        ]
    )
    register_entry(Entry(Place.DESK, _("Register"), "office:register", 19, OFFICIALS, group=Group.OFFICE))


def _register_letters_of_people() -> None:
    from gapura.kernel.cases.plugin import register_case_effect
    from gapura.sectors.office.public_services import AnswerInformationRequest
    from gapura.sectors.office.tasks import letters
    from gapura.sectors.office.types import DISCLOSURE_ROLE
    from gapura.web.navigation import Entry, Group, Place, register_entry

    assert letters
    register_case_effect(AnswerInformationRequest())
    _register_kinds(
        [
            ("office.redact", _("Approve a redaction")),
            ("office.disclose", _("Look before it is published")),
        ]
    )
    roles = frozenset({DISCLOSURE_ROLE})
    register_entry(Entry(Place.DESK, _("Disclosure"), "office:disclosure", 24, roles=roles, group=Group.OFFICE))
    register_entry(Entry(Place.FOOT, _("Public documents"), "public-documents:list", 40))
    register_entry(Entry(Place.PORTAL, _("Letters"), "letters:list", 52, frozenset({"resident"})))


def _register_archive() -> None:
    from gapura.kernel.approvals.plugin import register_approval_handler
    from gapura.kernel.audit.plugin import register_logged_table
    from gapura.kernel.operations.plugin import register_destroyer
    from gapura.sectors.office.archive_handlers import AppraisalHandler, ClosingHandler, FolderLiftingHandler
    from gapura.sectors.office.models import FolderTerm
    from gapura.sectors.office.providers.destroyed import CommitteeDestroyer
    from gapura.sectors.office.tasks import archive
    from gapura.sectors.office.types import ARCHIVIST
    from gapura.web.navigation import Entry, Group, Place, register_entry

    assert archive
    register_logged_table("office-folder", FolderTerm, "code")
    register_destroyer(CommitteeDestroyer())
    for handler in (ClosingHandler(), AppraisalHandler(), FolderLiftingHandler()):
        register_approval_handler(handler)
    _register_kinds(
        [
            ("office.archive", _("Folders that are due")),
            ("office.destruction", _("Decide about a destruction")),
        ]
    )
    roles = frozenset({ARCHIVIST})
    register_entry(Entry(Place.DESK, _("Archive"), "office:archive", 22, roles=roles, group=Group.OFFICE))


def _register_work() -> None:
    from gapura.sectors.office.tasks import work
    from gapura.web.navigation import Entry, Group, Place, register_entry

    assert work
    _register_kinds(
        [
            ("office.instruction", _("Carry out an instruction")),
            ("office.confirm", _("Confirm what was done")),
            ("office.memo", _("Read a memo")),
            ("office.weekly", _("Approve a weekly report")),
            ("office.milestone", _("Reach a milestone")),
            ("office.hand-over", _("Hand over, or take over")),
            ("office.todo", _("Own note")),
        ]
    )
    register_entry(Entry(Place.DESK, _("Tasks"), "office:cards", 14, OFFICIALS, group=Group.OFFICE))


def _register_calendar() -> None:
    from gapura.sectors.office.tasks import meetings
    from gapura.web.navigation import Entry, Place, register_entry

    assert meetings
    _register_kinds(
        [
            ("office.meeting-reply", _("Reply to an invitation")),
            ("office.meeting-changed", _("A meeting was changed")),
            ("office.meeting-approve", _("Agree to a meeting")),
            ("office.agenda", _("Matters for an agenda")),
            ("office.minutes", _("Write minutes")),
            ("office.follow-up", _("To be done after a meeting")),
            ("office.room-lost", _("A room was closed")),
            ("office.duty-swap", _("Exchange of duty")),
        ]
    )
    register_entry(Entry(Place.DESK, _("Calendar"), "office:calendar", 16, OFFICIALS))


def _register_kinds(kinds: Iterable[tuple[str, Promise]]) -> None:
    from gapura.kernel.worklist.plugin import register_work_kind
    from gapura.kernel.worklist.types import WorkKind

    for code, title in kinds:
        register_work_kind(WorkKind(code, title))
