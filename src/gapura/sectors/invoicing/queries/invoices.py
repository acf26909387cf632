"""Invoices as their seller and their buyer see them, and the months they add up to."""

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, When

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.models import Draft, Invoice, InvoiceContent, Upload
from gapura.sectors.invoicing.opening import read_invoice
from gapura.sectors.invoicing.permissions import business_of, is_buyer, is_seller
from gapura.sectors.invoicing.reading import to_invoice
from gapura.sectors.invoicing.rules.amounts import whole
from gapura.sectors.invoicing.types import BuyerView, CoreInvoice, InvoiceKind, MonthTotals


def require_business(actor: Actor) -> str:
    """The number of the business that the actor acts for. Raises AccessDenied."""
    business = business_of(actor)
    if business is None:
        raise AccessDenied
    return business


def access_invoice(actor: Actor, number: str) -> Invoice:
    """The invoice, for its seller and its buyer. Raises AccessDenied, alike for absent and forbidden ones."""
    invoice = Invoice.objects.filter(number=number).first()
    if invoice is None or not (is_seller(actor, invoice) or is_buyer(actor, invoice)):
        raise AccessDenied
    return invoice


def get_content(invoice: Invoice) -> InvoiceContent:
    """The bytes as issued, and their seals."""
    return InvoiceContent.objects.get(pk=invoice.pk)


def get_core(invoice: Invoice) -> CoreInvoice:
    """What the invoice says, read again from its bytes: they were read in the sandbox, or written here, before."""
    return to_invoice(read_invoice(bytes(get_content(invoice).xml)))


def find_twin(send_key: str) -> Invoice | None:
    """What the same sending issued before."""
    return Invoice.objects.filter(send_key=send_key).first()


def list_sales(actor: Actor, *, before: int | None = None, limit: int = 50) -> list[Invoice]:
    """What the business issued, newest first; ``before`` is the id of the last one shown. Raises AccessDenied."""
    return _page(Invoice.objects.filter(seller=require_business(actor)), before, limit)


def list_received(actor: Actor, *, before: int | None = None, limit: int = 50) -> list[Invoice]:
    """What others issued to the business, newest first. Raises AccessDenied."""
    return _page(Invoice.objects.filter(buyer=require_business(actor)), before, limit)


def list_disputed(actor: Actor, *, limit: int = 100) -> list[Invoice]:
    """Where seller and buyer do not say the same, newest first. Raises AccessDenied."""
    business = require_business(actor)
    mine = Invoice.objects.filter(Q(seller=business) | Q(buyer=business), buyer_view=BuyerView.DISPUTED)
    return list(mine.order_by("-pk")[:limit])


def list_drafts(actor: Actor, *, limit: int = 20) -> list[Draft]:
    """What the business has not issued yet, the latest first. Raises AccessDenied."""
    return list(Draft.objects.filter(seller=require_business(actor)).order_by("-pk")[:limit])


def access_draft(actor: Actor, draft_id: int) -> Draft:
    """The draft of the actor's business. Raises AccessDenied."""
    draft = Draft.objects.filter(pk=draft_id, seller=require_business(actor)).first()
    if draft is None:
        raise AccessDenied
    return draft


def list_uploads(actor: Actor, *, limit: int = 20) -> list[Upload]:
    """What was sent in bulk, the latest first. Raises AccessDenied."""
    return list(Upload.objects.filter(seller=require_business(actor)).order_by("-pk")[:limit])


def list_year_months(actor: Actor, *, on: date) -> list[MonthTotals]:
    """The months of the day's year, newest first. Raises AccessDenied."""
    since = f"{on.year}-01"
    return sum_months(require_business(actor), since=since, until=f"{on.year}-{on.month:02d}")


def sum_months(business: str, *, since: str, until: str) -> list[MonthTotals]:
    """Each month with invoices from ``since`` to ``until`` (YYYY-MM), newest first. Three queries.

    Credit notes count against the month in which they were issued. What the buyer disputes is no purchase of theirs.
    """
    within = Invoice.objects.filter(period__gte=since, period__lte=until)
    sales = _sum(within.filter(seller=business))
    bought = within.filter(buyer=business)
    purchases = _sum(bought.exclude(buyer_view=BuyerView.DISPUTED))
    disputed = Q(seller=business) | Q(buyer=business)
    rows = within.filter(disputed, buyer_view=BuyerView.DISPUTED).order_by().values("period").annotate(rows=Count("pk"))
    mismatches = {row["period"]: row["rows"] for row in rows}
    return [
        _month(period, sales.get(period, _NOTHING), purchases.get(period, _NOTHING), mismatches.get(period, 0))
        for period in sorted({*sales, *purchases, *mismatches}, reverse=True)
    ]


_NOTHING = {"base": 0, "tax_sum": 0, "rows": 0}


def _month(period: str, sales: dict[str, int], purchases: dict[str, int], mismatches: int) -> MonthTotals:
    return MonthTotals(
        period=period,
        sales_base=whole(sales["base"]),
        output_tax=whole(sales["tax_sum"]),
        purchases_base=whole(purchases["base"]),
        input_tax=whole(purchases["tax_sum"]),
        invoices=sales["rows"] + purchases["rows"],
        mismatches=mismatches,
    )


def _sum(invoices: QuerySet[Invoice]) -> dict[str, dict[str, int]]:
    """Sums by period."""

    def signed(column: str) -> Sum:
        taken_off = When(kind=InvoiceKind.CREDIT_NOTE, then=-F(column))
        return Sum(Case(taken_off, default=F(column), output_field=BigIntegerField()))

    rows: Any = (
        invoices.order_by().values("period").annotate(base=signed("net"), tax_sum=signed("tax"), rows=Count("pk"))
    )
    return {row["period"]: row for row in rows}


def _page(rows: QuerySet[Invoice], before: int | None, limit: int) -> list[Invoice]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])
