"""What can be done with the words of a document: read, merge, compare and draw them. No framework is imported."""

from gapura.sectors.office.text.drawing import render_html
from gapura.sectors.office.text.nodes import Kind, Node
from gapura.sectors.office.text.parsing import list_pieces, parse, words_of

__all__ = ["Kind", "Node", "list_pieces", "parse", "render_html", "words_of"]
