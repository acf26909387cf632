"""Taking in e-invoices: opened in the sandbox, signature checked, judged, numbered, sealed and stored; against parsing
alone. And the page of sent invoices at ten times the invoices.
"""

import time
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from benchmarks.harness import Result, rounded, start_django, time_median

NAME = "invoices"
INVOICES = 200
FEW, MANY = 400, 4_000


def run() -> list[Result]:
    start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("pki_init", verbosity=0)
    from gapura.foundation import clock
    from gapura.sectors.invoicing.testing import core_invoice, memory_businesses
    from gapura.sectors.invoicing.ubl import write_invoice

    with memory_businesses():
        files = [write_invoice(core_invoice(f"F-{place}", lines=_lines(core_invoice()))) for place in range(INVOICES)]
        whole = _rate(files, _take_in(clock.now()))
        bulk = _rate_bulk([write_invoice(core_invoice(f"B-{place}")) for place in range(INVOICES)], clock.now())
        parsing = _rate(files, _parse)
        few, many = _time_pages()
    return [
        Result("invoices/taken-in", whole, "invoices/s", "parsing alone", rounded(whole / parsing)),
        Result("invoices/bulk", bulk, "invoices/s", "one call each", rounded(bulk / whole)),
        Result(
            "invoices/page",
            many * 1e3,
            "ms",
            "a tenth of the invoices",
            rounded(many / few),
            "≤ 1.3 ×",
            many <= 1.3 * few,
        ),
    ]


def _lines(core: Any) -> Any:
    """The invoice's one line, as it is: an ordinary invoice is short."""
    return tuple(replace(line, description="Karung 50 kg") for line in core.lines)


def _rate(files: list[bytes], take: Any) -> float:
    started = time.perf_counter()
    for content in files:
        take(content)
    return len(files) / (time.perf_counter() - started)


def _rate_bulk(files: list[bytes], now: Any) -> float:
    """The same number of invoices as one archive."""
    from gapura.sectors.invoicing.actions import upload_invoices
    from gapura.sectors.invoicing.testing import SELLER, director

    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for place, content in enumerate(files):
            archive.writestr(f"{place}.xml", content)
    started = time.perf_counter()
    assert upload_invoices(actor=director(SELLER), content=packed.getvalue(), now=now).taken == len(files)
    return len(files) / (time.perf_counter() - started)


def _parse(content: bytes) -> None:
    from gapura.sectors.invoicing.opening import read_invoice

    read_invoice(content)


def _take_in(now: Any) -> Any:
    """What one call of a seller's program costs, its signature made before."""
    from joserfc.jwk import ECKey

    from gapura.sectors.invoicing.actions import accept_call, register_key, submit_invoice
    from gapura.sectors.invoicing.testing import SELLER, director, sign_call

    key = ECKey.generate_key("P-256")
    made = register_key(actor=director(SELLER), title="ERP", public_key=key.as_dict(private=False), now=now)

    def take(content: bytes) -> None:
        token = sign_call(key, made.code, SELLER, "https://house/", content, iat=int(now.timestamp()))
        actor = accept_call(token=token, address="https://house/", content=content, now=now)
        submit_invoice(actor=actor, content=content, seller_signature=token, now=now)

    return take


def _time_pages() -> tuple[float, float]:
    """The whole page of what a business sent, with few and with many invoices."""
    from django.test import Client

    from gapura.kernel.identity.testing import make_resident, sign_in
    from gapura.sectors.invoicing.testing import DIRECTORS, SELLER

    client = Client(SERVER_NAME="localhost")
    sign_in(client, make_resident("director", person_number=DIRECTORS[SELLER]), second_factor=True)
    client.post("/mandates/act/", {"relation": "company", "principal": SELLER})

    def show() -> None:
        assert client.get("/invoices/").status_code == 200

    times = []
    for total in (FEW, MANY):
        _grow(total)
        times.append(time_median(show, 20))
    return times[0], times[1]


def _grow(to: int) -> None:
    """Let the seller have so many invoices, all like the first."""
    from gapura.sectors.invoicing.models import Invoice, Series

    first, last = Invoice.objects.order_by("pk")[0], Series.objects.get().last
    alike = {
        field.attname: getattr(first, field.attname) for field in first._meta.concrete_fields if field.name != "id"
    }
    own = ("number", "seller_number", "send_key")
    rows = [
        Invoice(**alike | dict.fromkeys(own, str(serial)) | {"serial": serial}) for serial in range(last + 1, to + 1)
    ]
    Invoice.objects.bulk_create(rows, batch_size=500)
    Series.objects.update(last=to)
