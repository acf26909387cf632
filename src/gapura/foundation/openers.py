"""What is done with bytes from outside once they are in the sandbox; nothing here is called anywhere else."""

import warnings
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import Any

import yaml
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

MOST_PIXELS = 24_000_000
MOST_OBJECTS = 50_000
_FORMATS = [JpegImagePlugin.JpegImageFile.format, PngImagePlugin.PngImageFile.format]
_WHITE = (255, 255, 255)
# What makes a reader do something by itself, or carries a file inside the file (ISO 32000-2, 12.6 and 7.11).
_ACTIVE = frozenset(
    (
        *("/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/AA", "/XFA"),
        *("/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/Rendition", "/Movie", "/Sound"),
    )
)
# What the libraries import only when they meet the need, which in the sandbox is too late.
for late in ("PIL.TiffImagePlugin", "pyhanko.pdf_utils.filters"):
    import_module(late)
Image.preinit()


def redraw_picture(content: bytes) -> bytes:
    """The picture drawn anew as JPEG: upright, no place, camera or comment of the original. Raises ValueError."""
    warnings.simplefilter("error")
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError(f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels.")
            if getattr(picture, "n_frames", 1) > 1:
                raise ValueError("The picture moves.")
            return _drawn(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, EOFError, Warning, Image.DecompressionBombError) as error:
        raise ValueError("The picture is damaged or not a picture.") from error


def _drawn(picture: Image.Image) -> bytes:
    ground = Image.new("RGB", picture.size, _WHITE)
    seen = picture.convert("RGBA")
    ground.paste(seen, mask=seen)
    drawn = BytesIO()
    ground.save(drawn, "JPEG", quality=88)
    return drawn.getvalue()


def find_active_parts(content: bytes) -> list[str]:
    """Names of what the PDF would do by itself or carries along; empty for one that is only to be read.

    Raises ValueError when it is damaged, locked, or has more parts than a document needs.
    """
    found: set[str] = set()
    for part in walk_pdf(content):
        if isinstance(part, DictionaryObject):
            found |= _active_names(part)
    return sorted(found)


def _active_names(part: DictionaryObject) -> set[str]:
    values = (part.raw_get(key) for key in part)
    return set(_ACTIVE.intersection(map(str, (*part, *(value for value in values if isinstance(value, NameObject))))))


def walk_pdf(content: bytes) -> Iterator[Any]:
    """Every object that the PDF's trailer leads to, each once. Raises ValueError as ``find_active_parts`` does."""
    try:
        reader = PdfFileReader(BytesIO(content))
        if reader.encrypted:
            raise ValueError("The file is locked with a password.")
        yield from _walk(reader.trailer_view)
    except (PdfError, LookupError, TypeError, AttributeError, RecursionError, OSError, OverflowError) as error:
        raise ValueError("The file is damaged or not a PDF.") from error


def _walk(start: Any) -> Iterator[Any]:
    seen: set[tuple[int, int]] = set()
    waiting, count = [start], 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            name = (part.idnum, part.generation)
            if name in seen:
                continue
            seen.add(name)
            part = part.get_object()
        count += 1
        if count > MOST_OBJECTS:
            raise ValueError(f"The file has more than {MOST_OBJECTS} parts.")
        yield part
        if isinstance(part, DictionaryObject):
            waiting += [part.raw_get(key) for key in part]
        elif isinstance(part, ArrayObject):
            waiting += [part.raw_get(place) for place in range(len(part))]


class _PlainLoader(yaml.SafeLoader):
    """A safe loader that leaves days as they are written: JSON has none."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(content: bytes, most_bytes: int) -> Any:
    """What the YAML says, in JSON's types and written out in at most ``most_bytes``. Raises ValueError."""
    try:
        said = yaml.load(content, _PlainLoader)  # noqa: S506 – a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"The file is not YAML: {error}") from error
    _measure(said, most_bytes)
    return said


def _measure(said: Any, most: int) -> None:
    """YAML says much in few words by repeating itself; what it says is counted, not what it writes."""
    waiting, size = [said], 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif not isinstance(part, str | int | float | bool | None):
            raise ValueError(f"The file says something that is neither text nor number: {type(part).__name__}.")
        size += len(part) if isinstance(part, str | dict | list) else 8
        if size > most:
            raise ValueError("The file says more than it may.")
