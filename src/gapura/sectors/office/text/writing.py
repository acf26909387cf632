"""A tree to CommonMark: what an importer read becomes a text that anybody can go on writing."""

import re
from collections.abc import Iterable, Sequence

from gapura.sectors.office.text.nodes import Kind, Node

_MEANING = re.compile(r"([\\`*_\[\]<>|&~#])")
_AT_THE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|[-=])")


def write(document: Node) -> str:
    """The text in CommonMark; reading it again gives the same words."""
    text = _blocks(document.children)
    return f"{text}\n" if text else ""


def plain(text: str) -> str:
    """What people wrote plainly, as the words of one line that mean nothing else in CommonMark."""
    return _MEANING.sub(r"\\\1", re.sub(r"\s+", " ", text)).strip()


def _blocks(nodes: Sequence[Node]) -> str:
    return "\n\n".join(block for block in _written(nodes) if block)


def _written(nodes: Sequence[Node]) -> Iterable[str]:
    marker = "-"
    before: Node | None = None
    for node in nodes:
        if node.kind is Kind.LIST:  # two lists that follow each other would be read as one
            marker = ("*" if marker == "-" else "-") if before and before.kind is Kind.LIST else "-"
            yield _list(node, marker)
        else:
            yield _block(node)
        before = node


def _block(node: Node) -> str:
    match node.kind:
        case Kind.HEADING:
            line = _line(node.children).replace("\n", " ")
            return f"{'#' * int(node.marks['level'])} {line}" if line else ""
        case Kind.PARAGRAPH:
            return _AT_THE_START.sub(_escaped_start, _line(node.children))
        case Kind.QUOTE:
            return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children).split("\n"))
        case Kind.TABLE:
            return _table(node.children)
        case Kind.CODE:
            fence = "`" * (max((len(run) for run in re.findall(r"`+", node.text)), default=2) + 1)
            fence = fence if len(fence) > 2 else "```"
            return f"{fence}\n{node.text}\n{fence}"
        case Kind.RULE:
            return "---"
    return _line((node,))


def _escaped_start(found: re.Match[str]) -> str:
    mark = found[2]
    return found[1] + (mark[:-1] + "\\" + mark[-1] if mark[0].isdigit() else "\\" + mark)


def _list(node: Node, marker: str) -> str:
    number = node.marks.get("start")
    items = []
    for place, item in enumerate(node.children):
        head = f"{marker} " if number is None else f"{int(number) + place}{'.' if marker == '-' else ')'} "
        body = _blocks(item.children).replace("\n", "\n" + " " * len(head))
        items.append(re.sub(r"\n +(?=\n)", "\n", f"{head}{body}"))
    return "\n".join(items)


def _table(rows: Sequence[Node]) -> str:
    width = max((len(row.children) for row in rows), default=0)
    if not width:
        return ""
    lines = [_row([_line(cell.children) for cell in row.children], width) for row in rows]
    return "\n".join([lines[0], _row(["---"] * width, width), *lines[1:]])


def _row(cells: Sequence[str], width: int) -> str:
    filled = [cell.replace("\\\n", " ").replace("\n", " ") for cell in (*cells, *[""] * (width - len(cells)))]
    return f"| {' | '.join(filled)} |"


def _line(nodes: Sequence[Node]) -> str:
    return "".join(map(_inline, nodes)).strip()


def _inline(node: Node) -> str:
    match node.kind:
        case Kind.TEXT:
            return _MEANING.sub(r"\\\1", re.sub(r"\s+", " ", node.text))
        case Kind.STRONG:
            return _around("**", node)
        case Kind.EMPHASIS:
            return _around("*", node)
        case Kind.CODE_SPAN:
            return _code(node.text)
        case Kind.LINK:
            words = _line(node.children)
            return f"[{words}](<{_address(node.marks['href'])}>)" if words else ""
        case Kind.PICTURE:
            words = _MEANING.sub(r"\\\1", re.sub(r"\s+", " ", node.text))
            return f"![{words}](<{_address(node.marks['name'])}>)"
        case Kind.BREAK:
            return "\\\n"
    return "".join(map(_inline, node.children))


def _around(sign: str, node: Node) -> str:
    """The sign must touch a word on its inner side, so blanks go outside."""
    inner = "".join(map(_inline, node.children))
    words = inner.strip()
    if not words:
        return inner
    left, right = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{left}{sign}{words}{sign}{right}"


def _code(text: str) -> str:
    words = re.sub(r"\s+", " ", text)
    fence = "`" * (max((len(run) for run in re.findall(r"`+", words)), default=0) + 1)
    gap = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{gap}{words}{gap}{fence}"


def _address(value: object) -> str:
    return re.sub(r"[<>\s\\]", "", str(value))
