"""The seal: valid for independent validators, invalid with a byte changed, not made where keys do not fit."""

import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gapura.foundation import clock
from gapura.kernel.documents.actions import render_document
from gapura.kernel.documents.plugin import register_seal_provider
from gapura.kernel.documents.providers.demo.authority import AuthorityFolder
from gapura.kernel.documents.providers.demo.keys import DemoAuthority
from gapura.kernel.documents.sealing.archiving import archive_seal
from gapura.kernel.documents.sealing.pades import SealText, seal_pdf
from gapura.kernel.documents.sealing.validation import CannotReadFile, check_seal
from gapura.kernel.documents.testing import NOW, create_authority, new_order
from gapura.kernel.documents.types import CannotSealDocument

LATER = NOW + timedelta(minutes=10)
pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:oscrypto")


@pytest.fixture
def sealed(authority):
    with clock.frozen(NOW):
        return render_document(new_order()).content


def reloaded(authority: DemoAuthority) -> DemoAuthority:
    provider = DemoAuthority(authority._folder.folder)
    register_seal_provider(provider)
    return provider


def refused(content: bytes, authority: DemoAuthority) -> bool:
    try:
        return not check_seal(content, authority, LATER).valid
    except CannotReadFile:
        return True


def test_pyhanko_judges_the_seal_valid_with_a_trusted_time(sealed, authority):
    check = check_seal(sealed, authority, LATER)
    assert (check.valid, check.reason) == (True, "")
    assert check.sealed_at == NOW
    assert check.signer == "Seal of dukcapil"


def test_pyhanko_refuses_one_changed_byte_anywhere_in_what_is_signed(sealed, authority):
    gap, end = sealed.index(b"/Contents<") + 10, sealed.rindex(b">>>\nendobj")
    places = random.Random(7).sample([p for p in range(len(sealed)) if not gap <= p < end], 60)
    for place in (*places, gap + 40, gap - 15):
        changed = bytearray(sealed)
        changed[place] = changed[place] % 255 + 1
        assert refused(bytes(changed), authority), place


def test_pyhanko_refuses_a_changed_signature_value(sealed, authority):
    changed = bytearray(sealed)
    value = sealed.index(b"300a06082a8648ce3d040302", sealed.index(b"/Contents<")) + 40
    changed[value] = ord("0") if changed[value] != ord("0") else ord("1")
    assert refused(bytes(changed), authority)


@pytest.mark.parametrize("addition", [b"\n", b"\n% a remark\n"])
def test_bytes_behind_the_seal_are_noticed(sealed, authority, addition):
    assert refused(sealed + addition, authority)


def test_a_page_added_after_sealing_is_reported(sealed, authority):
    from io import BytesIO

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject

    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    empty = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=empty, media_box=(0, 0, 595, 842)))
    attacked = BytesIO()
    writer.write(attacked)
    check = check_seal(attacked.getvalue(), authority, LATER)
    assert (check.valid, check.reason) == (False, "Something was added to the file after sealing.")


def test_content_replaced_in_an_increment_is_reported(sealed, authority):
    from io import BytesIO

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    stream = page["/Contents"]
    stream._data = b"BT (another name) Tj ET"
    stream._encoded_data = None
    writer.mark_update(page.raw_get("/Contents"))
    attacked = BytesIO()
    writer.write(attacked)
    assert refused(attacked.getvalue(), authority)


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (Debian: poppler-utils) is not installed")
def test_pdfsig_judges_the_seal_valid_and_refuses_a_changed_byte(sealed, tmp_path):
    changed = bytearray(sealed)
    changed[len(sealed) // 3] ^= 1
    for name, content, verdict in (("whole", sealed, "is Valid"), ("changed", bytes(changed), "Mismatch")):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(content)
        told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False).stdout
        assert verdict in told
    assert "Total document signed" in told


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_openssl_verifies_the_signature_over_the_signed_bytes(sealed, authority, tmp_path):
    gap = sealed.index(b"/Contents<") + len(b"/Contents")
    end = sealed.index(b">", gap) + 1
    cms = bytes.fromhex(sealed[gap + 1 : end - 1].decode())
    (tmp_path / "cms.der").write_bytes(cms)
    (tmp_path / "signed").write_bytes(sealed[:gap] + sealed[end:])
    root = authority._folder.folder / "root.crt"
    told = subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms.der",
         "-content", tmp_path / "signed", "-CAfile", root, "-purpose", "any", "-out", tmp_path / "out",
         "-attime", str(int(LATER.timestamp()))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "successful" in told.stderr


def test_an_archived_seal_outlives_the_certificate_and_our_servers(sealed, authority, monkeypatch):
    archived = archive_seal(sealed, authority, LATER)
    assert archived.startswith(sealed)
    after_expiry = NOW + timedelta(days=7 * 365)
    monkeypatch.setattr(DemoAuthority, "list_revocations", lambda self, now: ())
    assert check_seal(archived, authority, after_expiry).valid
    assert not check_seal(sealed, authority, after_expiry).valid


def test_a_seal_of_a_certificate_revoked_before_is_not_trusted(sealed, authority):
    revoke_seal(authority, NOW - timedelta(hours=1))
    check = check_seal(sealed, authority, LATER)
    assert (check.valid, "not trusted" in check.reason) == (False, True)


def test_a_seal_archived_before_its_certificate_was_revoked_stays_valid(sealed, authority):
    archived = archive_seal(sealed, authority, LATER)
    revoke_seal(authority, LATER + timedelta(hours=1))
    assert check_seal(archived, authority, LATER + timedelta(hours=2)).valid


