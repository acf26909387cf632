"""Nobody gets another's paper: a crowd asks at once for random papers, and every sheet that comes out is read.

The subject, the printed text and what is stated are compared with whom it was asked about and what the registers
say; a planted mix-up of each kind shows that the comparison sees it.
"""

import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import is_faithful
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents import actions as documents
from gapura.kernel.documents.queries import find_document, get_content
from gapura.kernel.documents.types import DocumentOrder
from gapura.kernel.exchange.plugin import RegisterProvider
from gapura.sectors.education import testing as education
from tests.certificates.town import NOW, SURNAMES, Household, apply, certificates, settle

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (Debian: poppler-utils) is not installed"),
]
HOUSE = system_actor("test")
HOMES = [Household(serial) for serial in range(5)]
AT_ONCE = 6
ROUNDS = 2
"""How often each certificate is asked for in a crowd."""


@dataclass(frozen=True)
class Wish:
    """Somebody of ``asker``'s household asks for a paper about somebody of ``about``'s."""

    serial: int
    code: str
    asker: Household
    about: Household

    @property
    def is_theirs(self) -> bool:
        return self.asker == self.about


@pytest.fixture(autouse=True)
def town() -> Iterator[None]:
    education.make_school()
    for home in HOMES:
        settle(home)
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def crowd(seed: int, codes: list[str]) -> list[Wish]:
    """``codes``, each wished for by somebody; one in five reaches for what is another household's."""
    chance = random.Random(seed)
    wishes = []
    for serial, code in enumerate(chance.sample(codes, len(codes))):
        asker, other = chance.sample(HOMES, 2)
        wishes.append(Wish(serial, code, asker, other if chance.random() < 0.2 else asker))
    return wishes


def ask(wish: Wish) -> str:
    """The number of the document that came of it; "" where there is none."""
    try:
        case = apply(
            wish.code,
            wish.asker.asker_of(wish.code),
            subject=wish.about.subject_of(wish.code),
            key=f"wish-{wish.serial}",
        )
    except CannotSubmitApplication:
        return ""
    finally:
        connection.close()
    assert case.status in (CaseStatus.FULFILLED, CaseStatus.REFUSED), (wish, case.status)
    return case.document_code


def ask_at_once(wishes: list[Wish]) -> list[str]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = list(pool.map(ask, wishes))
    assert all(codes[wish.serial] for wish in wishes if wish.is_theirs)
    return codes


def mis_issues(wishes: list[Wish], codes: list[str]) -> list[str]:
    """Whatever is wrong with what came of the wishes, judged when the crowd is gone."""
    issued = [wish for wish in wishes if codes[wish.serial]]
    found = [f"{wish} got a paper" for wish in issued if not wish.is_theirs]
    return found + [said for wish in issued for said in faults_of(wish, codes[wish.serial])]


def faults_of(wish: Wish, code: str) -> Iterator[str]:
    document = find_document(code)
    assert document is not None
    if document.holder != wish.asker.asker_of(wish.code) or document.subject != wish.about.subject_of(wish.code):
        yield f"{wish}: the document names {document.holder} and {document.subject}"
    if others := {fact["subject"] for fact in document.facts} - {document.subject}:
        yield f"{wish}: states facts of {others}"
    if not is_faithful(actor=HOUSE, code=code, now=NOW):
        yield f"{wish}: the registers say otherwise"
    text = printed(get_content(document))
    if wish.about.surname not in text:
        yield f"{wish}: does not say whose it is"
    if strangers := [name for name in SURNAMES if name != wish.about.surname and name in text]:
        yield f"{wish}: prints {strangers}"


def printed(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_of_a_crowd_that_asks_at_once_everybody_gets_their_own_papers_and_no_other(seed: int) -> None:
    wishes = crowd(seed, certificates())
    assert mis_issues(wishes, ask_at_once(wishes)) == []


def test_a_page_mixed_up_between_two_requests_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As happens where the page being set is kept in one place for everybody."""
    typeset, kept = documents.typeset_order, []

    def typeset_what_was_kept(order: DocumentOrder, code: str) -> bytes:
        kept.append(order)
        return typeset(kept[0], code)

    wishes = _all_want("civil.person-extract")
    with monkeypatch.context() as mixed_up:
        mixed_up.setattr(documents, "typeset_order", typeset_what_was_kept)
        codes = ask_at_once(wishes)
    found = mis_issues(wishes, codes)
    assert sum("prints" in said for said in found) == sum("whose it is" in said for said in found) == len(HOMES) - 1


def test_an_answer_about_somebody_else_under_the_right_name_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As happens where a register finds the wrong row and the envelope is right."""
    find_records = RegisterProvider.find_records

    def find_the_first(self: RegisterProvider, subject: str, *asked: Any) -> Sequence[Any]:
        return find_records(self, HOMES[0].ani if self.evidence_type == "tax.local-assessment" else subject, *asked)

    wishes = _all_want("tax.local-assessment")
    with monkeypatch.context() as mixed_up:
        mixed_up.setattr(RegisterProvider, "find_records", find_the_first)
        codes = ask_at_once(wishes)
    assert sum("registers say otherwise" in said for said in mis_issues(wishes, codes)) == len(HOMES) - 1


def _all_want(code: str) -> list[Wish]:
    return [Wish(serial, code, home, home) for serial, home in enumerate(HOMES)]
