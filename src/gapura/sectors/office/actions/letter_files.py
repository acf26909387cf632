"""Files that people send along: opened in the sandbox, and kept only as what came out of it."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from gapura.foundation.sandbox import FileRefused, Refusal, open_apart
from gapura.sectors.office.types import CannotSendLetter

_OPENERS = "gapura.foundation.openers"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def clean_file(name: str, content: bytes, *, most_bytes: int) -> tuple[str, str, bytes]:
    """Name, media type and bytes to keep: a PDF as it is, a picture drawn anew. Raises CannotSendLetter.

    What a file is, its first bytes say; its name is only shown.
    """
    stem = PurePath(name.replace("\\", "/")).stem.strip()[:100] or _("File")
    if len(content) > most_bytes:
        raise CannotSendLetter(
            _("The file is larger than %(most)s MB. Send a smaller one.") % {"most": most_bytes // 1024**2}, "file"
        )
    try:
        if content.startswith(_PICTURES):
            return f"{stem}.jpg", "image/jpeg", open_apart(f"{_OPENERS}:redraw_picture", content).content
        if content.startswith(b"%PDF-"):
            _require_quiet(content)
            return f"{stem}.pdf", "application/pdf", content
    except FileRefused as refusal:
        raise CannotSendLetter(_refusal_of(refusal), "file") from refusal
    raise CannotSendLetter(
        _("Only PDF files and pictures (JPEG or PNG) can be sent. Save the file as PDF, then choose it again."), "file"
    )


def _require_quiet(content: bytes) -> None:
    if open_apart(f"{_OPENERS}:find_active_parts", content).value:
        raise CannotSendLetter(
            _("The PDF holds a program, a form that sends itself, or another file. Print it to PDF and send that."),
            "file",
        )


def _refusal_of(refusal: FileRefused) -> str:
    if refusal.why is Refusal.BUSY:
        return _("Too many files are being looked at just now. Try again in a minute; your letter is saved.")
    return _("The file is damaged, locked with a password, or not what its name says. Save it anew and try again.")
