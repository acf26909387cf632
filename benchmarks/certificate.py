"""From a request to a sealed certificate: the whole path against the parts nobody can avoid, and a peer.

The parts that cannot be avoided are setting the page with Typst, one raw P-256 signature, hashing the file
and two durable transactions. The peer makes an equal document with WeasyPrint and pyHanko (PAdES B-B).
"""

import hashlib
import html
import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import count
from statistics import median
from typing import Any

from benchmarks.harness import Result, rounded, start_django, time_each

NAME = "certificate"
SERVICE = "civil.person-extract"
PEOPLE = 300
ROUNDS = 60
PEER_ROUNDS = 12


def run() -> list[Result]:
    start_django()
    apply = _prepare_application()
    sample = Sample.taken_from(apply())
    parts = unavoidable_parts(sample)
    ours = {"whole": apply, "render": sample.render, "B-B": sample.render_basic, **parts}
    seconds = measure_in_turn(ours, ROUNDS)
    seconds |= measure_in_turn({"B-LTA": sample.archive, "peer": _prepare_peer(sample)}, PEER_ROUNDS)
    return list(_results(seconds, sum(seconds[name] for name in parts)))


def _results(seconds: Mapping[str, float], unavoidable: float):
    whole, peer = seconds["whole"], seconds["peer"]
    page = seconds["typst"] + seconds["signature"] + seconds["hash"]
    yield _compared("whole", whole, "its unavoidable parts", whole / unavoidable, 1.5)
    yield _compared("render-b-t", seconds["render"], "Typst, raw signature, hash", seconds["render"] / page, 1.3)
    yield _compared("render-b-b", seconds["B-B"], "Typst, raw signature, hash", seconds["B-B"] / page, 1.3)
    faster = rounded(peer / whole)
    against = f"WeasyPrint + pyHanko B-B, {rounded(peer * 1e3)} ms"
    yield Result("certificate/peer", whole * 1e3, "ms", against, faster, "≥ 4 × faster", faster >= 4)
    for name in ("typst", "signature", "hash", "transactions"):
        yield Result(f"certificate/part/{name}", seconds[name] * 1e3, "ms")
    yield Result("certificate/archive-b-lta", seconds["B-LTA"] * 1e3, "ms", "in the background")


def _compared(name: str, seconds: float, against: str, ratio: float, limit: float) -> Result:
    ratio = rounded(ratio)
    return Result(f"certificate/{name}", seconds * 1e3, "ms", against, ratio, f"≤ {limit} ×", ratio <= limit)


