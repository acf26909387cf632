"""Pages of files as pictures with black boxes, in the sandbox: nothing here is called anywhere else.

What is given on is the drawn page. Text, fonts, metadata and whatever lay under a box are not in it.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageOps, JpegImagePlugin, PdfImagePlugin, PngImagePlugin

MOST_PAGES = 40
_SCALE = 2  # 144 points an inch
_MOST_POINTS = 2_000
_FORMATS = [JpegImagePlugin.JpegImageFile.format, PngImagePlugin.PngImageFile.format]
_BLACK, _RULER = (0, 0, 0), (0, 110, 140)
Box = Sequence[int]
assert PdfImagePlugin  # imported now: in the sandbox nothing can be imported later
Image.preinit()
pdfium.PdfDocument.new().close()  # the library starts before any byte from outside is here


def black_out(content: bytes, boxes: Sequence[Box]) -> bytes:
    """A PDF of pictures. ``boxes``: page (from 1), left, top, width, height, in per cent of the page. ValueError."""
    pages = []
    for number, page in enumerate(_draw_pages(content), start=1):
        pen = ImageDraw.Draw(page)
        for box in boxes:
            if box[0] == number:
                pen.rectangle(_in_pixels(box, page), fill=_BLACK)
        pages.append(page)
    if any(not 1 <= box[0] <= len(pages) for box in boxes):
        raise ValueError("A box names a page that the file does not have.")
    drawn = BytesIO()
    pages[0].save(drawn, "PDF", save_all=True, append_images=pages[1:], resolution=72 * _SCALE, producer="", title="")
    return drawn.getvalue()


def show_page(content: bytes, number: int) -> bytes:
    """One page (from 1) as JPEG with a ruler of per cent on it, to choose boxes by. Raises ValueError."""
    for count, page in enumerate(_draw_pages(content), start=1):
        if count == number:
            _draw_ruler(page)
            drawn = BytesIO()
            page.save(drawn, "JPEG", quality=80)
            return drawn.getvalue()
    raise ValueError("The file has no such page.")


def _draw_pages(content: bytes) -> Iterator[Image.Image]:
    if content.startswith(b"%PDF-"):
        yield from _draw_pdf(content)
        return
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            yield ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError) as error:
        raise ValueError("The file is neither a PDF nor a picture.") from error


def _draw_pdf(content: bytes) -> Iterator[Image.Image]:
    try:
        document = pdfium.PdfDocument(content)
        if not 1 <= len(document) <= MOST_PAGES:
            raise ValueError(f"The file has more than {MOST_PAGES} pages.")
        for page in document:
            scale = min(_SCALE, _SCALE * _MOST_POINTS / max(*page.get_size(), 1))
            yield page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    except pdfium.PdfiumError as error:
        raise ValueError("The PDF cannot be drawn.") from error


def _in_pixels(box: Box, page: Image.Image) -> tuple[int, int, int, int]:
    """Rounded outwards: what is on the edge goes too."""
    _page, left, top, width, height = box
    return (
        left * page.width // 100,
        top * page.height // 100,
        -(-(left + width) * page.width // 100),
        -(-(top + height) * page.height // 100),
    )


def _draw_ruler(page: Image.Image) -> None:
    pen = ImageDraw.Draw(page)
    for percent in range(10, 100, 10):
        x, y = percent * page.width // 100, percent * page.height // 100
        pen.line((x, 0, x, page.height), fill=_RULER)
        pen.line((0, y, page.width, y), fill=_RULER)
        pen.text((x + 2, 2), str(percent), fill=_RULER)
        pen.text((2, y + 2), str(percent), fill=_RULER)
