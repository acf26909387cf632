"""What no file of the project may hold: a machine's own paths, and addresses in lock files."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.tracked import list_files, show

# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|work|home)/(?!<)\w|/tmp/(?:w|brief)/")
REGISTRY = re.compile(r"files\.pythonhosted[.]|//pypi[.]org/simple|--(?:extra-)?index-[u]rl|--trusted-[h]ost")
ADDRESS = re.compile(r"\w+://")


def find_forbidden(path: Path, text: str) -> Iterator[str]:
    """Lines of one file that may not be there, as sentences."""
    rules = [(MACHINE_PATH, "a path of one machine"), (REGISTRY, "a package registry")]
    if path.suffix == ".lock":
        rules.append((ADDRESS, "an address in a lock file"))
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, what in rules:
            if pattern.search(line):
                yield f"{show(path)}:{number}: {what}: {line.strip()[:100]}"


def main() -> int:
    problems = []
    for path in list_files():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            problems += find_forbidden(path, content.decode("utf-8", "replace"))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
