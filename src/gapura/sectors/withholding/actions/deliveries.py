"""A reporter sends a file: it is kept, queued, and looked at by the worker."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.outbox.actions import enqueue_job
from gapura.sectors.withholding.models import Delivery, Statement
from gapura.sectors.withholding.queries import list_years, require_reporter
from gapura.sectors.withholding.types import (
    CHECK_JOB,
    REPORTING_CHANNEL,
    Acceptance,
    CannotDeliver,
    DeliveryState,
    Form,
    Scope,
)

NUMBER_LENGTH = 12


def submit_delivery(
    *,
    actor: Actor,
    reporter_name: str,
    form: Form,
    tax_year: int,
    scope: Scope,
    acceptance: Acceptance,
    content: bytes,
    now: datetime,
) -> tuple[Delivery, bool]:
    """The delivery, and whether it is new: the same file sent again, with nothing accepted since, is the first one.

    Raises AccessDenied, CannotDeliver. The worker checks it (:func:`check_deliveries`); its state tells.
    """
    reporter = require_reporter(actor)
    if tax_year not in list_years(local_day(now, settings.TIME_ZONE)):
        raise CannotDeliver(_("This year cannot be reported. Choose one from the list."))
    most = get_limit("report_file_kib")
    if not 0 < len(content) <= most * 1024:
        raise CannotDeliver(_("The file is empty or larger than %(most)s KiB. Send it in parts.") % {"most": most})
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        statement = hold_statement(reporter, form, tax_year)
        if same := _find_same(statement, digest, scope, acceptance):
            return same, False
        delivery = Delivery.objects.create(
            number=new_code(NUMBER_LENGTH),
            statement=statement,
            reporter_number=reporter,
            reporter_name=reporter_name,
            scope=scope,
            acceptance=acceptance,
            digest=digest,
            content=content,
            sent_by=actor.person_number or "",
            sent_by_system=actor.channel == REPORTING_CHANNEL,
            sent_at=now,
        )
        record_event(
            actor=actor,
            action="withholding.delivery_submitted",
            object_ref=f"delivery:{delivery.number}",
            detail={"reporter": reporter, "form": form, "tax_year": tax_year, "digest": digest},
        )
        enqueue_job(name=CHECK_JOB, arguments={"statement_id": statement.pk})
    return delivery, True


def hold_statement(reporter: str, form: Form, tax_year: int) -> Statement:
    """The statement, held until the transaction ends: its deliveries come one after the other."""
    key = {"reporter_number": reporter, "form": form, "tax_year": tax_year}
    Statement.objects.bulk_create([Statement(**key)], ignore_conflicts=True)
    return Statement.objects.select_for_update().get(**key)


def _find_same(statement: Statement, digest: str, scope: Scope, acceptance: Acceptance) -> Delivery | None:
    """The newest delivery that was not refused, if it is this very file."""
    sent = statement.deliveries.exclude(state=DeliveryState.REFUSED).defer("content").order_by("-pk").first()
    same = sent is not None and (sent.digest, sent.scope, sent.acceptance) == (digest, scope, acceptance)
    return sent if same else None
