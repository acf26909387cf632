"""What every change of a delivery leaves behind."""

from collections.abc import Mapping

from gapura.foundation.texts import Text
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.wallet.models import Delivery


def record(actor: Actor, action: str, delivery: Delivery, **detail: str | int) -> None:
    """One audit event about the delivery, in the caller's transaction."""
    record_event(
        actor=actor,
        action=action,
        subject=delivery.holder,
        object_ref=f"delivery:{delivery.number}",
        case_number=delivery.case_number,
        detail={"document": delivery.document_code, "receiver": delivery.receiver, **detail},
    )


def words_of(delivery: Delivery, receiver: Text | None = None) -> Mapping[str, str]:
    """What messages about the delivery say of it."""
    titles = {f"service_{language}": title for language, title in delivery.document_title.items()}
    receivers = {f"receiver_{language}": title for language, title in (receiver or {}).items()}
    return {**titles, **receivers, "code": delivery.document_code}
