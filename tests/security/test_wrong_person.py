"""The person proven is the person shown: every address of taxes, reports and invoices, tried by everybody else.

Dewi earns, files and owes; she directs a company that invoices and reports. Whoever is not she, or does not act for the
company, is given no byte of theirs and changes no row of theirs, whatever number the address names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern
from joserfc.jwk import ECKey

from gapura.foundation.isolation import HOUSE
from gapura.kernel.identity.queries import find_account_of
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.sectors.invoicing import urls as invoicing_urls
from gapura.sectors.invoicing.actions import register_key, save_draft
from gapura.sectors.invoicing.models import Draft, Invoice, MachineKey, Receipt
from gapura.sectors.invoicing.testing import (
    BUYER,
    DIRECTORS,
    NOW,
    OTHER,
    SELLER,
    director,
    issue,
    memory_businesses,
    new_line,
    sign_call,
)
from gapura.sectors.tax import testing as tax
from gapura.sectors.tax import urls as tax_urls
from gapura.sectors.tax.models import InstallmentPlan, RefundRequest, ReturnVersion, TaxPosting, TaxReturn
from gapura.sectors.tax.tests.returns import filing_town
from gapura.sectors.withholding import testing as withholding
from gapura.sectors.withholding import urls as withholding_urls
from gapura.sectors.withholding.actions import issue_token
from gapura.sectors.withholding.models import Consent, Delivery, Release, ReporterToken, RowFinding

pytestmark = pytest.mark.django_db(transaction=True)
DEWI, RATNA = DIRECTORS[SELLER], DIRECTORS[BUYER]
MODULES = (tax_urls, withholding_urls, invoicing_urls)
PAGES = {
    f"{module.app_name}:{one.name}": str(one.pattern)
    for module in MODULES
    for one in module.urlpatterns
    if isinstance(one, URLPattern)
}
PLACE = re.compile(r"<\w+:(\w+)>")
FORM = {"count": "1", "line-0-name": "Secret draft", "buyer_number": BUYER, "buyer_reference": "PO-SECRET"}


@dataclass
class Owner:
    """Whose data: what their pages say of them alone, the parts of their addresses, and their rows."""

    secrets: tuple[str, ...]
    parts: Mapping[str, tuple[Any, ...]]
    rows: Mapping[type[Model], Mapping[str, Any]]

    def snapshot(self) -> list[Any]:
        return [
            row
            for model, of in self.rows.items()
            for row in model._default_manager.filter(**of).order_by("pk").values()
        ]

    def __and__(self, other: "Owner") -> "Owner":
        """Both, at the same addresses."""
        return Owner(self.secrets + other.secrets, self.parts, {**self.rows, **other.rows})


@dataclass
class Town:
    dewi: Owner
    company: Owner
    shared: Owner
    browsers: dict[str, Client] = field(default_factory=dict)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    with memory_businesses(), filing_town(NOW) as registers:
        registers["tax.withholding-slip"].records[DEWI][0]["employer_name"] = "PT Secret Pay"
        made = Town(_keep_dewi(), *_keep_company())
        accounts = {
            business: make_resident(f"d{number}", person_number=number) for business, number in DIRECTORS.items()
        }
        made.browsers = {
            "dewi": _browser(accounts[SELLER]),
            "dewi for her company": _browser(accounts[SELLER], SELLER),
            "ratna": _browser(accounts[BUYER]),
            "ratna for the buyer": _browser(accounts[BUYER], BUYER),
            "the director of another company": _browser(accounts[OTHER], OTHER),
        }
        yield made


def _keep_dewi() -> Owner:
    refund, plan = tax.make_refund_request(DEWI, now=NOW), tax.make_plan(DEWI, now=NOW)
    tax.make_return(DEWI, "2024", now=NOW, filed=True)
    tax.make_return(DEWI, "2025", now=NOW)
    withholding.make_slip(DEWI, employer_name="PT Secret Slip")
    release = withholding.make_release(DEWI, now=NOW, employer_name="PT Secret Release")
    consent = withholding.make_report_consent(DEWI, DIRECTORS[OTHER], now=NOW)
    Consent.objects.filter(pk=consent.pk).update(viewer_name="Secret Viewer")
    Receipt.objects.create(
        number="SECRET1", seller=SELLER, seller_name="Secret Shop", seller_number="1", consumer=DEWI,
        sold_on=NOW.date(), gross=111_00, tax=11_00, reported_at=NOW,
    )  # fmt: skip
    of_account = {"account__taxpayer": DEWI}
    return Owner(
        secrets=("900,000", "Royalties", "PT Secret Slip", "PT Secret Release", "Secret Viewer", "Secret Shop"),
        parts={
            "owner": (DEWI,),
            "tax": ("income",),
            "code": ("annual",),
            "period": ("2024", "2025"),
            "number": (refund.number, plan.number, release.number),
            "consent_id": (consent.pk,),
            "draft_id": (1,),
            "token_id": (1,),
            "position": (0,),
            "item_code": ("other",),
            "figure": ("pph_terutang",),
            "step": ("forced-letter",),
        },
        rows={
            TaxPosting: of_account,
            RefundRequest: of_account,
            InstallmentPlan: of_account,
            TaxReturn: {"taxpayer": DEWI},
            ReturnVersion: {"tax_return__taxpayer": DEWI},
            Release: {"person": DEWI},
            Consent: {"person": DEWI},
            Receipt: {"consumer": DEWI},
        },
    )


def _keep_company() -> tuple[Owner, Owner]:
    """What only the company sees, and what it shares with its buyer."""
    actor = director(SELLER)
    invoice = issue(lines=(new_line("Secret coffee"),))
    draft = save_draft(actor=actor, form=FORM, draft_id=None, now=NOW)
    public = ECKey.generate_key("P-256").as_dict(private=False)
    key = register_key(actor=actor, title="Secret ERP", public_key=public, now=NOW)
    token, _value = issue_token(actor=actor, reporter_name="PT Maju Bersama", label="Secret payroll", now=NOW)
    delivery = withholding.make_delivery(SELLER, sent_by=DEWI, now=NOW)
    RowFinding.objects.create(delivery=delivery, line=2, column="secret_column", fault="unknown-person")
    parts = {
        "number": (delivery.number, invoice.number),
        "draft_id": (draft.pk,),
        "code": (key.code, "vat"),
        "token_id": (token.pk,),
        "owner": (SELLER,),
        "tax": ("value_added",),
        "period": ("2026-04",),
        "consent_id": (1,),
        "position": (0,),
        "item_code": ("imports",),
        "figure": ("kredit_ppn",),
        "step": ("forced-letter",),
    }
    own = Owner(
        secrets=(
            f"/invoices/write/?draft={draft.pk}",
            "Secret ERP",
            "Secret payroll",
            "PO-SECRET",
            f"/reporting/deliveries/{delivery.number}/",
            "secret_column",
        ),
        parts=parts,
        rows={
            Draft: {"seller": SELLER},
            MachineKey: {"business": SELLER},
            ReporterToken: {"reporter_number": SELLER},
            Delivery: {"reporter_number": SELLER},
        },
    )
    return own, Owner(secrets=("Secret coffee",), parts=parts, rows={Invoice: {"seller": SELLER}})


def _browser(account: Any, business: str = "") -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, account, second_factor=True)
    if business:
        client.post("/mandates/act/", {"relation": "company", "principal": business})
    return client


def list_addresses(owner: Owner) -> Iterator[str]:
    """Every address of the three, with every part of the owner's it may have."""
    for pattern in PAGES.values():
        made = [f"/{pattern}"]
        for part in PLACE.findall(pattern):
            place = re.compile(rf"<\w+:{part}>")
            values = (1,) if part == "number" and "returns" in pattern else owner.parts[part]
            made = [place.sub(str(value), one) for one in made for value in values]
        yield from made


