"""Files made to do harm are contained; the ceilings act; a good file passes."""

import io
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from gapura.foundation import sandbox
from gapura.foundation.sandbox import FileRefused, Refusal, Walls, end_all, find_walls, open_apart
from gapura.foundation.uploads import Kind, accept_upload
from tests.security.hostile import pictures, portable_documents
from tests.security.hostile.containment import contain
from tests.security.hostile.corpus import Hostile, list_corpus

CORPUS = list(list_corpus())
OPENERS = "gapura.foundation.tests.openers"


def refusal(opener: str, content: bytes = b"x") -> Refusal:
    with pytest.raises(FileRefused) as caught:
        open_apart(f"{OPENERS}:{opener}", content)
    return caught.value.why


@pytest.fixture(params=["namespaces", "ceilings alone"])
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walls]:
    """Both ways to be shut in; the second is what remains where bubblewrap cannot work."""
    end_all()
    chosen = find_walls() if request.param == "namespaces" else Walls((), {})
    if request.param == "namespaces" and not chosen.is_apart:
        pytest.skip("bubblewrap cannot make namespaces here (Debian: apt install bubblewrap)")
    monkeypatch.setattr(sandbox, "find_walls", lambda: chosen)
    yield chosen
    end_all()


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.code)
def test_a_hostile_file_is_contained(file: Hostile) -> None:
    assert contain(file).complaints == ()


def test_the_corpus_holds_at_least_forty_files_of_every_sort() -> None:
    assert len(CORPUS) >= 40
    assert {file.file_name.rpartition(".")[2] for file in CORPUS} >= {"zip", "png", "jpg", "pdf", "xml", "csv", "yaml"}


@pytest.mark.django_db
def test_a_file_that_is_not_contained_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    left = Path(tempfile.gettempdir()) / "left-by-a-hostile-file"
    monkeypatch.setattr("tests.security.hostile.containment._imported", lambda content: left.touch() or [])
    try:
        assert contain(CORPUS[0]).complaints == (f"it left {left}",)
    finally:
        left.unlink()


@pytest.mark.slow
def test_an_endless_loop_is_ended_and_the_next_file_opened(walls: Walls) -> None:
    assert refusal("loop") is Refusal.TIME
    assert open_apart(f"{OPENERS}:length", b"12345").value == 5


def test_memory_beyond_the_ceiling_is_refused(walls: Walls) -> None:
    assert refusal("fill_memory") is Refusal.MEMORY


def test_an_answer_beyond_every_measure_is_cut_off(walls: Walls) -> None:
    assert refusal("fill_reply") is Refusal.TIME


def test_nothing_is_written_read_or_reached(walls: Walls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert refusal("connect", str(port).encode()) is Refusal.CRASH
    assert refusal("write_file") is Refusal.CRASH
    assert refusal("read_file", __file__.encode()) is Refusal.CRASH


def test_the_same_openers_do_harm_where_no_walls_are(tmp_path: Path) -> None:
    from gapura.foundation.tests import openers

    with socket.create_server(("127.0.0.1", 0)) as listening:
        openers.connect(str(listening.getsockname()[1]).encode())
    assert "planted" in openers.read_file(__file__.encode())  # planted


def test_inside_its_namespaces_a_file_sees_programs_and_no_data(walls: Walls, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch()
    seen = open_apart(f"{OPENERS}:see_files", f"{secret} /etc/passwd {sandbox.__file__}".encode()).value
    assert seen == ([sandbox.__file__] if walls.is_apart else [str(secret), "/etc/passwd", sandbox.__file__])


def test_a_crash_or_nonsense_is_a_refusal(walls: Walls) -> None:
    assert refusal("crash") is Refusal.CRASH
    assert refusal("recurse") is Refusal.CRASH
    for nonsense in (b"", b"xx", b"\xff" * 20, b"\0\0\0\x02\0\0\0\x00[]"):
        assert refusal("write_nonsense", nonsense) is Refusal.CRASH
    assert refusal("refuse") is Refusal.CONTENT


def test_what_a_file_started_ends_with_it() -> None:
    end_all()
    with suppress(FileRefused):  # root may start processes in spite of the ceiling, others may not
        open_apart(f"{OPENERS}:start_process", b"x")
    assert open_apart(f"{OPENERS}:length", b"1").value == 1
    (waiting,) = (one for waiting in sandbox._idle.values() for one in waiting)
    family = Path(f"/proc/{waiting._process.pid}/task/{waiting._process.pid}/children").read_text().split()
    assert len(family) <= 1  # at most the one that waits for the next file


def test_no_more_than_four_files_are_open_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_free_places", threading.BoundedSemaphore(1))
    with sandbox._free_places, monkeypatch.context() as impatient:
        impatient.setattr(sandbox, "_PATIENCE_SECONDS", 0.01)
        assert refusal("length") is Refusal.BUSY
    assert open_apart(f"{OPENERS}:echo", b"\0\xff").content == b"\0\xff"


def test_a_good_picture_comes_out_redrawn_and_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    upload = accept_upload(pictures.jpeg(exif=exif), kinds={Kind.PICTURE}, most_bytes=10_000)
    with Image.open(io.BytesIO(upload.content)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (48, 64), {})


def test_a_good_pdf_passes_as_it_is() -> None:
    plain = portable_documents.acting(b"")
    assert accept_upload(plain, kinds={Kind.PDF}, most_bytes=10_000).content == plain


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n", "none of: pdf"),
        (b"%PDF-" + bytes(10_000), "larger than 9 KiB"),
        (portable_documents.pdf_with_javascript(), "/JavaScript"),
        (portable_documents.pdf_that_launches_a_program(), "/Launch"),
        (portable_documents.pdf_with_an_embedded_program(), "/EmbeddedFile"),
        (portable_documents.pdf_with_a_hidden_name(), "/JS"),
        (portable_documents.pdf_locked_with_a_password(), "damaged"),
    ],
)
def test_a_refusal_says_why(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        accept_upload(content, kinds={Kind.PDF}, most_bytes=10_000)
