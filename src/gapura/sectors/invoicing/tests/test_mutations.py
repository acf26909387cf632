"""Whatever is changed in a file: it is refused in words, or what it says adds up. Nothing falls over."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from gapura.sectors.invoicing.opening import read_invoice
from gapura.sectors.invoicing.queries import get_terms
from gapura.sectors.invoicing.reading import to_invoice
from gapura.sectors.invoicing.rules.amounts import total
from gapura.sectors.invoicing.rules.checks import find_faults
from gapura.sectors.invoicing.rules.country import find_country_faults
from gapura.sectors.invoicing.testing import SELLER, TODAY, core_invoice
from gapura.sectors.invoicing.ubl import write_invoice

VALUES = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "1e5", "NaN", "11", "12", "S", "E", "Z", "O", "IDR", "USD", "true", "2026-05-04", "."]
    ),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12).map(str),
    st.text(max_size=8).map(lambda text: re.sub(r"[<>&\x00-\x1f\ud800-\udfff\ufffe\uffff]", "", text)),
)
LEAF = re.compile(r"(<cbc:\w+[^>]*>)([^<]*)(</cbc:\w+>)")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), VALUES), min_size=1, max_size=3))
def test_changed_values_are_refused_or_add_up(changes: list[tuple[int, str]]) -> None:
    text = write_invoice(core_invoice()).decode()
    leaves = list(LEAF.finditer(text))
    for place, value in sorted(changes, reverse=True):
        leaf = leaves[place % len(leaves)]
        text = text[: leaf.start(2)] + value + text[leaf.end(2) :]
        leaves = list(LEAF.finditer(text))
    try:
        core = to_invoice(read_invoice(text.encode()))
    except ValueError:
        return
    if not find_faults(core):
        find_country_faults(core, get_terms(), seller=SELLER, today=TODAY)
        assert core.totals.net == total(line.net for line in core.lines)
        assert core.totals.gross == total((core.totals.net, core.totals.tax))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_are_refused_or_read(data: st.DataObject) -> None:
    content = bytearray(write_invoice(core_invoice()))
    for _change in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        core = to_invoice(read_invoice(bytes(content)))
    except ValueError:
        return
    find_faults(core)