def ask(client: Client, owner: Owner, **headers: str) -> Iterator[tuple[str, str]]:
    """What the browser is answered at every address of the owner, however the owner is named besides."""
    named = {"taxpayer": DEWI, "person": DEWI, "principal": SELLER, "seller": SELLER, "year": "2025", "revision": "1"}
    for address in list_addresses(owner):
        for answer in (
            client.get(address, named, follow=True, headers=headers),
            client.post(address, named, follow=True, headers=headers),
        ):
            # An address that a person typed is said back to them: "nothing is at …".
            yield address, answer.content.decode(errors="replace").replace(address, "")


def assert_kept(client: Client, owner: Owner, **headers: str) -> None:
    before = owner.snapshot()
    for address, page in ask(client, owner, **headers):
        told = [secret for secret in owner.secrets if secret in page]
        assert not told, f"{address} tells {told}"
    assert owner.snapshot() == before


@pytest.mark.parametrize(
    "who", ["ratna", "ratna for the buyer", "the director of another company", "dewi for her company"]
)
def test_a_persons_taxes_are_shown_to_nobody_else(town: Town, who: str) -> None:
    assert_kept(town.browsers[who], town.dewi)


@pytest.mark.parametrize("who", ["ratna", "the director of another company", "dewi"])
def test_what_a_company_reports_writes_and_invoices_is_shown_to_nobody_else(town: Town, who: str) -> None:
    assert_kept(town.browsers[who], town.company & town.shared)


