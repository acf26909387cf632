"""What a seller fills in, what a buyer answers, what a consumer's seller reports."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.foundation.codes import new_code
from gapura.foundation.texts import Text
from gapura.sectors.invoicing.actions.intake import MOST_UPLOAD_BYTES
from gapura.sectors.invoicing.queries import get_terms
from gapura.sectors.invoicing.rules.country import list_rates
from gapura.sectors.invoicing.types import BuyerView, CoreInvoice, NewInvoice, NewLine
from gapura.web.languages import localized

MOST_LINES = 60
_KEY_LETTERS = 26  # 130 bits
_PAYMENT_DAYS = 30
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _new_key() -> str:
    return new_code(_KEY_LETTERS)


def _choices(texts: Iterable[tuple[str, Text]]) -> list[tuple[str, str]]:
    return [(code, localized(text)) for code, text in texts]


class LineForm(forms.Form):
    """One line. Of a line that was not begun nothing is asked: it is not bound."""

    name = forms.CharField(label=_("Goods or service"), max_length=200)
    quantity = forms.DecimalField(
        label=_("Quantity"), max_digits=12, decimal_places=3, min_value=Decimal("0.001"), initial=1
    )
    unit = forms.ChoiceField(label=_("Unit"))
    price = forms.DecimalField(
        label=_("Price of one, before tax (Rp)"), max_digits=15, decimal_places=2, min_value=Decimal(0)
    )
    rate = forms.ChoiceField(label=_("Tax"))

    def __init__(self, data: Mapping[str, Any] | None, place: int, on: date, initial: Mapping[str, Any]) -> None:
        super().__init__(data, prefix=f"line-{place}", initial=dict(initial), use_required_attribute=False)
        terms = get_terms()
        for field, texts in (
            ("unit", terms.units.items()),
            ("rate", [(rate.code, rate.title) for rate in list_rates(terms, on=on)]),
        ):
            choice = self.fields[field]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = _choices(texts)

    def to_line(self) -> NewLine:
        return NewLine(**self.cleaned_data)


class InvoiceForm(forms.Form):
    """The head of an invoice, with ``lines``. ``form_key`` makes sending it twice harmless."""

    buyer_number = forms.CharField(
        label=_("Buyer's business number (NIB)"),
        help_text=_("The name is taken from the business register."),
        max_length=13,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the buyer's business number.")},
    )
    buyer_reference = forms.CharField(
        label=_("Buyer's reference"),
        help_text=_("The order number or name that the buyer wants to read."),
        max_length=60,
        error_messages={"required": _("Type what the buyer knows this purchase by.")},
    )
    issued_on = forms.DateField(label=_("Issue date"), widget=_DAY)
    due_on = forms.DateField(label=_("To be paid by"), widget=_DAY)
    bank_account = forms.CharField(label=_("Account to pay to"), max_length=34, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    form_key = forms.CharField(min_length=16, max_length=64, widget=forms.HiddenInput, initial=_new_key)
    count = forms.IntegerField(min_value=1, max_value=MOST_LINES, widget=forms.HiddenInput, initial=3)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, today: date, initial: Mapping[str, Any] | None = None
    ) -> None:
        given = {"issued_on": today, "due_on": today + timedelta(days=_PAYMENT_DAYS), **(initial or {})}
        super().__init__(data, initial=given, use_required_attribute=False)
        filled = given.get("lines", [])
        count = _count_of(data) if data is not None else max(len(filled), 3)
        self.initial["count"] = count
        self.lines = [
            LineForm(
                data if _is_begun(data, place) else None, place, today, filled[place] if place < len(filled) else {}
            )
            for place in range(count)
        ]

    def clean_note(self) -> str:
        return str(self.cleaned_data["note"]).replace("#", "")

    def is_whole(self) -> bool:
        """Valid, every line that was begun too, and there is one."""
        begun = [line for line in self.lines if line.is_bound]
        is_valid = self.is_valid() & all([line.is_valid() for line in begun])
        if is_valid and not begun:
            self.add_error(None, _("Fill in at least one line."))
        return is_valid and bool(begun)

    def to_invoice(self) -> NewInvoice:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("form_key", "count")}
        return NewInvoice(**given, lines=tuple(line.to_line() for line in self.lines if line.is_bound))


def resume(sent: Mapping[str, str], *, more: int = 0) -> dict[str, Any]:
    """What was sent before, to go on with: nothing is judged yet. ``more``: lines to be added."""
    lines = [
        {name: sent[key] for name in LineForm.base_fields if (key := f"line-{place}-{name}") in sent}
        for place in range(_count_of(sent))
    ]
    head = {name: value for name, value in sent.items() if name in InvoiceForm.base_fields}
    return head | {"lines": [*lines, *({} for _more in range(more))][:MOST_LINES]}


def _is_begun(data: Mapping[str, Any] | None, place: int) -> bool:
    return data is not None and any(str(data.get(f"line-{place}-{name}", "")).strip() for name in ("name", "price"))


def _count_of(data: Mapping[str, Any]) -> int:
    text = str(data.get("count", ""))
    return min(int(text), MOST_LINES) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) else 1


def initial_of(core: CoreInvoice, rates: Mapping[tuple[str, Decimal], str]) -> dict[str, Any]:
    """The form as it would have made this invoice, for a correction. ``rates``: codes by category and percent."""
    return {
        "buyer_number": core.buyer.business_number,
        "buyer_reference": core.buyer_reference,
        "bank_account": core.payment_account,
        "lines": [
            {
                "name": line.name,
                "quantity": line.quantity,
                "unit": line.unit,
                "price": line.price,
                "rate": rates.get((line.category, line.rate or Decimal(0)), ""),
            }
            for line in core.lines
        ],
    }


class ReasonForm(forms.Form):
    """Why an invoice is taken back."""

    reason = forms.ChoiceField(
        label=_("Why?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a reason from the list.")}
    )
    form_key = forms.CharField(min_length=16, max_length=64, widget=forms.HiddenInput, initial=_new_key)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _choices(get_terms().reasons.items())


class AnswerForm(forms.Form):
    """The buyer's view of an invoice."""

    view = forms.ChoiceField(
        label=_("Is this invoice right?"),
        choices=[(BuyerView.AGREED.value, _("Yes, it is right")), (BuyerView.DISPUTED.value, _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the invoice is right.")},
    )
    declared_tax = forms.DecimalField(
        label=_("The tax that you would declare (Rp)"), max_digits=15, decimal_places=2, min_value=0, required=False
    )
    said = forms.CharField(label=_("What is wrong?"), max_length=300, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Invoices (one XML, or a ZIP of up to 500)"),
        help_text=_("UBL 2.1, Peppol BIS Billing 3. At most 8 MB."),
        widget=forms.FileInput({"accept": ".xml,.zip,application/xml,application/zip"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than 8 MB. Send it in several parts."))
        return file


class KeyForm(forms.Form):
    """A program's public key."""

    title = forms.CharField(label=_("What the program is called"), max_length=80)
    public_key = forms.CharField(
        label=_("Its public key (JWK, P-256)"),
        help_text=_("The private key stays with the program. Never paste it here."),
        max_length=2_000,
        widget=forms.Textarea({"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)

    def clean_public_key(self) -> dict[str, Any]:
        try:
            key = json.loads(self.cleaned_data["public_key"])
        except ValueError as error:
            raise forms.ValidationError(_("This is no public key in JWK form.")) from error
        if not isinstance(key, dict) or "d" in key:
            raise forms.ValidationError(_("Paste the public key alone."))
        return key


class ReceiptForm(forms.Form):
    """What a consumer paid."""

    consumer = forms.CharField(
        label=_("Customer's person number (NIK)"),
        max_length=16,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    seller_number = forms.CharField(label=_("Number of your receipt"), max_length=60)
    sold_on = forms.DateField(label=_("Day of the sale"), widget=_DAY)
    gross = forms.DecimalField(label=_("Price with tax (Rp)"), max_digits=15, decimal_places=2, min_value=1)
    tax = forms.DecimalField(label=_("Of which tax (Rp)"), max_digits=15, decimal_places=2, min_value=0)

    def __init__(self, data: Any = None, *, today: date | None = None) -> None:
        super().__init__(data, initial={"sold_on": today}, use_required_attribute=False)
