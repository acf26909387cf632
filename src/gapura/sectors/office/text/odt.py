"""A tree to an ODT file (ISO 26300), which any office program opens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from odfdo import Cell, Document, Element, Frame, Header, Link, List, ListItem, Paragraph, Row, Span, Style, Table
from PIL import Image

from gapura.sectors.office.text.nodes import Kind, Node

_STYLES = {Kind.STRONG: "GapuraStrong", Kind.EMPHASIS: "GapuraEmphasis", Kind.CODE_SPAN: "Source_20_Text"}
_WIDEST_CM = 16.0
_DOTS_PER_CM = 300 / 2.54


def write_odt(tree: Node, *, title: str, language: str, made_at: datetime, pictures: Mapping[str, bytes]) -> bytes:
    """The file. ``pictures``: JPEG by the name the text calls it; one that is missing stands as its description."""
    document = Document("text")
    document.body.clear()
    document.meta.title = title
    document.meta.language = language
    document.meta.creation_date = document.meta.date = made_at.replace(microsecond=0, tzinfo=None)
    _add_styles(document)
    writer = _Writer(document, pictures)
    document.body.append(Header(1, title))
    for block in tree.children:
        document.body.append(writer.block(block))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _add_styles(document: Any) -> None:
    document.insert_style(Style("text", name=_STYLES[Kind.STRONG], bold=True), automatic=True)
    document.insert_style(Style("text", name=_STYLES[Kind.EMPHASIS], italic=True), automatic=True)
    for name, level in (("GapuraBullets", "bullet"), ("GapuraNumbers", "number")):
        style = Element.from_tag(f'<text:list-style style:name="{name}"/>')
        for depth in range(1, 7):
            mark = 'text:bullet-char="•"' if level == "bullet" else 'style:num-format="1" style:num-suffix="."'
            style.append(
                Element.from_tag(
                    f'<text:list-level-style-{level} text:level="{depth}" {mark}>'
                    f'<style:list-level-properties text:space-before="{depth * 0.6 - 0.6:.1f}cm"'
                    ' text:min-label-width="0.6cm"/></text:list-level-style-' + level + ">"
                )
            )
        document.insert_style(style, automatic=True)


class _Writer:
    def __init__(self, document: Any, pictures: Mapping[str, bytes]) -> None:
        self._document, self._pictures = document, pictures
        self._added: dict[str, str] = {}
        self._tables = self._quotes = 0

    def block(self, node: Node) -> Any:
        match node.kind:
            case Kind.HEADING:
                return self._filled(Header(min(int(node.marks["level"]) + 1, 6)), node.children)
            case Kind.LIST:
                return self._list(node)
            case Kind.TABLE:
                return self._table(node)
            case Kind.QUOTE:
                return self._quote(node)
            case Kind.CODE:
                lines = node.text.split("\n")
                return self._filled(Paragraph(style="Preformatted_20_Text"), _with_breaks(lines))
            case Kind.RULE:
                return Paragraph(style="Horizontal_20_Line")
        return self._filled(Paragraph(), node.children)

    def _list(self, node: Node) -> Any:
        made = List(style="GapuraNumbers" if "start" in node.marks else "GapuraBullets")
        for item in node.children:
            entry = ListItem()
            for block in item.children:
                entry.append(self.block(block))
            made.append(entry)
        return made

    def _quote(self, node: Node) -> Any:
        self._quotes += 1
        section = Element.from_tag("text:section")
        section.set_attribute("text:name", f"Quote{self._quotes}")
        for block in node.children:
            made = self.block(block)
            if block.kind is Kind.PARAGRAPH:
                made.set_attribute("text:style-name", "Quotations")
            section.append(made)
        return section

    def _table(self, node: Node) -> Any:
        self._tables += 1
        table = Table(f"Table{self._tables}")
        for row in node.children:
            made = Row()
            for cell in row.children:
                kept = Cell()
                kept.append(self._filled(Paragraph(), cell.children))
                made.append(kept)
            table.append(made)
        return table

    def _filled(self, element: Any, nodes: Sequence[Node]) -> Any:
        last: Any = None
        for node in nodes:
            made = self._inline(node)
            if not isinstance(made, str):
                element.append(made)
                last = made
            elif last is None:
                element.text = (element.text or "") + made
            else:
                last.tail = (last.tail or "") + made
        return element

    def _inline(self, node: Node) -> Any:
        match node.kind:
            case Kind.TEXT:
                return node.text
            case Kind.BREAK:
                return Element.from_tag("text:line-break")
            case Kind.STRONG | Kind.EMPHASIS:
                return self._filled(Span(style=_STYLES[node.kind]), node.children)
            case Kind.CODE_SPAN:
                return self._filled(Span(style=_STYLES[node.kind]), (Node(Kind.TEXT, text=node.text),))
            case Kind.LINK:
                return self._filled(Link(str(node.marks["href"])), node.children)
            case Kind.PICTURE:
                return self._picture(node)
        return "".join(part.text for part in node.walk())

    def _picture(self, node: Node) -> Any:
        name = str(node.marks["name"])
        content = self._pictures.get(name)
        if content is None:
            return f"[{node.text or name}]"
        if name not in self._added:
            self._added[name] = self._document.add_file(BytesIO(content))
        with Image.open(BytesIO(content)) as picture:
            wide, high = (side / _DOTS_PER_CM for side in picture.size)
        scale = min(1.0, _WIDEST_CM / wide)
        frame = Frame.image_frame(
            self._added[name], size=(f"{wide * scale:.2f}cm", f"{high * scale:.2f}cm"), anchor_type="as-char"
        )
        described = Element.from_tag("svg:desc")
        described.text = node.text or name
        frame.append(described)
        return frame


def _with_breaks(lines: Sequence[str]) -> list[Node]:
    nodes: list[Node] = []
    for line in lines:
        nodes += ([Node(Kind.BREAK)] if nodes else []) + [Node(Kind.TEXT, text=line)]
    return nodes
