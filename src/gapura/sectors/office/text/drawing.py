"""A tree to HTML. Nothing a person wrote becomes markup: every word is escaped, every address is looked at."""

from collections.abc import Callable
from html import escape
from urllib.parse import quote

from gapura.sectors.office.text.nodes import Kind, Node, graded
from gapura.sectors.office.text.parsing import parse

_SCHEMES = ("https://", "http://", "mailto:")
_LOWEST_HEADING = 6
_AROUND = {
    Kind.PARAGRAPH: ("<p>", "</p>\n"),
    Kind.QUOTE: ("<blockquote>", "</blockquote>\n"),
    Kind.ITEM: ("<li>", "</li>"),
    Kind.TABLE: ('<div class="table-frame" tabindex="0"><table>', "</table></div>\n"),
    Kind.ROW: ("<tr>", "</tr>"),
    Kind.CODE: ("<pre>", "</pre>\n"),
    Kind.STRONG: ("<strong>", "</strong>"),
    Kind.EMPHASIS: ("<em>", "</em>"),
    Kind.CODE_SPAN: ("<code>", "</code>"),
}
Address = Callable[[str], str | None]


def _nowhere(_name: str) -> str | None:
    return None


def render_html(body: str, *, picture: Address = _nowhere, outer: int = 1) -> str:
    """The text as HTML that can stand in any page.

    ``picture``: the address of a picture by the name that the text calls it (None: its description stands there).
    ``outer``: the level of the heading that stands above the text.
    """
    return draw(graded(parse(body)), picture, outer)


def draw(node: Node, picture: Address, outer: int = 1) -> str:
    """One node and what is in it."""
    inner = escape(node.text) + "".join(draw(child, picture, outer) for child in node.children)
    match node.kind:
        case Kind.HEADING:
            level = min(node.marks["level"] + outer, _LOWEST_HEADING)
            return f"<h{level}>{inner}</h{level}>\n"
        case Kind.RULE | Kind.BREAK:
            return "<hr>\n" if node.kind is Kind.RULE else "<br>"
        case Kind.LIST:
            return _draw_list(node, inner)
        case Kind.CELL:
            return _draw_cell(node, inner)
        case Kind.LINK:
            return _draw_link(str(node.marks["href"]), inner)
        case Kind.PICTURE:
            return _draw_picture(node, picture(str(node.marks["name"])))
    before, after = _AROUND.get(node.kind, ("", ""))
    return f"{before}{inner}{after}"


def _draw_list(node: Node, inner: str) -> str:
    if "start" not in node.marks:
        return f"<ul>{inner}</ul>\n"
    start = f' start="{int(node.marks["start"])}"' if node.marks["start"] != 1 else ""
    return f"<ol{start}>{inner}</ol>\n"


def _draw_cell(node: Node, inner: str) -> str:
    side = node.marks.get("align")
    kept = f' class="align-{side}"' if side in ("left", "center", "right") else ""
    return f'<th scope="col"{kept}>{inner}</th>' if node.marks.get("is_head") else f"<td{kept}>{inner}</td>"


def _draw_link(href: str, inner: str) -> str:
    if not href.lower().startswith(_SCHEMES):
        return inner
    return f'<a href="{escape(href)}" rel="noreferrer">{inner}</a>'


def _draw_picture(node: Node, address: str | None) -> str:
    words = escape(node.text)
    if address is None:
        return f"<em>[{words or escape(node.marks['name'])}]</em>"
    safe = address if address.startswith("data:image/jpeg;base64,") else quote(address, safe="/")
    return f'<img src="{escape(safe)}" alt="{words}" loading="lazy">'