def measure_in_turn(actions: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each action; they take turns, so that a busy moment meets all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(rounds + 3):
        for name, action in actions.items():
            taken = time_each(action, 1, warm_up=0)
            if turn >= 3:
                seconds[name] += taken
    return {name: median(values) for name, values in seconds.items()}


def _prepare_application() -> Callable[[], Any]:
    """A nation, and a person in it who applies: each call is one request, from the form to the document."""
    from django.core.management import call_command

    from gapura.demo.queries import find_nation
    from gapura.demo.types import Story
    from gapura.foundation import clock
    from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
    from gapura.kernel.cases.actions import submit_application

    logging.disable(logging.WARNING)
    call_command("pki_init", verbosity=0)
    call_command("demo", people=PEOPLE, json=True, stdout=StringIO())
    number = next(r.number for r in find_nation().residents if r.story is Story.PARENT)
    actor = Actor(ActorKind.RESIDENT, "benchmark", person_number=number, assurance=AssuranceLevel.HIGH)
    keys = count()

    def apply():
        case = submit_application(
            actor=actor,
            service_code=SERVICE,
            subject=number,
            relation="self",
            answers={},
            language="en",
            idempotency_key=f"benchmark-{next(keys)}",
            now=clock.now(),
        )
        if not case.document_code:
            raise AssertionError(f"The request was not answered with a document: {case.status}.")
        return case

    return apply


@dataclass
class Sample:
    """The document that everybody makes again."""

    order: Any
    pdf: bytes

    @classmethod
    def taken_from(cls, case: Any) -> "Sample":
        from gapura.kernel.catalogue.queries import get_service
        from gapura.kernel.documents.queries import find_document, get_content, get_facts
        from gapura.kernel.documents.types import DocumentOrder

        document = find_document(case.document_code)
        service = get_service(case.service_code, on=document.issued_at.date())
        order = DocumentOrder(
            template=document.template,
            title=document.title,
            service_code=document.service_code,
            agency_code=document.agency_code,
            office_name=document.office_name,
            case_number=document.case_number,
            subject=document.subject,
            holder=document.holder,
            languages=tuple(document.languages),
            facts=get_facts(document),
            legal_ground=service.legal_ground,
            issued_at=document.issued_at,
            valid_until=document.valid_until,
            signatory_title=service.output.signatory,
            options=document.options,
        )
        return cls(order, get_content(document))

    @property
    def key(self) -> Any:
        from gapura.foundation import clock
        from gapura.kernel.documents.plugin import get_seal_provider

        return get_seal_provider().get_seal_key(self.order.agency_code, clock.now())

    def render(self) -> None:
        from gapura.kernel.documents.actions import render_document

        render_document(self.order)

    def typeset(self) -> bytes:
        """The page as Typst makes it, from data that change as they do between two requests."""
        from gapura.foundation.codes import new_code
        from gapura.kernel.documents.sealing.typesetting import get_typesetter, printed_order

        moment = int(self.order.issued_at.timestamp())
        return get_typesetter().typeset(self.order.template, printed_order(self.order, new_code()), moment)

    def render_basic(self) -> None:
        """Like ``render_document``, without the time-stamp."""
        from gapura.foundation import clock
        from gapura.kernel.documents.plugin import get_seal_provider
        from gapura.kernel.documents.sealing.pades import SealText
        from gapura.kernel.documents.sealing.sealer import get_sealer

        now = clock.now()
        sealer = get_sealer(get_seal_provider(), self.order.agency_code, now)
        text = SealText(self.order.office_name, self.order.case_number, "http://127.0.0.1/verify/", now)
        hashlib.sha256(sealer.seal(self.typeset(), text, timestamped=False)).hexdigest()

    def archive(self) -> None:
        from gapura.foundation import clock
        from gapura.kernel.documents.plugin import get_seal_provider
        from gapura.kernel.documents.sealing.archiving import archive_seal

        archive_seal(self.pdf, get_seal_provider(), clock.now())


def unavoidable_parts(sample: Sample, transactions: int = 2) -> dict[str, Callable[[], object]]:
    """Setting this page, one signature, hashing the file and the durable transactions: each ROUNDS times and three."""
    from django.db import connection, transaction

    from gapura.foundation.codes import new_code
    from gapura.kernel.documents.sealing.typesetting import get_typesetter, printed_order

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS benchmark_row (id INTEGER PRIMARY KEY, content BLOB)")
    codes = count()
    prepared = [printed_order(sample.order, new_code()) for _ in range(ROUNDS + 3)]
    typesetter, moment = get_typesetter(), int(sample.order.issued_at.timestamp())

    def typst():
        typesetter.typeset(sample.order.template, prepared[next(codes)], moment)

    written = [b"a case"] * (transactions - 1) + [sample.pdf]

    def write_all():
        for content in written:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("INSERT INTO benchmark_row (content) VALUES (%s)", [content])

    return {
        "typst": typst,
        "signature": lambda: sample.key.sign(bytes(32)),
        "hash": lambda: hashlib.sha256(sample.pdf).hexdigest(),
        "transactions": write_all,
    }


def _prepare_peer(sample: Sample) -> Callable[[], object]:
    """WeasyPrint (PDF/A-3a) and pyHanko (PAdES B-B, P-256) with fonts, key and certificates held ready."""
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    private = sample.key._key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = [x509.Certificate.load(one) for one in sample.key.chain]
    signer = signers.SimpleSigner(
        signing_cert=chain[0],
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore.from_certs(chain),
    )
    about = signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    page, fonts = _peer_page(sample.order), FontConfiguration()

    def make():
        pdf = HTML(string=page).write_pdf(font_config=fonts, pdf_variant="pdf/a-3a")
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        return signers.PdfSigner(about, signer).sign_pdf(writer).getvalue()

    return make


def _peer_page(order: Any) -> str:
    """The same statements, plainer, in whatever font the system has: that favors the peer."""
    import segno
    import yaml

    from gapura.foundation.jurisdictions import load

    folder = load("indonesia").path("templates")
    fields = yaml.safe_load((folder / "labels.yaml").read_text(encoding="utf-8"))["fields"]
    main, *others = order.languages
    rows = [
        f"<tr><th>{fields[code][main]}<small>{', '.join(fields[code][o] for o in others)}</small></th>"
        f"<td>{html.escape(str(value))}</td></tr>"
        for fact in order.facts
        for record in fact.records
        for code, value in record.items()
        if code in fields
    ]
    emblem = b64encode((folder / "emblem.svg").read_bytes()).decode()
    code = segno.make("http://127.0.0.1:8000/verify/0123456789ABCDEF/", error="m").svg_data_uri()
    return f"""<html lang="{main}"><head><title>{order.title[main]}</title><style>
        @page {{ size: A4; margin: 16mm 19mm; @bottom-right {{ content: counter(page) }} }}
        body {{ font: 9.5pt "Noto Sans KR", "Noto Sans CJK KR", sans-serif }}
        table {{ width: 100%; border-collapse: collapse }}
        td, th {{ border-bottom: 0.4pt solid; text-align: left }}
        small {{ display: block; font-weight: normal }}</style></head><body>
        <img src="data:image/svg+xml;base64,{emblem}" width="72" alt="emblem"> {order.office_name}
        <h1>{order.title[main]}</h1><p>{", ".join(order.title[o] for o in others)}</p>
        <table>{"".join(rows)}</table><p>{order.legal_ground[main]}</p><p>{order.valid_until}</p>
        <img src="{code}" width="100" alt="QR"><p>{order.signatory_title[main]}</p></body></html>"""
