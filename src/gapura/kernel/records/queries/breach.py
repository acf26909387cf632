"""Whom an account, a post or a key touched: from the audit log, the access log and the sealed documents."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from cryptography import x509
from django.conf import settings
from django.db.models import Q

from gapura.foundation.clock import local_day
from gapura.kernel.audit.queries import iterate_events_by
from gapura.kernel.catalogue.queries import list_agencies
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.documents.queries import iterate_sealed_by
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.exchange.queries import iterate_accesses_by
from gapura.kernel.identity.queries import find_account
from gapura.kernel.records.types import Touched, UnknownAccount

Touch = tuple[str, str, datetime]


def list_touched_by_account(login: str, *, since: datetime, until: datetime) -> list[Touched]:
    """Everybody whose data the account saw or changed, privately or in a post it held then.

    Raises UnknownAccount.
    """
    account = find_account(login)
    if account is None:
        raise UnknownAccount(f"No account is called {login!r}.")
    first, last = local_day(since, settings.TIME_ZONE), local_day(until, settings.TIME_ZONE)
    held = account.appointments.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=first), valid_from__lte=last)
    posts = [f"official:{code}" for code in held.values_list("post_id", flat=True).order_by("post_id")]
    own = set(account.proofs.values_list("person_number", flat=True))
    touched = list_touched_by_references([f"resident:{account.pk}", *posts], since=since, until=until)
    return [one for one in touched if one.subject not in own]


def list_touched_by_references(references: list[str], *, since: datetime, until: datetime) -> list[Touched]:
    """The same by the references that the logs know (``official:dukcapil/31.71/registrar``)."""
    return _gathered([*_acts(references, since, until), *_accesses(references, since, until)])


def list_touched_by_key(serial: str, *, since: datetime, until: datetime) -> list[Touched]:
    """Everybody about whom something was sealed with the key whose certificate has this serial (hexadecimal).

    Raises UnknownAccount when no agency's seal key of that time has it.
    """
    agency = _find_agency(int(serial, 16), (since, until))
    documents = iterate_sealed_by(agency, since=since, until=until)
    return _gathered((one.subject, f"document {one.service_code}", one.sealed_at) for one in documents)


def _find_agency(serial: int, moments: Iterable[datetime]) -> str:
    for moment in moments:
        for agency in list_agencies():
            try:
                key = get_seal_provider().get_seal_key(agency.code, moment)
            except CannotSealDocument:
                continue
            if x509.load_der_x509_certificate(key.chain[0]).serial_number == serial:
                return agency.code
    raise UnknownAccount(f"No agency sealed with a key of serial {serial:x} then; see gapura pki list.")


def _acts(references: list[str], since: datetime, until: datetime) -> Iterator[Touch]:
    for event in iterate_events_by(references, since=since, until=until):
        if event.subject:
            yield event.subject, event.action, event.occurred_at


def _accesses(references: list[str], since: datetime, until: datetime) -> Iterator[Touch]:
    for access in iterate_accesses_by(references, since=since, until=until):
        for name in access.fields or [f"{access.question}?"]:
            yield access.subject, f"{access.evidence_type}.{name}", access.requested_at


def _gathered(touches: Iterable[Touch]) -> list[Touched]:
    by_subject: dict[str, list[tuple[str, datetime]]] = {}
    for subject, what, at in touches:
        by_subject.setdefault(subject, []).append((what, at))
    return [
        Touched(
            subject,
            len(found),
            tuple(sorted({what for what, _at in found})),
            min(at for _what, at in found),
            max(at for _what, at in found),
        )
        for subject, found in sorted(by_subject.items())
    ]
