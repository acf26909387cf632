"""Every template is asked for by somebody: by code, by another template, by a service, or by a library."""

import ast
import importlib.util
import re
import sys
from pathlib import Path

from tools.tracked import list_files, show

NAMED_BY_DJANGO = {"400.html", "403_csrf.html", "403.html", "404.html", "500.html"}
SUFFIXES = ("*.html", "*.txt", "*.xml", "*.typ", "*.css", "*.svg")


def list_templates() -> dict[str, Path]:
    """Every template of the house by the name it is asked for: its path below a ``templates`` folder."""
    found = {}
    for path in list_files(*(f"src/gapura/**/templates/**{suffix}" for suffix in SUFFIXES)):
        below = path.parts[len(path.parts) - path.parts[::-1].index("templates") :]
        found["/".join(below)] = path
    return found


def find_unused(templates: dict[str, Path], sources: dict[Path, str]) -> list[str]:
    """Names of templates that no source (other than themselves) mentions."""
    computed = [pattern for path, text in sources.items() if path.suffix == ".py" for pattern in _computed(text)]
    return [
        name
        for name, path in templates.items()
        if name not in NAMED_BY_DJANGO
        and not _is_named_by_library(name)
        and not any(pattern.fullmatch(name) for pattern in computed)
        and not any(_mentions(text, name) for source, text in sources.items() if source != path)
    ]


def _mentions(text: str, name: str) -> bool:
    """A service names its document's template by the bare stem; everybody else by the whole name."""
    if name in text:
        return True
    stem = name.removesuffix(".typ")
    return stem != name and re.search(rf"template[:=]\s*[\"']?{re.escape(stem)}\b", text) is not None


def _computed(text: str) -> list[re.Pattern[str]]:
    """Names put together at run time, f"inbox/{kind}.txt", as patterns."""
    patterns = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else r"[\w-]+"
                for part in node.values
            ]
            if re.search(r"\w/|/\w|\w\\\.(html|txt|typ|xml)$", "".join(parts)) and parts[-1] != r"[\w-]+":
                patterns.append(re.compile("".join(parts)))
    return patterns


def _is_named_by_library(name: str) -> bool:
    """allauth asks for its pages by its own names; ours stand in their place."""
    library = importlib.util.find_spec("allauth")
    assert library is not None
    assert library.origin is not None
    return (Path(library.origin).parent / "templates" / name).exists()


def main() -> int:
    sources = {
        path: path.read_text()
        for path in list_files("src/**.py", "src/**.html", "src/**.txt", "src/**.xml", "src/**.yaml", "src/**.typ")
    }
    templates = list_templates()
    unused = find_unused(templates, sources)
    print("\n".join(f"{show(templates[name])}: nobody uses this template; delete it." for name in unused))
    return 1 if unused else 0


if __name__ == "__main__":
    sys.exit(main())
