"""The seal in the PDF: one incremental update with an invisible signature field (PAdES, EN 319 142-1).

Reads only what Typst writes: a classic cross-reference table, catalog and pages as plain objects. Anything
else is refused, not guessed at.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from gapura.kernel.documents.types import CannotSealDocument

_TAIL = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s+(\d+)\s+%%EOF\s*$", re.DOTALL)
_FIELD_NAME = b"Seal"


@dataclass(frozen=True)
class SealText:
    """What the signature dictionary says in words: who sealed, why, and where anybody can check."""

    name: str
    reason: str
    contact: str
    sealed_at: datetime


def seal_pdf(pdf: bytes, text: SealText, capacity: int, sign: Callable[[bytes], bytes]) -> bytes:
    """``pdf`` with a signature over all its bytes. ``sign`` turns their SHA-256 digest into a CMS of at most
    ``capacity`` bytes. Raises CannotSealDocument when the PDF or the CMS does not fit.
    """
    old = _Revision(pdf)
    field, signature = old.size, old.size + 1
    page = old.first_page()
    objects = {
        old.root: _with_entry(old.read(old.root), b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>" % field),
        page: _with_annotation(old.read(page), field),
        field: b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/TU%s/Rect[-1 -1 -1 -1]/F 132/P %d 0 R/V %d 0 R>>"
        % (_FIELD_NAME, _pdf_text(text.reason), page, signature),
        signature: _signature_dictionary(text, capacity),
    }
    update, start = _written(old, objects)
    return _filled(pdf + update, len(pdf) + start, capacity, sign)


class _Revision:
    """The last revision of a PDF: trailer and cross-reference table."""

    def __init__(self, pdf: bytes) -> None:
        tail = _TAIL.search(pdf, max(0, len(pdf) - 1024))
        if tail is None:
            raise CannotSealDocument("The set document has no plain trailer, so it cannot be sealed.")
        self.pdf, self.trailer, self.xref_at = pdf, tail[1], int(tail[2])
        self.size = self._number(rb"/Size (\d+)", self.trailer)
        self.root = self._number(rb"/Root (\d+) 0 R", self.trailer)
        head = b"xref\n0 %d\n" % self.size
        if not pdf.startswith(head, self.xref_at):
            raise CannotSealDocument("The set document has no plain cross-reference table.")
        self._entries_at = self.xref_at + len(head)

    def _number(self, pattern: bytes, source: bytes) -> int:
        found = re.search(pattern, source)
        if found is None:
            raise CannotSealDocument(f"The set document lacks {pattern!r}, so it cannot be sealed.")
        return int(found[1])

    def read(self, number: int) -> bytes:
        """The dictionary of object ``number``."""
        entry = self._entries_at + 20 * number
        offset = int(self.pdf[entry : entry + 10])
        head = b"%d 0 obj\n" % number
        if not self.pdf.startswith(head + b"<<", offset):
            raise CannotSealDocument(f"Object {number} of the set document is not a plain dictionary.")
        return self.pdf[offset + len(head) : self.pdf.index(b"\nendobj", offset)]

    def first_page(self) -> int:
        node = self._number(rb"/Pages (\d+) 0 R", self.read(self.root))
        while b"/Type/Pages" in self.read(node):
            node = self._number(rb"/Kids\[(\d+) 0 R", self.read(node))
        return node


def _with_entry(dictionary: bytes, entry: bytes) -> bytes:
    return dictionary[:-2] + entry + b">>"


def _with_annotation(page: bytes, field: int) -> bytes:
    if b"/Annots[" in page:
        return page.replace(b"/Annots[", b"/Annots[%d 0 R " % field, 1)
    return _with_entry(page, b"/Annots[%d 0 R]" % field)


def _pdf_text(text: str) -> bytes:
    return b"<FEFF" + text.encode("utf-16-be").hex().encode() + b">"


_RANGE = b"/ByteRange[0 %10d %10d %10d]"
_CONTENTS = b"/Contents<"


def _signature_dictionary(text: SealText, capacity: int) -> bytes:
    return b"".join(
        (
            b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached",
            b"/M(D:%s+00'00')" % text.sealed_at.astimezone(UTC).strftime("%Y%m%d%H%M%S").encode(),
            b"/Name" + _pdf_text(text.name) + b"/Reason" + _pdf_text(text.reason),
            b"/ContactInfo(%s)" % text.contact.encode("ascii"),
            _RANGE % (0, 0, 0),
            _CONTENTS + b"0" * (2 * capacity) + b">>>",
        )
    )


def _written(old: _Revision, objects: dict[int, bytes]) -> tuple[bytes, int]:
    """The incremental update, and where in it the signature dictionary starts."""
    at = len(old.pdf)
    pieces, table, last = [], [], 0
    for number in sorted(objects):
        piece = b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
        table.append(b"%d 1\n%010d 00000 n \n" % (number, at))
        last = at
        at += len(piece)
        pieces.append(piece)
    size = max(objects) + 1
    trailer = old.trailer.replace(b"/Size %d" % old.size, b"/Size %d/Prev %d" % (size, old.xref_at), 1)
    pieces += [b"xref\n", *table, b"trailer\n<<", trailer, b">>\nstartxref\n%d\n%%%%EOF\n" % at]
    return b"".join(pieces), last - len(old.pdf)


def _filled(pdf: bytes, dictionary_at: int, capacity: int, sign: Callable[[bytes], bytes]) -> bytes:
    """Write the byte range, sign what it covers, and put the CMS into the gap."""
    gap = pdf.index(_CONTENTS, dictionary_at) + len(_CONTENTS) - 1
    after = gap + 2 * capacity + 2
    covered = _RANGE % (gap, after, len(pdf) - after)
    head = pdf[:gap].replace(_RANGE % (0, 0, 0), covered, 1)
    tail = pdf[after:]
    total = hashlib.sha256(head)
    total.update(tail)
    signature = sign(total.digest())
    if len(signature) > capacity:
        raise CannotSealDocument(f"The seal needs {len(signature)} bytes but {capacity} are kept free; seal again.")
    return b"".join((head, b"<", signature.hex().encode().ljust(2 * capacity, b"0"), b">", tail))
