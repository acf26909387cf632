"""CommonMark (the core, with tables, without HTML) to a tree, and to plain words."""

from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from gapura.sectors.office.text.nodes import Kind, Node, text_of

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_BLOCKS = {
    "heading": Kind.HEADING,
    "paragraph": Kind.PARAGRAPH,
    "blockquote": Kind.QUOTE,
    "bullet_list": Kind.LIST,
    "ordered_list": Kind.LIST,
    "list_item": Kind.ITEM,
    "table": Kind.TABLE,
    "tr": Kind.ROW,
    "th": Kind.CELL,
    "td": Kind.CELL,
    "strong": Kind.STRONG,
    "em": Kind.EMPHASIS,
    "link": Kind.LINK,
}
_LINES = (Kind.HEADING, Kind.PARAGRAPH, Kind.CELL, Kind.CODE)


def parse(body: str) -> Node:
    """The text as a tree. Every text is one: what looks like HTML is words."""
    return Node(Kind.DOCUMENT, _Reader(_PARSER.parse(body)).read())


def words_of(body: str) -> str:
    """The plain words, a line for each paragraph: to be searched, compared, counted and redacted."""
    return "\n".join(" ".join(line.split()) for line in _lines(parse(body)))


def _lines(document: Node) -> list[str]:
    lines = [text_of(node) for node in document.walk() if node.kind in _LINES]
    return [line for line in lines if line.strip()]


def list_pieces(body: str) -> list[str]:
    """The source of each paragraph, heading, list, table at the outermost level, in order, nothing left out.

    Joined by empty lines they are the same text.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # markdown-it says where each begins; what no block holds (definitions of links) goes with the block before.
    begins = sorted({token.map[0] for token in _PARSER.parse("\n".join(lines)) if token.level == 0 and token.map})
    if not begins or any(line.strip() for line in lines[: begins[0]]):
        begins = [0, *begins]
    ends = [*begins[1:], len(lines)]
    pieces = ("\n".join(lines[start:end]).strip("\n") for start, end in zip(begins, ends, strict=True))
    return [piece for piece in pieces if piece.strip()]


class _Reader:
    """Tokens that open and close become nodes that hold each other."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def read(self) -> tuple[Node, ...]:
        """All nodes up to the token that closes the one being read, or to the end."""
        nodes: list[Node] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.nesting < 0:
                break
            nodes += self._open(token) if token.nesting else _leaf(token)
        return tuple(nodes)

    def _open(self, token: Token) -> tuple[Node, ...]:
        children = self.read()
        kind = _BLOCKS.get(token.type.removesuffix("_open"))
        if kind is None:  # the head and body of a table
            return children
        return (Node(kind, children, marks=_marks_of(token)),)


def _marks_of(token: Token) -> Mapping[str, str | int | bool]:
    match token.type:
        case "heading_open":
            return {"level": int(token.tag[1])}
        case "ordered_list_open":
            return {"start": int(token.attrGet("start") or 1)}
        case "link_open":
            return {"href": str(token.attrGet("href") or "")}
        case "th_open" | "td_open":
            align = str(token.attrGet("style") or "").removeprefix("text-align:")
            return {"is_head": token.type == "th_open"} | ({"align": align} if align else {})
    return {}


def _leaf(token: Token) -> tuple[Node, ...]:
    match token.type:
        case "inline":
            return _Reader(token.children or ()).read()
        case "fence" | "code_block":
            return (Node(Kind.CODE, text=token.content.removesuffix("\n")),)
        case "hr":
            return (Node(Kind.RULE),)
        case "code_inline":
            return (Node(Kind.CODE_SPAN, text=token.content),)
        case "hardbreak":
            return (Node(Kind.BREAK),)
        case "softbreak":
            return (Node(Kind.TEXT, text=" "),)
        case "image":
            words = "".join(text_of(node) for node in _Reader(token.children or ()).read())
            return (Node(Kind.PICTURE, text=words, marks={"name": str(token.attrGet("src") or "")}),)
    return (Node(Kind.TEXT, text=token.content),) if token.content else ()
