"""No file over 500 lines, no function over 50. There is no list of exceptions, and there shall be none."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.tracked import list_files, show

FILE_LIMIT = 500
FUNCTION_LIMIT = 50


def find_long(path: Path) -> Iterator[str]:
    """What is too long in one Python file, as sentences."""
    text = path.read_text()
    lines = text.count("\n")
    if lines > FILE_LIMIT:
        yield f"{show(path)}: {lines} lines; split it by topic at {FILE_LIMIT}."
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LIMIT:
                yield f"{show(path)}:{node.lineno}: {node.name} has {length} lines; {FUNCTION_LIMIT} at most."


def main() -> int:
    files = [path for path in list_files("*.py") if "migrations" not in path.parts]
    problems = [problem for path in files for problem in find_long(path)]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
