"""HTML that a converter wrote, to a tree. Only what our texts have is taken; of everything else the words."""

from html.parser import HTMLParser

from gapura.sectors.office.text.nodes import Kind, Node

_KINDS = {
    "p": Kind.PARAGRAPH,
    "blockquote": Kind.QUOTE,
    "ul": Kind.LIST,
    "ol": Kind.LIST,
    "li": Kind.ITEM,
    "table": Kind.TABLE,
    "tr": Kind.ROW,
    "td": Kind.CELL,
    "th": Kind.CELL,
    "strong": Kind.STRONG,
    "b": Kind.STRONG,
    "em": Kind.EMPHASIS,
    "i": Kind.EMPHASIS,
    "a": Kind.LINK,
    "pre": Kind.CODE,
    **{f"h{level}": Kind.HEADING for level in range(1, 7)},
}
_INLINE = (Kind.TEXT, Kind.STRONG, Kind.EMPHASIS, Kind.CODE_SPAN, Kind.LINK, Kind.PICTURE, Kind.BREAK)
_DEEPEST = 20


def read_html(html: str) -> Node:
    """The tree of the text. Raises ValueError where tags stand deeper in each other than any text needs."""
    parser = _TreeBuilder()
    parser.feed(html)
    parser.close()
    return parser.tree()


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, Kind, dict[str, object], list[Node]]] = [("", Kind.DOCUMENT, {}, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._open[-1][3].append(Node(Kind.BREAK))
        elif tag == "img":
            if given.get("src"):
                self._open[-1][3].append(Node(Kind.PICTURE, text=given.get("alt", ""), marks={"name": given["src"]}))
        elif tag in _KINDS:
            if len(self._open) > _DEEPEST:
                raise ValueError("deep")
            self._open.append((tag, _KINDS[tag], _marks(tag, given), []))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == one[0] for one in self._open):
            while self._open[-1][0] != tag:
                self._close()
            self._close()

    def handle_data(self, data: str) -> None:
        self._open[-1][3].append(Node(Kind.TEXT, text=data))

    def tree(self) -> Node:
        while len(self._open) > 1:
            self._close()
        return Node(Kind.DOCUMENT, _as_blocks(self._open[0][3]))

    def _close(self) -> None:
        _tag, kind, marks, children = self._open.pop()
        if kind is Kind.CODE:
            words = "".join(part.text for child in children for part in child.walk())
            node = Node(kind, text=words)
        elif kind in (Kind.QUOTE, Kind.ITEM):
            node = Node(kind, _as_blocks(children), marks=marks)
        elif kind is Kind.CELL:
            node = Node(kind, _as_line(children), marks=marks)
        elif kind in (Kind.LIST, Kind.TABLE, Kind.ROW):
            node = Node(kind, tuple(child for child in children if child.kind is not Kind.TEXT), marks=marks)
        else:
            node = Node(kind, tuple(children), marks=marks)
        self._open[-1][3].append(node)


def _marks(tag: str, given: dict[str, str]) -> dict[str, object]:
    if tag[0] == "h" and tag[1:].isdigit():
        return {"level": int(tag[1])}
    if tag == "ol":
        return {"start": int(given["start"]) if given.get("start", "").isdigit() else 1}
    if tag in ("td", "th"):
        return {"is_head": tag == "th"}
    return {"href": given.get("href", "")} if tag == "a" else {}


def _as_blocks(children: list[Node]) -> tuple[Node, ...]:
    """Words that stand between blocks are paragraphs of their own."""
    blocks: list[Node] = []
    line: list[Node] = []
    for child in (*children, Node(Kind.RULE)):
        if child.kind in _INLINE:
            line.append(child)
            continue
        if any(part.text.strip() or part.kind is Kind.PICTURE for one in line for part in one.walk()):
            blocks.append(Node(Kind.PARAGRAPH, tuple(line)))
        line = []
        blocks.append(child)
    return tuple(block for block in blocks[:-1] if block.kind is Kind.RULE or block.children or block.text)


def _as_line(children: list[Node]) -> tuple[Node, ...]:
    """A cell of our tables holds one line: its paragraphs follow each other."""
    line: list[Node] = []
    for child in children:
        if child.kind in _INLINE:
            line.append(child)
        else:
            inner = [part for part in child.walk() if part.kind in (Kind.TEXT, Kind.PICTURE)]
            line += [Node(Kind.TEXT, text=" "), *inner] if line else inner
    return tuple(line)
