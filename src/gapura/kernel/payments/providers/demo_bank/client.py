"""The house's side of the demonstration bank: its interface over HTTP, and its signed callbacks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from urllib3.exceptions import HTTPError

from gapura.foundation.egress import Allowed, Answer, call, with_addresses
from gapura.foundation.texts import Text
from gapura.kernel.payments.plugin import PaymentProvider
from gapura.kernel.payments.providers.webhooks import verify_callback
from gapura.kernel.payments.types import (
    BankReceipt,
    BankUnavailable,
    DisbursementOrder,
    DisbursementStatus,
    ForgedCallback,
    IntentOrder,
    IntentReport,
    Knock,
    RefundOrder,
    RefundStatus,
    UnknownAtBank,
)

_STATES = {"done": RefundStatus.DONE, "pending": RefundStatus.ORDERED, "refused": RefundStatus.FAILED}
_LARGEST_STATEMENT = 64 << 20


@dataclass
class DemoBank(PaymentProvider):
    """A bank at ``address``; ``secret`` is shared with it and proves each to the other."""

    code: str
    title: Text
    address: str
    secret: str
    read_seconds: float = 5

    def open_intent(self, order: IntentOrder) -> str:
        body = {
            "reference": order.reference,
            "amount": order.amount,
            "currency": order.currency,
            "text": order.text,
            "return_address": order.return_address,
        }
        said = self._ask("POST", "/intents", body)
        return f"{self.address}/pay/{_field(said, 'token', str)}"

    def inquire(self, reference: str) -> IntentReport:
        said = self._ask("GET", f"/intents/{reference}")
        if _field(said, "reference", str) != reference:
            raise BankUnavailable("The bank answered about another payment.")
        receipts = tuple(_receipt(one) for one in _field(said, "receipts", list))
        return IntentReport(reference, receipts, _field(said, "is_over", bool))

    def refund(self, order: RefundOrder) -> RefundStatus:
        body = {"reference": order.reference, "transaction_id": order.transaction_id, "amount": order.amount}
        state = _field(self._ask("POST", "/refunds", body), "state", str)
        if state not in _STATES:
            raise BankUnavailable(f"The bank says of a refund that it is {state!r:.40}.")
        return _STATES[state]

    def disburse(self, order: DisbursementOrder) -> DisbursementStatus:
        body = {
            "reference": order.reference,
            "institution": order.account.institution,
            "account": order.account.number,
            "amount": order.amount,
            "text": order.text,
        }
        state = _field(self._ask("POST", "/transfers", body), "state", str)
        if state not in _STATES:
            raise BankUnavailable(f"The bank says of a transfer that it is {state!r:.40}.")
        return DisbursementStatus(_STATES[state].value)

    def fetch_statement(self, day: date) -> bytes:
        try:
            return self._call("GET", f"/statements/{day.isoformat()}", None).content
        except UnknownAtBank as error:
            raise BankUnavailable(f"The bank has no statement of {day}.") from error

    def read_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Knock:
        event_id = verify_callback(self.secret, headers, body, now)
        try:
            return Knock(event_id, _field(json.loads(body), "reference", str)[:40])
        except (ValueError, BankUnavailable) as error:
            raise ForgedCallback("The callback says nothing that can be read.") from error

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        try:
            return json.loads(self._call(method, path, body).content)
        except ValueError as error:
            raise BankUnavailable("The bank's answer cannot be read.") from error

    def _call(self, method: str, path: str, body: Mapping[str, object] | None) -> Answer:
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        try:
            answer = call(
                method,
                self.address + path,
                allowed=with_addresses(Allowed((), ()), [self.address]),  # the operator wrote it down: it alone
                body=json.dumps(body).encode() if body is not None else None,
                headers=headers,
                read_seconds=self.read_seconds,
                most_bytes=_LARGEST_STATEMENT,
            )
        except HTTPError as error:
            raise BankUnavailable(f"The bank does not answer: {error}") from error
        if answer.status == 404 and method == "GET":
            raise UnknownAtBank(path)  # of what is sent, a bank that knows no such address has understood nothing
        if answer.status not in (200, 201):
            raise BankUnavailable(f"The bank answers {answer.status}.")
        return answer


def _receipt(said: Any) -> BankReceipt:
    try:
        received_at = datetime.fromisoformat(_field(said, "received_at", str))
    except ValueError as error:
        raise BankUnavailable("The bank names a time that is none.") from error
    receipt = BankReceipt(
        transaction_id=_field(said, "transaction_id", str)[:64],
        amount=_field(said, "amount", int),
        currency=_field(said, "currency", str),
        received_at=received_at,
        is_reversed=_field(said, "is_reversed", bool),
    )
    if receipt.amount <= 0 or receipt.received_at.tzinfo is None:
        raise BankUnavailable("The bank reports a receipt that cannot be.")
    return receipt


def _field(said: Any, name: str, kind: type) -> Any:
    value = said.get(name) if isinstance(said, dict) else None
    if type(value) is not kind:
        raise BankUnavailable(f"The bank's answer has no {name}.")
    return value
