"""Notes as other tools for transparency logs write them, and every way a note can be wrong."""

import pytest

from gapura.foundation.notes import (
    BadNote,
    Checkpoint,
    InclusionProof,
    new_signer,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_proof,
    parse_signer,
    parse_verifier,
    sign_note,
)

# The published example of golang.org/x/mod/sumdb/note.
GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
GO_NOTE = f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n"


@pytest.fixture
def signer():
    return new_signer("gapura.example/audit")


def test_notes_and_keys_are_those_of_the_go_implementation():
    signer = parse_signer(GO_SIGNER)
    assert str(signer.verifier) == GO_VERIFIER
    assert signer.secret_text() == GO_SIGNER
    assert sign_note(GO_TEXT, signer) == GO_NOTE
    assert open_note(GO_NOTE, parse_verifier(GO_VERIFIER)) == GO_TEXT


def test_any_changed_letter_of_a_note_is_refused():
    verifier = parse_verifier(GO_VERIFIER)
    for position, letter in enumerate(GO_NOTE):
        altered = GO_NOTE[:position] + ("x" if letter != "x" else "y") + GO_NOTE[position + 1 :]
        with pytest.raises(BadNote):
            open_note(altered, verifier)


def test_a_note_signed_by_several_is_opened_by_each_and_by_nobody_else(signer):
    other, stranger = new_signer("witness.example"), new_signer("gapura.example/audit")
    note = sign_note("hello\n", signer)
    note += sign_note("hello\n", other).rpartition("\n\n")[2]
    assert open_note(note, signer.verifier) == open_note(note, other.verifier) == "hello\n"
    with pytest.raises(BadNote, match="not signed by"):
        open_note(note, stranger.verifier)


def test_a_text_with_empty_lines_can_be_signed(signer):
    text = "first\n\nlast\n"
    assert open_note(sign_note(text, signer), signer.verifier) == text


def test_a_checkpoint_says_the_same_after_signing(signer):
    checkpoint = Checkpoint(signer.name, 109482, bytes(range(32)))
    assert open_checkpoint(sign_note(str(checkpoint), signer), signer.verifier) == checkpoint


def test_a_checkpoint_of_another_log_is_refused(signer):
    foreign = sign_note(str(Checkpoint("elsewhere.example", 1, bytes(32))), signer)
    with pytest.raises(BadNote, match=r"of the log elsewhere\.example"):
        open_checkpoint(foreign, signer.verifier)


def test_a_proof_comes_back_from_its_text(signer):
    note = sign_note(str(Checkpoint(signer.name, 5, bytes(32))), signer)
    for proof in (InclusionProof(4, (b"a" * 32, b"b" * 32), note, b"opening"), InclusionProof(0, (), note)):
        assert parse_proof(str(proof)) == proof


def test_a_secret_does_not_show_when_a_key_is_printed(signer):
    assert signer.secret_text() not in f"{signer} {signer!r}"


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_verifier, ""),
        (parse_verifier, GO_VERIFIER.replace("c74f20a3", "c74f20a4")),
        (parse_verifier, GO_VERIFIER[:-8]),
        (parse_verifier, GO_VERIFIER.replace("+ARpc", "+!!!!")),
        (parse_signer, GO_VERIFIER),
        (parse_signer, GO_SIGNER.replace("c74f20a3", "00000000")),
        (parse_checkpoint, "origin\nten\nAAAA\n"),
        (parse_checkpoint, "origin\n10\n"),
        (parse_proof, "index 4\n\nnote"),
        (parse_proof, "c2sp.org/tlog-proof@v1\nindex x\n\nnote"),
        (parse_proof, "c2sp.org/tlog-proof@v1\nindex 4"),
        (new_signer, "a name with spaces"),
        (new_signer, "a+b"),
        (new_signer, ""),
    ],
)
def test_what_is_no_key_note_or_proof_is_refused(parse, text):
    with pytest.raises(BadNote):
        parse(text)


def test_a_text_without_line_end_and_a_note_without_signature_are_refused(signer):
    with pytest.raises(BadNote, match="line end"):
        sign_note("hello", signer)
    with pytest.raises(BadNote, match="not a signed note"):
        open_note("hello\n", signer.verifier)
    with pytest.raises(BadNote, match="dash"):
        open_note("hello\n\nnobody\n", signer.verifier)
