"""What the reported amounts do to a person's tax, by the law of the year: the slips alone, and with all that counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gapura.foundation.texts import Text
from gapura.kernel.law.queries import compute, explain
from gapura.kernel.law.types import Explanation
from gapura.sectors.withholding.queries import get_terms
from gapura.sectors.withholding.types import Shown

_OWED, _TAX, _PAID = "pph_kurang_bayar", "pph_terutang", "kredit_pajak"
_STATUS = {"TK": "TK", "K": "K", "K/I": "KI"}
_ALONE = ("TK", 0)


@dataclass(frozen=True, slots=True)
class Preview:
    """``before``: what the slips alone leave to pay (negative: paid too much); ``after``: with all that counts."""

    tax: int
    paid: int
    before: int
    after: int
    explanation: Explanation

    @property
    def saved(self) -> int:
        return self.before - self.after


def preview_tax(own: Shown, dependants: Sequence[Shown], *, tax_year: int) -> Preview | None:
    """None for who has no slip that counts: there is nothing yet to compare with."""
    if not any(not slip["final"] for slip in own.slips):
        return None
    day = date(tax_year, 12, 31)
    slips_alone = _household(own, _status_used(own), {})
    kind, counted = _status_used(own)
    everything = _household(own, (kind, max(counted, len(dependants))), _counted_amounts((own, *dependants)))
    before = compute([_OWED], slips_alone, as_of=day)
    after = compute([_OWED, _TAX, _PAID], everything, as_of=day)
    tree = explain([_OWED], everything, as_of=day)[_OWED][0]
    return Preview(after[_TAX][0], after[_PAID][0], before[_OWED][0], after[_OWED][0], tree)


def _status_used(own: Shown) -> tuple[str, int]:
    """The family status that the last employer used, and the dependants it counted."""
    used = next((slip["tax_status"] for slip in reversed(own.slips) if not slip["final"]), "")
    kind, _slash, count = used.rpartition("/")
    return (_STATUS[kind], int(count)) if kind in _STATUS else _ALONE


def _household(own: Shown, status: tuple[str, int], amounts: Mapping[str, int]) -> dict[str, list[dict[str, Any]]]:
    person = {"keluarga": 0, "status": status[0], "tanggungan": status[1], **amounts}
    return {"keluarga": [{}], "orang": [person], "bukti": [_slip(one) for one in own.slips]}


def _slip(slip: Mapping[str, Any]) -> dict[str, Any]:
    source: Text = {"id": f"bukti potong {slip['employer_name']}", "en": f"slip of {slip['employer_name']}"}
    source = {**source, "ko": f"{slip['employer_name']} 원천징수영수증"}
    figures = {
        "bruto_bukti": slip["gross"],
        "iuran_bukti": slip["pension_contributions"],
        "zakat_bukti": slip["zakat"],
        "bulan_bukti": slip["month_until"] - slip["month_from"] + 1,
        "pph_bukti": slip["tax_withheld"],
        "pensiun_bukti": slip["slip_kind"] == "pension",
        "final_bukti": slip["final"],
    }
    return {"orang": 0, **figures, "sources": dict.fromkeys(figures, source)}


def _counted_amounts(shown: Sequence[Shown]) -> dict[str, int]:
    """Sums of the reported amounts that count in the law, by input."""
    sums: dict[str, int] = {}
    for line in (line for one in shown for line in one.lines if line.key.startswith("item-")):
        if name := get_terms().item_kinds[line.kind].law_input:
            sums[name] = sums.get(name, 0) + line.amount
    return sums
