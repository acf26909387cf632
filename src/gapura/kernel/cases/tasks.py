"""Background work of the case engine."""

from datetime import date

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import (
    close_finished_cases,
    end_outdated_documents_about,
    finish_waiting_cases,
    grant_by_silence,
    replace_documents_about,
    submit_follow_ups,
)
from gapura.kernel.outbox.plugin import job, register_periodic

REPLACEMENT_JOB = "cases.replace_documents"
FOLLOW_UP_JOB = "cases.submit_follow_ups"
OUTDATING_JOB = "cases.end_outdated_documents"
_WORKER = system_actor("worker")


@job(REPLACEMENT_JOB)
def replace_documents(person_number: str) -> None:
    replace_documents_about(actor=_WORKER, person_number=person_number, now=clock.now())


@job(OUTDATING_JOB)
def end_outdated_documents(person_number: str, outdated_on: str) -> None:
    day = date.fromisoformat(outdated_on)
    end_outdated_documents_about(actor=_WORKER, person_number=person_number, outdated_on=day, now=clock.now())


@job(FOLLOW_UP_JOB)
def follow_up(number: str) -> None:
    submit_follow_ups(number=number, now=clock.now())


def finish_cases() -> int:
    return finish_waiting_cases(actor=_WORKER, now=clock.now())


def close_cases() -> int:
    return close_finished_cases(actor=_WORKER, now=clock.now())


def grant_silent_cases() -> int:
    return grant_by_silence(actor=_WORKER, now=clock.now())


register_periodic("cases.finish", 5, finish_cases)
register_periodic("cases.close", 600, close_cases)
register_periodic("cases.grant_by_silence", 3600, grant_silent_cases)
