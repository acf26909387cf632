"""The list of what was destroyed, beside the copies: signed, chained, locked, and refused when anything is wrong."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gapura.foundation import clock
from gapura.foundation.notes import new_signer
from gapura.kernel.audit.queries import list_events
from gapura.kernel.operations import plugin
from gapura.kernel.operations.actions import back_up, make_backup_key, publish_deeds, publish_deeds_soon
from gapura.kernel.operations.backup.destroyed import add_deed, list_lines, open_deeds
from gapura.kernel.operations.backup.folder import CopyFolder
from gapura.kernel.operations.backup.making import get_copy_signer, get_recipient
from gapura.kernel.operations.backup.shares import join_shares, split_key
from gapura.kernel.operations.backup.vault import Vault, make_vault
from gapura.kernel.operations.plugin import Destroyer, list_destroyers, register_destroyer
from gapura.kernel.operations.tests.conftest import HOUSE, NOW
from gapura.kernel.operations.types import BackupRefused, Deed, DestroyedAgain
from gapura.kernel.outbox.queries import get_status

pytestmark = pytest.mark.django_db(transaction=True)
DEEDS = [
    Deed("shelf", code, NOW.isoformat(), {"folders": [f"F-{code}"]}, {"minutes": f"Siti agreed to {code}"})
    for code in ("a", "b", "c")
]


class Shelf(Destroyer):
    code = "shelf"

    def __init__(self, deeds):
        self.deeds = deeds

    def list_deeds(self, listed):
        return (deed for deed in self.deeds if deed.code not in listed)

    def destroy_again(self, *, actor, deed, now):
        return DestroyedAgain(1, 1)


@pytest.fixture
def shelf(monkeypatch):
    monkeypatch.setattr(plugin, "_destroyers", {})
    found = Shelf(DEEDS[:1])
    register_destroyer(found)
    return found


@pytest.fixture
def shares(home):
    return make_backup_key(actor=HOUSE)


@pytest.fixture
def copies(tmp_path):
    (tmp_path / "copies").mkdir()
    return CopyFolder(tmp_path / "copies")


@pytest.fixture
def listed(shares, copies, shelf):
    shelf.deeds = DEEDS
    publish_deeds(actor=HOUSE, target=copies)
    return copies


def opened(copies, shares):
    return open_deeds(copies, shares[0].house, join_shares(shares[:2]))


def file_of(copies, number):
    return copies.folder / f"destroyed/000000/{number:09}"


def test_each_deed_is_listed_once_in_order_and_opens_with_two_shares(listed, shares):
    assert publish_deeds(actor=HOUSE, target=listed) == 0
    assert opened(listed, shares) == DEEDS
    assert [event.action for event in list_events()].count("operations.destruction_listed") == 3


def test_a_copy_lists_first_what_was_destroyed_since_and_knows_how_many_lines_there_were(shares, copies, shelf):
    back_up(actor=HOUSE, target=copies, now=NOW)
    assert opened(copies, shares) == DEEDS[:1]
    assert json.loads(copies.get_manifest(1).split("\n")[0])["destroyed"] == 1


def test_the_protocol_is_locked_and_what_lies_in_the_open_names_nobody(listed):
    kept = b"".join(file.read_bytes() for file in listed.folder.rglob("*") if file.is_file())
    assert b"F-a" in kept, "the search finds what is there"
    assert b"Siti" not in kept


def test_shares_of_another_house_do_not_open_the_protocol(listed, shares):
    other = split_key(X25519PrivateKey.generate(), shares[0].house)
    with pytest.raises(BackupRefused, match="locked to another key"):
        open_deeds(listed, shares[0].house, join_shares(other[:2]))


def test_a_line_that_was_altered_is_refused(listed, shares):
    assert len(opened(listed, shares)) == 3
    file = file_of(listed, 2)
    file.write_text(file.read_text().replace("F-b", "F-z"))
    with pytest.raises(BackupRefused, match="not signed by this house"):
        opened(listed, shares)


def test_a_line_that_a_stranger_signed_is_refused(listed, shares):
    deed = Deed("shelf", "forged", NOW.isoformat(), {"folders": ["everything"]}, {})
    add_deed(listed, deed, recipient=get_recipient(), signer=new_signer("stranger/backup"))
    with pytest.raises(BackupRefused, match="not signed by this house"):
        opened(listed, shares)
    file_of(listed, 4).unlink()
    add_deed(listed, deed, recipient=get_recipient(), signer=get_copy_signer())
    assert len(opened(listed, shares)) == 4, "the house's own is taken"


def test_a_copys_own_list_is_no_line_of_what_was_destroyed(listed, shares):
    back_up(actor=HOUSE, target=listed, now=NOW)
    file_of(listed, 4).write_text(listed.get_manifest(1))
    with pytest.raises(BackupRefused, match="no line of what was destroyed"):
        opened(listed, shares)


def test_lines_in_each_others_place_are_refused(listed, shares):
    first, second = file_of(listed, 1).read_text(), file_of(listed, 2).read_text()
    file_of(listed, 1).write_text(second)
    file_of(listed, 2).write_text(first)
    with pytest.raises(BackupRefused, match="another line"):
        opened(listed, shares)


def test_lines_taken_from_the_middle_are_refused(listed, shares):
    file_of(listed, 2).unlink()
    with pytest.raises(BackupRefused, match="Line 2 of what was destroyed is missing"):
        opened(listed, shares)


def test_lines_taken_from_the_end_are_refused_once_a_copy_has_seen_them(listed, shares):
    back_up(actor=HOUSE, target=listed, now=NOW)
    assert len(opened(listed, shares)) == 3
    file_of(listed, 3).unlink()
    with pytest.raises(BackupRefused, match="took them away"):
        opened(listed, shares)


def test_a_vault_takes_only_the_next_line_of_its_own_house(listed, shares, tmp_path):
    make_vault(tmp_path / "vault", house=str(shares[0].house), retention_days=30)
    vault = Vault(tmp_path / "vault")
    lines = [listed.get_deed(number) for number in (1, 2)]
    with pytest.raises(BackupRefused, match="send it first"):
        vault.accept_deed(1, lines[0])
    for line in list_lines(listed, shares[0].house):
        vault.copies.put_object(line.piece.sha256, listed.get_object(line.piece.sha256))
    with pytest.raises(BackupRefused, match="does not follow"):
        vault.accept_deed(2, lines[1])
    vault.accept_deed(1, lines[0])
    with pytest.raises(BackupRefused, match="does not follow"):
        vault.accept_deed(1, lines[0])
    with pytest.raises(BackupRefused, match="not signed by this house"):
        vault.accept_deed(2, lines[1].replace("F-b", "F-z"))
    vault.accept_deed(2, lines[1])
    assert vault.copies.count_deeds() == 2


def test_a_house_without_a_place_for_copies_waits_for_its_next_copy(settings, shelf):
    settings.GAPURA_BACKUP_TARGET = ""
    before = get_status(now=clock.now()).jobs_due
    publish_deeds_soon(code="a")
    assert get_status(now=clock.now()).jobs_due == before
    settings.GAPURA_BACKUP_TARGET = "/somewhere"
    publish_deeds_soon(code="a")
    publish_deeds_soon(code="a")
    assert get_status(now=clock.now()).jobs_due == before + 1
    assert list_destroyers() == [shelf]
