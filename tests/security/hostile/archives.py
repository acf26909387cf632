"""Archives that grow, climb out of their folder, or pass for something else."""

import gzip
import io
import stat
import tarfile
import zipfile
import zlib

from tests.security.hostile.corpus import MEGABYTE, hostile


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


@hostile("zip")
def zip_bomb() -> bytes:
    return zipped(**{f"{number}.bin": bytes(64 * MEGABYTE) for number in range(4)})


@hostile("zip")
def nested_zip() -> bytes:
    content = bytes(MEGABYTE)
    for depth in range(40):
        content = zipped(**{f"{depth}.zip": content})
    return content


@hostile("zip")
def zip_slip() -> bytes:
    return zipped(**{"../../../../tmp/left-by-a-hostile-file": b"x", "/etc/cron.d/x": b"x", "..\\..\\x": b"x"})


@hostile("zip")
def zip_symlink() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("passwd")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


@hostile("zip")
def zip_that_lies_about_sizes() -> bytes:
    content = bytearray(zipped(a=bytes(MEGABYTE)))
    content[22:26] = b"\x01\0\0\0"
    return bytes(content)


@hostile("tar")
def tar_with_devices_and_links() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, kind in (("device", tarfile.CHRTYPE), ("../link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/shadow"
            archive.addfile(entry)
    return made.getvalue()


@hostile("gz")
def gzip_bomb() -> bytes:
    return gzip.compress(gzip.compress(bytes(128 * MEGABYTE)))


@hostile("pdf")
def zip_that_begins_as_pdf() -> bytes:
    return b"%PDF-1.7\n%\n" + zipped(**{"run.js": b"alert(1)"})


@hostile("docx")
def office_file_with_macro() -> bytes:
    return zipped(**{"[Content_Types].xml": b"<Types/>", "word/vbaProject.bin": zlib.compress(b"Sub AutoOpen()")})


@hostile("jar")
def program_behind_a_picture() -> bytes:
    return (
        b"\xff\xd8\xff\xe0" + bytes(64) + zipped(**{"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": b"\xca\xfe"})
    )
