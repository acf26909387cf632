"""The words of a document as a tree: what a text is, whatever it is written in or drawn as."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a part of a text is. From TEXT on they stand within a line."""

    DOCUMENT = "document"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    LIST = "list"
    ITEM = "item"
    TABLE = "table"
    ROW = "row"
    CELL = "cell"
    CODE = "code"
    RULE = "rule"
    TEXT = "text"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    CODE_SPAN = "code_span"
    LINK = "link"
    PICTURE = "picture"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a text. ``marks``: ``level`` of a heading; ``start`` of a numbered list (absent: bullets); ``href`` of
    a link; ``name`` of a picture's file, its description as ``text``; ``is_head`` and ``align`` of a cell."""

    kind: Kind
    children: tuple["Node", ...] = ()
    text: str = ""
    marks: Mapping[str, Any] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """For JSON: what is empty is left out."""
        plain: dict[str, Any] = {"kind": self.kind.value, **self.marks}
        if self.text:
            plain["text"] = self.text
        if self.children:
            plain["children"] = [child.as_plain() for child in self.children]
        return plain

    def walk(self) -> Iterator["Node"]:
        """The node and everything in it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def graded(node: Node) -> Node:
    """The text with headings that skip no level: readers that speak lead through them like through an outline."""
    return _graded(node, [0])


def _graded(node: Node, last: list[int]) -> Node:
    if node.kind is Kind.HEADING:
        last[0] = min(int(node.marks["level"]), last[0] + 1)
        return Node(node.kind, node.children, node.text, {"level": last[0]})
    return Node(node.kind, tuple(_graded(child, last) for child in node.children), node.text, node.marks)


def from_plain(plain: Mapping[str, Any]) -> Node:
    """The node that ``as_plain`` wrote. Raises ValueError for what no text has."""
    marks = {name: value for name, value in plain.items() if name not in ("kind", "text", "children")}
    children = tuple(from_plain(child) for child in plain.get("children", ()))
    return Node(Kind(plain["kind"]), children, str(plain.get("text", "")), marks)


def text_of(node: Node) -> str:
    """The plain words within a line: of a picture its description."""
    return "".join(" " if part.kind is Kind.BREAK else part.text for part in node.walk())
