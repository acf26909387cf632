"""An heir asks a house that has no register of a bank: the bank answers from its node, or its items wait for it."""

import sqlite3
from pathlib import Path

import pytest

from tests.reliability.bank_node import BALANCE, DEAD, founded

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
OF_THE_BANK = {"accounts", "pensions"}


def test_what_the_bank_holds_waits_while_its_node_is_down_and_the_rest_goes_on(tmp_path: Path) -> None:
    with founded(tmp_path) as nodes:
        tables = "SELECT name FROM sqlite_master WHERE name LIKE 'finance_%' AND type = 'table'"
        with sqlite3.connect(nodes.house.home / "gapura.sqlite3") as database:
            assert database.execute(tables).fetchall() == []
        down = nodes.ask()
        assert {code for code, (status, _said) in down.items() if status != "granted"} == OF_THE_BANK
        assert {status for status, said in map(down.get, OF_THE_BANK) if not said} == {"started"}
        nodes.bank.start()
        up = nodes.ask()
        assert {status for status, _said in up.values()} == {"granted"}
        assert [one["balance"] for one in up["accounts"][1] if "balance" in one] == [BALANCE]
        assert any(one.get("number") == DEAD for one in up["vehicles"][1])
        nodes.bank.kill()
        assert nodes.ask() == up  # what was told once needs nobody any more
