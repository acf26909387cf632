"""A committee's decision as an official document: numbered, filed, set and sealed as any other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from gapura.foundation.clock import local_day
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_office_title
from gapura.sectors.office.actions.drafts import create_draft
from gapura.sectors.office.actions.readers import name_reader
from gapura.sectors.office.actions.registering import register_document
from gapura.sectors.office.models import Destruction, DestructionMember, OfficialDocument
from gapura.sectors.office.printing import seal_document
from gapura.sectors.office.queries.archive import get_archive_rules
from gapura.sectors.office.text.writing import plain
from gapura.sectors.office.types import DestructionState, ReaderGround


def register_decision(
    *, actor: Actor, destruction: Destruction, members: Sequence[DestructionMember], now: datetime
) -> OfficialDocument:
    """The record of what the committee decided, of the archive's unit, in the transaction of the last vote.

    ``actor`` is who voted last; all members may read it. Raises CannotDraft, CannotRegister, CannotSealDocument.
    """
    form, task = get_archive_rules().paper
    archive = replace(actor, unit_code=destruction.unit_code, office_code=destruction.office_code)
    with override(settings.LANGUAGE_CODE):
        document = create_draft(
            actor=archive,
            form=form,
            title=_title(destruction),
            task_code=task,
            body=_write(destruction, members),
            fields=_fields_of(destruction, members, now),
            now=now,
        )
    for member in members:
        name_reader(
            document=document,
            holder=f"post:{member.post_code}",
            agency_code=destruction.agency_code,
            ground=ReaderGround.APPROVER,
            named_by=actor.label,
            now=now,
        )
    register_document(actor=archive, document=document, now=now)
    seal_document(document, now=now)
    return document


def _title(destruction: Destruction) -> str:
    if destruction.state == DestructionState.STOPPED:
        return _("The committee refuses to destroy records: list %(code)s") % {"code": destruction.code}
    return _("The committee agrees to destroy records: list %(code)s") % {"code": destruction.code}


def _fields_of(destruction: Destruction, members: Sequence[DestructionMember], now: datetime) -> dict[str, object]:
    """The form's own fields (``office/forms.yaml``)."""
    office = get_office_title(destruction.agency_code, destruction.office_code)
    return {
        "held_on": local_day(now, settings.TIME_ZONE).isoformat(),
        "where": in_language(office, settings.LANGUAGE_CODE),
        "parties": [f"{one.decided_by_label or one.post_label} ({one.post_label})" for one in members],
    }


def _write(destruction: Destruction, members: Sequence[DestructionMember]) -> str:
    facts = [
        (_("Reason"), destruction.reason),
        (_("Consent of the national archive"), destruction.consent),
        (_("Legal ground"), get_archive_rules().laws["committee"]),
        (_("Proposed by"), destruction.proposed_by_label),
        (_("Digest of the list (SHA-256)"), destruction.listing),
    ]
    items = destruction.items.select_related("folder").order_by("folder__code")
    folders = [f"- {plain(one.folder.code)}: {plain(one.folder.title)}" for one in items]
    return "\n\n".join(
        [
            "\n".join(f"- {label}: {plain(value)}" for label, value in facts if value),
            f"## {_('Folders')}",
            "\n".join(folders),
            f"## {_('Decisions')}",
            "\n".join(f"- {plain(one.post_label)}: {_said(one)}" for one in members),
        ]
    )


def _said(member: DestructionMember) -> str:
    if member.agrees is None:
        return _("did not decide any more")
    return plain(member.reason) if not member.agrees else _("agrees")