def revoke_seal(authority: DemoAuthority, moment: datetime) -> None:
    folder = authority._folder
    serial = folder.load_certificate("seals/dukcapil").serial_number
    folder.publish_revocations("issuing", (serial,), moment)


def test_the_seal_of_another_authority_is_not_trusted(sealed, tmp_path):
    stranger = create_authority(tmp_path / "other")
    assert not check_seal(sealed, stranger, LATER).valid


def test_a_file_without_a_seal_or_without_sense_is_not_valid(authority, sealed):
    unsealed = sealed[: sealed.index(b"%%EOF") + 5]
    assert check_seal(unsealed, authority, LATER).reason == "The file carries no seal."
    with pytest.raises(CannotReadFile):
        check_seal(b"%PDF-1.7 nonsense", authority, LATER)


def test_everything_exists_after_a_second_run_as_after_the_first(tmp_path):
    folder = AuthorityFolder(tmp_path / "pki")
    first = folder.create({"dukcapil": "Dukcapil"}, NOW, "ID")
    before = {p: p.read_bytes() for p in (tmp_path / "pki").rglob("*.*")}
    assert first == ["root", "issuing", "timestamp", "seals/dukcapil"]
    assert folder.create({"dukcapil": "Dukcapil"}, LATER, "ID") == []
    assert {p: p.read_bytes() for p in (tmp_path / "pki").rglob("*.*")} == before


def test_keys_are_readable_by_their_owner_only(tmp_path):
    create_authority(tmp_path / "pki")
    keys = list((tmp_path / "pki").rglob("*.key"))
    assert len(keys) == 4
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}


def cannot_seal(message: str) -> None:
    with clock.frozen(NOW), pytest.raises(CannotSealDocument, match=message):
        render_document(new_order())


def test_a_missing_key_file_is_named(authority):
    (authority._folder.folder / "seals" / "dukcapil.key").unlink()
    reloaded(authority)
    cannot_seal(r"dukcapil\.key is missing.*pki init")


def test_a_key_that_does_not_fit_its_certificate_is_refused(authority, tmp_path):
    create_authority(tmp_path / "other")
    shutil.copy(tmp_path / "other/seals/dukcapil.key", authority._folder.folder / "seals/dukcapil.key")
    reloaded(authority)
    cannot_seal("does not belong")


def test_a_damaged_key_file_is_refused(authority):
    (authority._folder.folder / "seals" / "dukcapil.key").write_bytes(b"nonsense")
    reloaded(authority)
    cannot_seal("cannot be used")


def test_an_agency_without_a_seal_cannot_issue(authority):
    with clock.frozen(NOW), pytest.raises(CannotSealDocument, match=r"kua\.key is missing"):
        render_document(new_order(agency_code="kua"))


def test_a_revoked_certificate_seals_nothing(authority):
    revoke_seal(authority, NOW)
    reloaded(authority)
    cannot_seal("revoked")


@pytest.mark.parametrize("moment", [datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)])
def test_a_clock_outside_the_certificate_s_life_stops_sealing(authority, moment):
    with clock.frozen(moment), pytest.raises(CannotSealDocument, match="Check the clock"):
        render_document(new_order())


@pytest.mark.parametrize(
    "pdf", [b"", b"%PDF-1.7\n", b"%PDF-1.7\ntrailer\n<</Size 3/Root 2 0 R>>\nstartxref\n9\n%%EOF\n"]
)
def test_what_typst_would_never_write_is_not_sealed(pdf):
    text = SealText("n", "r", "c", NOW)
    with pytest.raises(CannotSealDocument):
        seal_pdf(pdf, text, 100, lambda digest: b"")


def test_a_signature_larger_than_its_place_is_refused(sealed):
    unsealed = sealed[: sealed.index(b"%%EOF") + 5]
    with pytest.raises(CannotSealDocument, match="101 bytes"):
        seal_pdf(unsealed, SealText("n", "r", "c", NOW), 100, lambda digest: bytes(101))


def test_revocation_lists_are_signed_again_before_verifiers_see_an_old_one(authority):
    first = authority.list_revocations(NOW)
    assert authority.list_revocations(NOW + timedelta(days=3)) == first
    assert authority.list_revocations(NOW + timedelta(days=8)) != first


def test_a_clock_that_ran_ahead_and_was_set_right_leaves_no_list_from_the_future(authority):
    ahead = [x509.load_der_x509_crl(one) for one in authority.list_revocations(NOW + timedelta(days=400))]
    after = [x509.load_der_x509_crl(one) for one in authority.list_revocations(NOW)]
    assert [one.last_update_utc for one in after] == [NOW, NOW]

    def numbers(lists):
        return [one.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for one in lists]

    assert all(later > sooner for sooner, later in zip(numbers(ahead), numbers(after), strict=True))


def test_the_authority_hands_out_certificates_and_never_keys(authority):
    root = AuthorityFolder(Path(authority._folder.folder)).load_certificate("root")
    assert authority.list_roots() == (root.public_bytes(Encoding.DER),)


def test_two_processes_that_start_at_once_make_one_authority(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    def start(_: int) -> list[str]:
        return AuthorityFolder(tmp_path / "pki").create({"dukcapil": "Dukcapil"}, NOW, "ID")

    with ThreadPoolExecutor(4) as pool:
        made = [name for names in pool.map(start, range(4)) for name in names]
    assert sorted(made) == ["issuing", "root", "seals/dukcapil", "timestamp"]
    assert DemoAuthority(tmp_path / "pki").get_seal_key("dukcapil", NOW).chain