def test_a_buyer_is_shown_the_invoice_and_nothing_else_of_its_seller(town: Town) -> None:
    assert_kept(town.browsers["ratna for the buyer"], town.company)


def test_another_companys_programs_are_answered_as_if_nothing_were_there(town: Town) -> None:
    key = ECKey.generate_key("P-256")
    program = register_key(actor=director(OTHER), title="ERP", public_key=key.as_dict(private=False), now=NOW)
    account = find_account_of(DIRECTORS[OTHER])
    assert account is not None
    actor = replace(director(OTHER), account_id=account.account_id)
    _token, value = issue_token(actor=actor, reporter_name="PT Lain", label="payroll", now=NOW)
    [invoice], [delivery] = Invoice.objects.all(), Delivery.objects.all()
    before = town.shared.snapshot(), town.company.snapshot()
    path = f"/api/invoices/{invoice.number}/"
    call = sign_call(key, program.code, OTHER, settings.GAPURA_PUBLIC_ADDRESS.rstrip("/") + path, b"")
    for address, bearer in ((path, call), (f"/reporting/api/deliveries/{delivery.number}/", value)):
        answer = Client().get(address, headers={"authorization": f"Bearer {bearer}"})
        assert answer.status_code == 404, address
        assert "Maju" not in answer.content.decode()
    assert_kept(Client(), town.company, authorization=f"Bearer {value}")
    assert (town.shared.snapshot(), town.company.snapshot()) == before


def test_nobody_signed_in_is_shown_nothing(town: Town) -> None:
    for owner in (town.dewi, town.company & town.shared):
        assert_kept(Client(), owner)


def test_the_owners_own_pages_hold_every_secret_that_is_looked_for(town: Town) -> None:
    """The positive control: what is looked for is there to be found."""
    for owner, who in (
        (town.dewi, "dewi"),
        (town.company, "dewi for her company"),
        (town.shared, "ratna for the buyer"),
    ):
        seen = "".join(
            town.browsers[who].get(address, follow=True).content.decode(errors="replace")
            for address in list_addresses(owner)
        )
        assert [secret for secret in owner.secrets if secret not in seen] == []


@pytest.mark.parametrize(
    ("fault", "owner", "who"),
    [
        ("gapura.sectors.invoicing.queries.invoices.is_seller", "shared", "the director of another company"),
        ("gapura.sectors.withholding.queries.reporting.require_reporter", "company", "ratna for the buyer"),
        ("gapura.sectors.withholding.queries.reporting.can_see_delivery", "company", "ratna for the buyer"),
        ("gapura.sectors.tax.views.returns.taxpayer_of", "dewi", "ratna"),
        ("gapura.sectors.tax.queries.accounts.list_taxpayers_of", "dewi", "ratna"),
    ],
)
def test_a_forgotten_check_is_found(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: str, owner: str, who: str
) -> None:
    """The planted faults: one judgment of a module says yes to everybody, and no policy of the database mends it."""
    says: Mapping[str, Any] = {
        "is_seller": True,
        "require_reporter": SELLER,
        "can_see_delivery": True,
        "taxpayer_of": DEWI,
        "list_taxpayers_of": [DEWI],
    }
    for scope in ("identity.middleware.scope_of_actor", "mandates.middleware.Scope"):
        monkeypatch.setattr(f"gapura.kernel.{scope}", lambda *_given, **_named: HOUSE)
    monkeypatch.setattr(fault, lambda *_given, **_named: says[fault.rpartition(".")[2]])
    with pytest.raises(AssertionError, match="tells"):
        assert_kept(town.browsers[who], getattr(town, owner))


def test_every_address_of_the_three_has_its_parts(town: Town) -> None:
    """A new address whose part nobody gave here fails, rather than going untried."""
    parts = {part for pattern in PAGES.values() for part in PLACE.findall(pattern)}
    assert parts == set(town.dewi.parts) == set(town.company.parts)
    assert len(PAGES) == sum(len(module.urlpatterns) for module in MODULES)
