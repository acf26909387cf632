"""Files that people hand in to be verified: what says which document a file claims to be."""

import zlib

from gapura.foundation.codes import new_code
from gapura.kernel.documents.sealing.reading import find_claims, is_pdf

DECLARED = ()


def seeds() -> list[bytes]:
    code = new_code()
    stream = zlib.compress(f"(https://gapura.test/verify/{code}/)".encode())
    return [
        b"%PDF-1.7\n/URI (http://localhost:8000/verify/" + code.encode() + b"/)\n%%EOF",
        b"%PDF-1.7\n1 0 obj<</Filter/FlateDecode>>stream\n" + stream + b"\nendstream endobj",
    ]


def parse(data: bytes) -> None:
    is_pdf(data)
    find_claims(data)
