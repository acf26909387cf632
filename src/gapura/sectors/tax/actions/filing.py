"""Filing a return: reckoned, sealed and posted to the ledger at once, or not at all."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import ROW_DIGEST, Actor
from gapura.kernel.catalogue.types import PublicService
from gapura.kernel.documents.actions import record_document, render_document, revoke_document
from gapura.kernel.documents.types import CannotSealDocument, SealedDocument
from gapura.kernel.law.queries import compute
from gapura.kernel.mandates.actions import confirm_mandate, use_mandate
from gapura.kernel.mandates.types import NotMandated
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import publish
from gapura.sectors.tax.actions.filing_receipts import order_receipt
from gapura.sectors.tax.actions.ledger import post_assessment, post_credit, reverse_postings
from gapura.sectors.tax.actions.returns import concerned, lock_return, require_current, require_open
from gapura.sectors.tax.events import ReturnFiled
from gapura.sectors.tax.models import ClaimedDependant, ReturnVersion, TaxReturn
from gapura.sectors.tax.queries.returns import (
    Reckoned,
    find_return,
    get_last_version,
    read_draft,
    reckon,
    require_period,
    taxpayer_of,
)
from gapura.sectors.tax.return_kinds import ReturnKind
from gapura.sectors.tax.statements import count_dependants, find_overlaps
from gapura.sectors.tax.types import AssessmentKind, CannotFile, Item, ReturnStatus

_REPLACED = "return-amended"


@dataclass(frozen=True, slots=True)
class _Filing:
    """One filing as it will be written."""

    kind: ReturnKind
    service: PublicService
    tax_return: TaxReturn
    items: list[Item]
    reckoned: Reckoned
    version: ReturnVersion
    now: datetime

    @property
    def source(self) -> str:
        return f"return:{self.tax_return.number}:{self.version.number}"


def file_return(*, actor: Actor, kind: ReturnKind, period: str, revision: int, now: datetime) -> ReturnVersion:
    """File the draft as the person saw it (``revision``); the same draft is filed once, however often this is sent.

    A second filing amends the first: its postings are taken back and made anew. Asks registers where the actor acts for
    another: must run outside a transaction. Raises AccessDenied, CannotFile. Publishes ReturnFiled.
    """
    taxpayer = taxpayer_of(actor, kind)
    require_period(kind, period, local_day(now, settings.TIME_ZONE))
    tax_return = find_return(taxpayer, kind, period)
    if tax_return is None:
        raise CannotFile(_("Prepare the return first."))
    if filed := _find_filed(tax_return, revision):
        return filed
    require_open(tax_return)
    require_current(tax_return, revision)
    filing = _prepare(actor, kind, tax_return, now)
    actor = _confirm(actor, filing)
    try:
        sealed = render_document(order_receipt(filing.reckoned.settlement.steps, filing.service, filing.version))
    except CannotSealDocument as error:
        raise CannotFile(
            _("The receipt cannot be sealed now, so nothing was filed. Try again in some minutes.")
        ) from error
    filing.version.document_code = sealed.code
    return _write(actor, filing, sealed)


def _find_filed(tax_return: TaxReturn, revision: int) -> ReturnVersion | None:
    return ReturnVersion.objects.filter(tax_return=tax_return, revision=revision).first()


def _prepare(actor: Actor, kind: ReturnKind, tax_return: TaxReturn, now: datetime) -> _Filing:
    today = local_day(now, settings.TIME_ZONE)
    items = read_draft(tax_return)
    if overlaps := find_overlaps(kind, items):
        raise CannotFile(
            _("%(payer)s reported the same months twice. Leave one of the two out, or correct its months.")
            % {"payer": overlaps[0][0].label}
        )
    reckoned = reckon(kind, items, tax_return.period)
    before = get_last_version(tax_return)
    balance = reckoned.balance
    version = ReturnVersion(
        tax_return=tax_return,
        number=tax_return.versions + 1,
        revision=tax_return.revision,
        items=tax_return.draft,
        law_digest=reckoned.law_digest,
        figures=dict(reckoned.figures),
        explanation=reckoned.as_json(),
        balance=balance,
        difference=balance - (before.balance if before else 0),
        penalty=reckon_penalty(kind, tax_return, now),
        due_on=kind.due_on(tax_return.period),
        filed_at=now,
        filed_by=actor.person_number or "",
    )
    return _Filing(kind, kind.get_service(today), tax_return, items, reckoned, version, now)


def reckon_penalty(kind: ReturnKind, tax_return: TaxReturn, now: datetime) -> int:
    """What the law asks of who files so late; 0 in time, and for an amendment of what was filed once."""
    penalty, today = kind.penalty, local_day(now, settings.TIME_ZONE)
    if penalty is None or tax_return.versions or today <= kind.due_on(tax_return.period):
        return 0
    household = {penalty.of: [dict(penalty.inputs)]}
    return int(compute([penalty.figure], household, as_of=today)[penalty.figure][0])


def _confirm(actor: Actor, filing: _Filing) -> Actor:
    """The actor as they file: for themselves, or for another under a mandate that stands now."""
    if actor.principal is None:
        return actor
    try:
        reference = confirm_mandate(
            actor=actor,
            principal=actor.principal,
            relation=actor.mandate.partition(":")[0],
            service=filing.service,
            case_number=filing.tax_return.number,
            now=filing.now,
        )
    except NotMandated as refusal:
        raise CannotFile(str(refusal)) from refusal
    filing.version.mandate = reference
    return replace(actor, mandate=reference)


def _write(actor: Actor, filing: _Filing, sealed: SealedDocument) -> ReturnVersion:
    taxpayer, version = filing.tax_return.taxpayer, filing.version
    with transaction.atomic():
        tax_return = lock_return(taxpayer, filing.kind, filing.tax_return.period)
        if filed := _find_filed(tax_return, version.revision):
            return filed
        require_open(tax_return)
        require_current(tax_return, version.revision)
        _use_mandate(actor, filing)
        _end_receipt(actor, tax_return, filing.now)
        tax_return.status, tax_return.versions = ReturnStatus.FILED, version.number
        tax_return.draft, tax_return.news = None, None
        tax_return.save(update_fields=["status", "versions", "draft", "news"])
        version.tax_return = tax_return
        version.save(force_insert=True)
        _claim_dependants(filing)
        _post(actor, filing)
        record_document(actor=actor, sealed=sealed, now=filing.now)
        _record(actor, filing)
        _tell(actor, filing)
        publish(ReturnFiled(tax_return.number, version.number, tax_return.kind, taxpayer, tax_return.period))
    return version


def _use_mandate(actor: Actor, filing: _Filing) -> None:
    try:
        use_mandate(
            actor=actor,
            action="file",
            service_code=filing.service.code,
            title=filing.service.title,
            case_number=filing.tax_return.number,
            now=filing.now,
        )
    except NotMandated as refusal:
        raise CannotFile(str(refusal)) from refusal


def _end_receipt(actor: Actor, tax_return: TaxReturn, now: datetime) -> None:
    """The receipt of what is amended no longer states what is filed."""
    before = get_last_version(tax_return)
    if before is not None:
        revoke_document(actor=actor, code=before.document_code, reason=_REPLACED, now=now)


def _claim_dependants(filing: _Filing) -> None:
    """Whoever is counted here is counted nowhere else for the period; the database decides between two at once."""
    tax_return = filing.tax_return
    ClaimedDependant.objects.filter(tax_return=tax_return).delete()
    claimed = [
        ClaimedDependant(tax_return=tax_return, period=tax_return.period, person_number=number)
        for number in count_dependants(filing.items)
    ]
    try:
        with transaction.atomic():
            ClaimedDependant.objects.bulk_create(claimed)
    except IntegrityError as error:
        raise CannotFile(
            _(
                "One of your dependants is counted in somebody else's return for this year. "
                "Leave them out, or agree who counts them."
            )
        ) from error


def _post(actor: Actor, filing: _Filing) -> None:
    """What was levied and what others paid: to the account, in place of what the last version posted."""
    kind, tax_return, reckoned = filing.kind, filing.tax_return, filing.reckoned
    common: dict[str, Any] = {
        "actor": actor,
        "taxpayer": tax_return.taxpayer,
        "tax": kind.tax,
        "period": tax_return.period,
        "now": filing.now,
    }
    if filing.version.is_amendment:
        last = f"return:{tax_return.number}:{filing.version.number - 1}"
        reverse_postings(actor=actor, source=last, now=filing.now)
    if reckoned.credited:
        post_credit(**common, amount=reckoned.credited, source=filing.source)
    if reckoned.levied:
        due_on = filing.version.due_on
        post_assessment(**common, kind=AssessmentKind.TAX, amount=reckoned.levied, due_on=due_on, source=filing.source)
    if filing.version.penalty:
        post_assessment(
            **common,
            kind=AssessmentKind.PENALTY,
            amount=filing.version.penalty,
            due_on=local_day(filing.now, settings.TIME_ZONE),
            source=f"late:{tax_return.number}",
        )


def _record(actor: Actor, filing: _Filing) -> None:
    version, tax_return = filing.version, filing.tax_return
    record_event(
        actor=actor,
        action="tax.file-return",
        subject=concerned(actor, tax_return),
        object_ref=f"tax-return-version:{version.document_code}",
        detail={
            "kind": tax_return.kind,
            "period": tax_return.period,
            "version": version.number,
            "balance": version.balance,
            "law": version.law_digest,
            ROW_DIGEST: version.logged_digest,
        },
    )


def _tell(actor: Actor, filing: _Filing) -> None:
    """The receipt into the inbox of the person; of a business, into that of who filed for it."""
    words = {f"service_{language}": title for language, title in filing.service.title.items()}
    send_message(
        actor=actor,
        recipient=concerned(actor, filing.tax_return),
        kind=MessageKind.RETURN_FILED,
        context={**words, "period": filing.tax_return.period, "code": filing.version.document_code},
        now=filing.now,
    )
