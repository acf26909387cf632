"""What the worker does with people's letters, and every hour with what the public may read."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job, register_periodic
from gapura.sectors.office.actions.disclosure import open_ended_classes
from gapura.sectors.office.actions.letter_delivery import deliver_letter, take_letter_back
from gapura.sectors.office.actions.letter_posting import PAPER_JOB, seal_letter_receipt, seal_sent_letter
from gapura.sectors.office.actions.letters import DELIVER_JOB, TAKE_BACK_JOB
from gapura.sectors.office.actions.publication import list_new_documents

_OFFICE = system_actor("office")


@job(DELIVER_JOB)
def deliver(*, code: str) -> None:
    deliver_letter(actor=_OFFICE, code=code, now=clock.now())
    seal_letter_receipt(actor=_OFFICE, code=code, now=clock.now())


@job(TAKE_BACK_JOB)
def take_back(*, code: str) -> None:
    take_letter_back(actor=_OFFICE, code=code, now=clock.now())


@job(PAPER_JOB)
def seal_paper(*, code: str) -> None:
    seal_sent_letter(actor=_OFFICE, code=code, now=clock.now())


def list_public() -> int:
    """New records get their line in the public list, and what was closed until today opens."""
    now = clock.now()
    return open_ended_classes(actor=_OFFICE, now=now) + list_new_documents(actor=_OFFICE, now=now)


register_periodic("office.list-public", 3600, list_public)
