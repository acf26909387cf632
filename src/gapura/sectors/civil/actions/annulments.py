"""A death that was none: a registrar shows that the person lives, a supervisor decides, the register takes it back."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gapura.kernel.approvals.types import CannotDecideApproval, Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish
from gapura.kernel.registers.actions import annul_entry, correct_entry
from gapura.kernel.registers.events import DeathAnnulled
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.kernel.registers.types import CannotRecordEntry, Source, SourceKind
from gapura.sectors.civil.actions.corrections import ask_supervisor, find_case_answered
from gapura.sectors.civil.models import (
    DeathEntry,
    FamilyEntry,
    FamilyMembership,
    Guardianship,
    MarriageEntry,
    PersonEntry,
    ResidenceEntry,
)
from gapura.sectors.civil.queries import access_entry, access_look_up, is_correctable_by
from gapura.sectors.civil.queries.numbering import get_numbering
from gapura.sectors.civil.queries.versions import find_entry
from gapura.sectors.civil.types import CannotProposeCorrection, EndReason

ANNULMENT = "civil.death-annulment"
_OF_PERSON: tuple[type[RegisterEntry], ...] = (PersonEntry, ResidenceEntry, FamilyMembership)
_TOUCHED: tuple[type[RegisterEntry], ...] = (*_OF_PERSON, FamilyEntry, Guardianship, MarriageEntry)


def propose_annulment(
    *,
    actor: Actor,
    look_up_number: str,
    entry_id: int,
    evidence: str,
    answers: str | None = None,
    today: date,
    now: datetime,
) -> int:
    """Ask the supervisor of the office to take back the death of the person looked up; the id of the request.

    ``answers``: the person's request that this answers, as for any correction; empty: none. Raises AccessDenied as a
    proposed correction does, CannotProposeCorrection without proof or when asked already.
    """
    look_up = access_look_up(actor, look_up_number, today=today)
    if not is_correctable_by(actor, look_up, today=today):
        raise AccessDenied
    entry = access_entry(look_up, "death", entry_id)
    if not isinstance(entry, DeathEntry) or not evidence.strip():
        raise CannotProposeCorrection(_("Say how you know that the person lives: who saw them, with which proof."))
    payload = {
        "look_up": look_up.number,
        "person_number": look_up.person_number,
        "entry_id": entry.pk,
        "certificate_number": entry.certificate_number,
        "died_on": entry.valid_from.isoformat(),
        "legal_ground": get_numbering()["death_annulment"],
        "evidence": evidence.strip(),
    }
    return ask_supervisor(
        actor=actor,
        kind=ANNULMENT,
        look_up=look_up,
        entry=entry,
        payload=payload,
        case_number=find_case_answered(actor, look_up, answers),
        now=now,
    )


def carry_out_annulment(*, actor: Actor, proposal: Proposal, now: datetime) -> None:
    """Take the death back, and everything it ended or began in the register that nothing later has overtaken.

    In the transaction of the approval. Raises CannotDecideApproval when the register has moved on since. Publishes
    DeathAnnulled; what others ended they take up again themselves.
    """
    payload = proposal.payload
    if actor.person_number == payload["person_number"]:
        raise CannotDecideApproval(_("These are your own data; another supervisor has to decide."))
    death = find_entry("death", payload["entry_id"])
    if not isinstance(death, DeathEntry):
        raise CannotDecideApproval(
            _("The entry was corrected in the meantime; deny this and let the registrar look again.")
        )
    source = Source(SourceKind.CASE, proposal.case_number or payload["look_up"])
    facts: dict[str, Any] = {"actor": actor, "source": source, "now": now}
    try:
        with transaction.atomic():
            annul_entry(entry=death, **facts)
            for table in _TOUCHED:
                _take_back(table, death, facts)
    except (CannotRecordEntry, IntegrityError) as error:
        raise CannotDecideApproval(
            _("The correction contradicts another entry; deny this and let the registrar look again.")
        ) from error
    publish(DeathAnnulled(death.number, death.source_reference, source.reference))


def _take_back(table: type[RegisterEntry], death: DeathEntry, facts: dict[str, Any]) -> None:
    written = table._default_manager.filter(_written_with(table, death), superseded_at=None).order_by("pk")
    begun, ended = [one for one in written if one.valid_until is None], [one for one in written if one.valid_until]
    for entry in begun:
        annul_entry(entry=entry, **facts)
    for entry in ended:
        if not _is_overtaken(entry):
            reasons = {"end_reason": ""} if isinstance(entry, MarriageEntry) else {}
            correct_entry(entry=entry, changes={"valid_until": None, **reasons}, **facts)


def _written_with(table: type[RegisterEntry], death: DeathEntry) -> Q:
    """What the same case wrote; of a death that came otherwise, what of the person ended on its day."""
    if death.source_kind == SourceKind.CASE:
        return Q(source_kind=SourceKind.CASE.value, source_reference=death.source_reference)
    ended = Q(valid_until=death.valid_from)
    if table in _OF_PERSON:
        return ended & Q(number=death.number)
    if table is MarriageEntry:
        couple = Q(husband_number=death.number) | Q(wife_number=death.number)
        return ended & couple & Q(end_reason=EndReason.DEATH.value)
    return Q(pk=None)


def _is_overtaken(entry: RegisterEntry) -> bool:
    """Whether something later is believed of the subject, or the widowed has married again: that stands."""
    if isinstance(entry, MarriageEntry):
        couple = (entry.husband_number, entry.wife_number)
        others = MarriageEntry.objects.filter(Q(husband_number__in=couple) | Q(wife_number__in=couple))
        return bool(others.filter(valid_from__gte=entry.valid_until).known_at(None).exists())
    subject = {name: getattr(entry, name) for name in entry.subject_fields}
    later = type(entry)._default_manager.filter(superseded_at=None, valid_from__gte=entry.valid_until, **subject)
    return bool(later.exists())
