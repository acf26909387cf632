"""The house's side of its offline counters: admitted, given packs, and their packs withdrawn (ADR 23)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.codes import new_code
from gapura.foundation.notes import decode_base64, encode_base64
from gapura.foundation.texts import Text, in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import prepare_document
from gapura.kernel.cases.types import CannotSubmitApplication
from gapura.kernel.catalogue.queries import get_limit, get_office_title
from gapura.kernel.documents.actions import reserve_block
from gapura.kernel.documents.queries import get_template_version
from gapura.kernel.documents.types import BlockTerms, CannotSealDocument, DocumentOrder
from gapura.kernel.operations.counters.house import get_house_secret, get_house_signer
from gapura.kernel.operations.counters.keys import read_card
from gapura.kernel.operations.counters.packs import Pack, Paper, seal_pack
from gapura.kernel.operations.models import Counter
from gapura.kernel.operations.types import CounterRefused

PURPOSE: Text = {
    "id": "Disiapkan untuk gangguan jaringan di loket",
    "en": "Prepared for an outage, for a counter",
    "ko": "통신 장애에 대비한 창구용 준비",
}
LANGUAGE = "id"


def admit_counter(*, actor: Actor, card: str, now: datetime) -> Counter:
    """Let the counter whose ``card`` was carried over have packs. Raises CounterRefused."""
    stated = read_card(card)
    try:
        with transaction.atomic():
            counter = Counter.objects.create(
                code=stated.code,
                agency_code=stated.agency,
                office_code=stated.office,
                card=card,
                admitted_at=now,
                admitted_by=actor.reference,
            )
            officials = [official["number"] for official in stated.officials]
            _record(actor, "operations.counter_admitted", f"counter:{counter.code}", officials=officials)
    except IntegrityError as error:
        raise CounterRefused(
            f"A counter {stated.code} is admitted already. Make the new one under another name."
        ) from error
    return counter


def make_pack(
    *,
    actor: Actor,
    counter: Counter,
    papers: Sequence[tuple[str, str]],
    hours: int,
    now: datetime,
    most: int | None = None,
    advance: Callable[[], object] = lambda: None,
) -> tuple[str, dict[tuple[str, str], str]]:
    """Ask the registers for everybody named, and pack what may be issued in the next ``hours``, at most ``most``.

    ``papers``: each a person's number and a service's code. Returns the pack's file, and why some are not in it.
    Raises CounterRefused when nothing is.
    """
    wanted = list(dict.fromkeys(papers))
    _require_small(hours, len(wanted))
    orders, left_out = _prepare(actor, counter, wanted, now, advance)
    if not orders:
        reasons = "; ".join(sorted(set(left_out.values())))
        raise CounterRefused(f"Nothing could be prepared, so there is no pack. {reasons}")
    return _pack(actor, counter, orders, hours, most or len(orders), now), left_out


def _require_small(hours: int, papers: int) -> None:
    longest, largest = get_limit("counter_pack_hours"), get_limit("counter_pack_papers")
    if not 0 < hours <= longest:
        raise CounterRefused(f"A pack lasts between 1 and {longest} hours.")
    if papers > largest:
        raise CounterRefused(f"A pack holds at most {largest} documents, and {papers} were asked for. Make several.")


def _prepare(
    actor: Actor, counter: Counter, wanted: Sequence[tuple[str, str]], now: datetime, advance: Callable[[], object]
) -> tuple[list[DocumentOrder], dict[tuple[str, str], str]]:
    orders, left_out = [], {}
    for person, service in wanted:
        try:
            order = prepare_document(
                actor=actor, service_code=service, subject=person, purpose=PURPOSE, language=LANGUAGE, now=now
            )
            if order.agency_code == counter.agency_code:
                orders.append(order)
            else:
                left_out[person, service] = f"{service} belongs to {order.agency_code}, not to this counter's agency."
        except CannotSubmitApplication as refusal:
            left_out[person, service] = str(refusal)
        advance()
    return orders, left_out


def _pack(actor: Actor, counter: Counter, orders: Sequence[DocumentOrder], hours: int, most: int, now: datetime) -> str:
    card, start = read_card(counter.card), now.replace(microsecond=0)
    terms = BlockTerms(
        number=new_code(11),
        counter=counter.code,
        agency_code=counter.agency_code,
        office_name=in_language(get_office_title(counter.agency_code, counter.office_code), LANGUAGE),
        seal_public=decode_base64(card.seal),
        time_public=decode_base64(card.time),
        valid_from=start,
        valid_until=start + timedelta(hours=hours),
        certified_until=start + timedelta(hours=hours, days=get_limit("counter_certificate_days")),
    )
    papers = [(new_code(), order) for order in orders]
    with transaction.atomic():
        try:
            seal, time = reserve_block(actor=actor, terms=terms, papers=papers, now=now)
        except CannotSealDocument as error:
            raise CounterRefused(f"No pack was made. {error}") from error
        _record(
            actor, "operations.pack_made", f"pack:{terms.number}", counter=counter.code, papers=len(papers), hours=hours
        )
    pack = Pack(
        number=terms.number,
        counter=counter.code,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        most=most,
        papers=tuple(Paper(code, order.as_plain()) for code, order in papers),
        chains={"seal": tuple(map(encode_base64, seal)), "time": tuple(map(encode_base64, time))},
        house=encode_base64(get_house_secret().public_key().public_bytes_raw()),
        address=settings.GAPURA_PUBLIC_ADDRESS,
        templates=get_template_version(),
        jurisdiction=settings.GAPURA_JURISDICTION,
    )
    return seal_pack(pack, counter=decode_base64(card.packs), house=get_house_signer())


def _record(actor: Actor, action: str, object_ref: str, **detail: object) -> None:
    record_event(actor=actor, action=action, object_ref=object_ref, detail=detail)
