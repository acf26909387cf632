"""Reading ODT and DOCX files that others wrote, in the sandbox: a tree, pictures, and what could not be carried over.

The archive is looked at before anything is parsed: no entity, no document type, no macro (``zips``).
"""

from base64 import b64encode
from collections import Counter
from io import BytesIO
from typing import Any
from xml.dom import expatbuilder as _parser_of_word_files

import mammoth
from odfdo import Document, Element

from gapura.sectors.office.text import zips
from gapura.sectors.office.text.html_reading import read_html
from gapura.sectors.office.text.nodes import Kind, Node

assert _parser_of_word_files  # imported now: in the sandbox nothing can be imported later
MOST_PICTURES = 60
_PICTURE_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def look_into(content: bytes) -> str:
    """The kind of an office document. Raises ValueError with the word for what is wrong."""
    return zips.look_into(content)


def read_document(content: bytes) -> dict[str, Any]:
    """``tree`` of an ODT or DOCX file, ``pictures`` (name to bytes in base 64), ``left_out`` (what, how often)."""
    kind = zips.look_into(content)
    if kind == "odt":
        return _OdtReader(content).read()
    if kind == "docx":
        return _read_docx(content)
    raise zips.Unfit("no text")


def _reply(tree: Node, pictures: dict[str, bytes], left_out: Counter[str]) -> dict[str, Any]:
    encoded = {name: b64encode(picture).decode() for name, picture in pictures.items()}
    return {"tree": tree.as_plain(), "pictures": encoded, "left_out": dict(left_out)}


def _read_docx(content: bytes) -> dict[str, Any]:
    parts = zips.read_parts(content)
    pictures: dict[str, bytes] = {}
    left_out: Counter[str] = Counter()

    def keep(image: Any) -> dict[str, str]:
        with image.open() as stream:
            picture = stream.read()
        name = _keep_picture(picture, pictures, left_out)
        return {"src": name, "alt": image.alt_text or name} if name else {"src": ""}

    result = mammoth.convert_to_html(BytesIO(content), convert_image=mammoth.images.img_element(keep))
    document = parts.get("word/document.xml", b"")
    for word, tag in (("formula", b"<m:oMath>"), ("change", b"<w:del "), ("box", b"<w:txbxContent")):
        left_out[word] += document.count(tag)
    left_out["comment"] += parts.get("word/comments.xml", b"").count(b"<w:comment ")
    left_out["head"] += sum(name.startswith(("word/header", "word/footer")) for name in parts)
    return _reply(read_html(result.value), pictures, +left_out)


def _keep_picture(content: bytes, pictures: dict[str, bytes], left_out: Counter[str]) -> str | None:
    if not content.startswith(_PICTURE_BEGINNINGS) or len(pictures) >= MOST_PICTURES:
        left_out["picture"] += 1
        return None
    name = f"picture-{len(pictures) + 1}.jpg"
    pictures[name] = content
    return name


