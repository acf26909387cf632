"""What the house does with cryptography stands in one table, and the code does nothing else."""

from pathlib import Path

import pytest
import yaml

from tools.cryptography_page import PAGE, TABLE, draw_page, find_mistakes, find_uses

TABLE_READ = yaml.safe_load(TABLE.read_text("utf-8"))
# Whoever needs one of these for a form that is given says so in the table, with no bits.
TOO_WEAK = {"SHA-1"}


def test_every_use_of_cryptography_is_declared_where_it_is_and_nothing_else_is() -> None:
    assert list(find_mistakes(TABLE_READ, find_uses())) == []


def test_the_page_is_what_the_table_gives() -> None:
    assert PAGE.read_text() == draw_page(TABLE_READ)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import hashlib\nhashlib.md5(b'')", "hashlib.md5"),
        ("from hashlib import md5 as soup\nsoup(b'')", "hashlib.md5"),
        ("from cryptography.hazmat.primitives.ciphers import Cipher, modes\nCipher(0, modes.ECB())", "modes.ECB"),
        ("from cryptography.hazmat.primitives.asymmetric import rsa\nrsa.generate_private_key(3, 512)", "rsa.generate"),
        ("from Crypto.Cipher import DES\nDES.new(b'')", "Crypto.Cipher.DES"),
        ("import hashlib\nhashlib.sha256(b'')", "SHA-256"),
        ("import random\nrandom.random()", ""),
        ("import jwt\njwt.decode('')", "jwt.decode"),
    ],
)
def test_an_undeclared_use_is_found_however_it_is_written(source: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "src/gapura/kernel/outbox/planted.py"
    file.parent.mkdir(parents=True)
    file.write_text(source)
    mistakes = [one for one in find_mistakes(TABLE_READ, find_uses(tmp_path)) if "declared but not used" not in one]
    assert bool(mistakes) == bool(said)
    assert said in " ".join(mistakes)


def test_a_known_algorithm_in_a_new_place_and_one_no_longer_used_are_found(tmp_path: Path) -> None:
    file = tmp_path / "src/gapura/kernel/outbox/planted.py"
    file.parent.mkdir(parents=True)
    file.write_text("import hashlib, secrets\nhashlib.sha256(b'')\nsecrets.token_hex()")
    mistakes = [one for one in find_mistakes(TABLE_READ, find_uses(tmp_path)) if one.endswith("kernel/outbox.")]
    assert mistakes == ["SHA-256 is used but not declared in src/gapura/kernel/outbox."]
    file.write_text("")
    mistakes = [one for one in find_mistakes(TABLE_READ, find_uses(tmp_path)) if one.endswith("kernel/outbox.")]
    assert mistakes == ["random is declared but not used in src/gapura/kernel/outbox."]


def test_nothing_on_which_something_rests_has_fewer_than_128_bits() -> None:
    weak = {one["name"] for one in TABLE_READ["algorithms"] if one["bits"] < 128}
    assert weak == TOO_WEAK
    assert all(one["quantum"] in ("broken", "halved", "holds") for one in TABLE_READ["algorithms"])
