"""Everything the house holds about a person, made once for their request and fetched by them alone."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import find_account_of
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.records.actions.elsewhere import ask_elsewhere
from gapura.kernel.records.bundles import pack_copy, read_elsewhere
from gapura.kernel.records.models import DataCopy
from gapura.kernel.records.queries import access_copy, get_retention, list_holdings
from gapura.kernel.records.queries.elsewhere import get_terms_of_asking
from gapura.kernel.records.types import COMPLETE_JOB, Silent, ToldElsewhere


def make_copy(
    *, actor: Actor, person_number: str, case_number: str, agency_code: str, language: str, now: datetime
) -> DataCopy:
    """Collect, seal in the name of the agency and store a person's data; tell them. Once a case, safe to repeat.

    Other nodes are asked too; those that do not answer are named, and asked again later (:func:`complete_copy`).
    Not in a transaction. Raises CannotSealDocument.
    """
    if existing := DataCopy.objects.filter(case_number=case_number).first():
        return existing
    told, silent = ask_elsewhere(
        actor=actor, person_number=person_number, case_number=case_number, agency_code=agency_code, now=now
    )
    packed = _pack(told, silent, person_number, case_number, agency_code, language, now)
    with transaction.atomic():
        copy = DataCopy.objects.create(
            code=new_code(),
            person_number=person_number,
            case_number=case_number,
            made_at=now,
            expires_at=now + timedelta(days=get_retention()["copy-of-data"].days),
            **packed,
        )
        _announce(actor, "records.copy_made", copy, agency_code, now)
    return copy


def complete_copy(*, actor: Actor, case_number: str, agency_code: str, language: str, now: datetime) -> DataCopy | None:
    """Ask those who had not answered once more, and make the copy anew with what they say; tell the person.

    Ends when all have answered, when the law's hours are over, or with the copy. Not in a transaction.
    """
    copy = DataCopy.objects.filter(case_number=case_number, expires_at__gt=now).exclude(content=b"").first()
    if copy is None or not copy.waiting_for:
        return copy
    told, silent = ask_elsewhere(
        actor=actor,
        person_number=copy.person_number,
        case_number=case_number,
        agency_code=agency_code,
        only=copy.waiting_for,
        now=now,
    )
    if not told:
        _ask_again(copy, agency_code, now)
        return copy
    told = [*read_elsewhere(bytes(copy.content)), *told]
    packed = _pack(told, silent, copy.person_number, case_number, agency_code, language, now)
    with transaction.atomic():
        DataCopy.objects.filter(pk=copy.pk).update(**packed, fetched_at=None)
        copy.refresh_from_db()
        _announce(actor, "records.copy_completed", copy, agency_code, now)
    return copy


def _pack(
    told: Sequence[ToldElsewhere],
    silent: Sequence[Silent],
    person_number: str,
    case_number: str,
    agency_code: str,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    """The columns of a copy that depend on what it holds."""
    holdings = list_holdings(person_number)
    account = find_account_of(person_number)
    content = pack_copy(
        holdings,
        told,
        silent,
        person_number=person_number,
        case_number=case_number,
        agency_code=agency_code,
        language=account.language if account else language,
        now=now,
    )
    return {
        "rows": sum(len(holding.rows) for holding in holdings) + sum(len(one.records) for one in told),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "waiting_for": [one.evidence_type for one in silent],
    }


def _announce(actor: Actor, action: str, copy: DataCopy, agency_code: str, now: datetime) -> None:
    _record(actor, action, copy)
    send_message(
        actor=actor,
        recipient=copy.person_number,
        kind=MessageKind.DATA_COPY_READY,
        context={"case_number": copy.case_number},
        case_number=copy.case_number,
        now=now,
    )
    _ask_again(copy, agency_code, now)


def _ask_again(copy: DataCopy, agency_code: str, now: datetime) -> None:
    terms = get_terms_of_asking()
    later = now + terms.again_after
    if copy.waiting_for and later < copy.made_at + terms.at_most:
        arguments = {"case_number": copy.case_number, "agency_code": agency_code}
        key = f"complete:{copy.case_number}:{later:%Y%m%d%H%M}"
        enqueue_job(name=COMPLETE_JOB, arguments=arguments, run_at=later, key=key)


def fetch_copy(*, actor: Actor, code: str, now: datetime) -> DataCopy:
    """Hand the copy to its person and note it. Raises AccessDenied to everybody else and when it has expired."""
    copy = access_copy(actor, code, now=now)
    with transaction.atomic():
        DataCopy.objects.filter(pk=code, fetched_at__isnull=True).update(fetched_at=now)
        _record(actor, "records.copy_fetched", copy)
    return copy


def _record(actor: Actor, action: str, copy: DataCopy) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=copy.person_number,
        object_ref=f"copy:{copy.code}",
        case_number=copy.case_number,
        detail={"rows": copy.rows, "sha256": copy.sha256},
    )