class _OdtReader:
    """Walks the text of an ODT file. What it does not know it counts, and reads the words in it."""

    _LEFT_OUT = {
        "text:note": "note",
        "office:annotation": "comment",
        "text:tracked-changes": "change",
        "draw:object": "object",
        "draw:text-box": "box",
    }
    _SILENT = (
        "office:annotation-end",
        "office:forms",
        "text:sequence-decls",
        "text:bookmark",
        "text:soft-page-break",
        "svg:desc",
        "svg:title",
    )

    def __init__(self, content: bytes) -> None:
        self._document = Document(BytesIO(content))
        self._pictures: dict[str, bytes] = {}
        self._left_out: Counter[str] = Counter()
        self._styles = self._read_styles()

    def read(self) -> dict[str, Any]:
        tree = Node(Kind.DOCUMENT, tuple(self._blocks(self._document.body)))
        return _reply(tree, self._pictures, self._left_out)

    def _read_styles(self) -> dict[str, tuple[Kind, ...]]:
        """Which styles of words are strong or emphasized, by name."""
        found: dict[str, tuple[Kind, ...]] = {}
        for part in (self._document.content, self._document.styles):
            for style in part.get_elements("//style:style[@style:family='text']"):
                look = style.get_element("style:text-properties")
                kinds = []
                if look is not None and look.get_attribute("fo:font-weight") == "bold":
                    kinds.append(Kind.STRONG)
                if look is not None and look.get_attribute("fo:font-style") in ("italic", "oblique"):
                    kinds.append(Kind.EMPHASIS)
                found.setdefault(str(style.get_attribute("style:name")), tuple(kinds))
        return found

    def _numbered(self, name: str | None) -> bool:
        if not name:
            return False
        found = self._document.get_style("list", name)
        return found is not None and found.get_element("text:list-level-style-number") is not None

    def _blocks(self, parent: Element) -> list[Node]:
        return [node for child in parent.children for node in self._block(child)]

    def _block(self, element: Element) -> list[Node]:
        match element.tag:
            case "text:h":
                level = min(int(element.get_attribute("text:outline-level") or 1), 6)
                return [Node(Kind.HEADING, tuple(self._inside(element)), marks={"level": level})]
            case "text:p":
                return self._paragraph(element)
            case "text:list":
                return [self._list(element)]
            case "table:table":
                return [Node(Kind.TABLE, tuple(self._rows(element, is_head=False)))]
        return [] if self._is_passed_over(element.tag) else self._blocks(element)

    def _is_passed_over(self, tag: str) -> bool:
        """Whether nothing of the element is read; what a reader would miss is counted."""
        if tag in self._LEFT_OUT:
            self._left_out[self._LEFT_OUT[tag]] += 1
        return tag in self._LEFT_OUT or tag in self._SILENT

    def _paragraph(self, element: Element) -> list[Node]:
        children = tuple(self._inside(element))
        style = str(element.get_attribute("text:style-name") or "")
        if not children:
            return [Node(Kind.RULE)] if style == "Horizontal_20_Line" else []
        if style.startswith("Preformatted"):
            words = "".join(
                "\n" if part.kind is Kind.BREAK else part.text for child in children for part in child.walk()
            )
            return [Node(Kind.CODE, text=words)]
        paragraph = Node(Kind.PARAGRAPH, children)
        return [Node(Kind.QUOTE, (paragraph,))] if style in ("Quotations", "Quote") else [paragraph]

    def _list(self, element: Element) -> Node:
        items = [child for child in element.children if child.tag in ("text:list-item", "text:list-header")]
        name = element.get_attribute("text:style-name")
        marks = {"start": 1} if self._numbered(str(name) if name else None) else {}
        return Node(Kind.LIST, tuple(Node(Kind.ITEM, tuple(self._blocks(item))) for item in items), marks=marks)

    def _rows(self, element: Element, *, is_head: bool) -> list[Node]:
        rows: list[Node] = []
        for child in element.children:
            if child.tag == "table:table-row":
                rows.append(Node(Kind.ROW, tuple(self._cells(child, is_head=is_head or not rows))))
            elif child.tag in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
                rows += self._rows(child, is_head=child.tag == "table:table-header-rows")
        return rows

    def _cells(self, row: Element, *, is_head: bool) -> list[Node]:
        cells = []
        for cell in row.children:
            if cell.tag in ("table:table-cell", "table:covered-table-cell"):
                words = self._line_of(self._blocks(cell))
                repeated = min(int(cell.get_attribute("table:number-columns-repeated") or 1), 64)
                cells += [Node(Kind.CELL, tuple(words), marks={"is_head": is_head})] * repeated
        return cells

    def _line_of(self, blocks: list[Node]) -> list[Node]:
        """A cell of our tables holds one line."""
        line: list[Node] = []
        for block in blocks:
            inner = block.children if block.kind in (Kind.PARAGRAPH, Kind.HEADING) else ()
            if not inner:
                self._left_out["cell"] += block.kind not in (Kind.PARAGRAPH, Kind.HEADING)
                inner = tuple(Node(Kind.TEXT, text=part.text + " ") for part in block.walk() if part.kind is Kind.TEXT)
            line += ([Node(Kind.TEXT, text=" ")] if line else []) + list(inner)
        return line

    def _inside(self, element: Element) -> list[Node]:
        nodes = [Node(Kind.TEXT, text=element.text)] if element.text else []
        for child in element.children:
            nodes += self._inline(child)
            if child.tail:
                nodes.append(Node(Kind.TEXT, text=child.tail))
        return nodes

    def _inline(self, element: Element) -> list[Node]:
        match element.tag:
            case "text:s" | "text:tab":
                return [Node(Kind.TEXT, text=" ")]
            case "text:line-break":
                return [Node(Kind.BREAK)]
            case "text:span":
                return self._span(element)
            case "text:a":
                href = str(element.get_attribute("xlink:href") or "")
                return [Node(Kind.LINK, tuple(self._inside(element)), marks={"href": href})]
            case "draw:image":
                return self._picture(element)
        return [] if self._is_passed_over(element.tag) else self._inside(element)

    def _span(self, element: Element) -> list[Node]:
        nodes = self._inside(element)
        style = str(element.get_attribute("text:style-name") or "")
        if style == "Source_20_Text":
            return [Node(Kind.CODE_SPAN, text="".join(part.text for node in nodes for part in node.walk()))]
        for kind in self._styles.get(style, ()):
            nodes = [Node(kind, tuple(nodes))] if nodes else []
        return nodes

    def _picture(self, element: Element) -> list[Node]:
        path = str(element.get_attribute("xlink:href") or "").removeprefix("./")
        try:
            content = self._document.get_part(path)
        except (KeyError, ValueError):
            content = b""
        name = _keep_picture(content if isinstance(content, bytes) else b"", self._pictures, self._left_out)
        frame = element.parent
        title = frame.get_element("svg:desc") if frame is not None else None
        return (
            [Node(Kind.PICTURE, text=(title.text if title is not None else "") or name, marks={"name": name})]
            if name
            else []
        )
