"""The interface's sentences in every language.

    python -m tools.translations check    what is missing, left over, or lost a placeholder
    python -m tools.translations update   bring the .po files in line with the code; what is translated stays

The message itself is English; each country keeps the other languages in ``locale/<language>/LC_MESSAGES``.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from tools.tracked import ROOT, list_files, show

LANGUAGES = ("id", "ko")
LOCALE = ROOT / "src" / "gapura" / "jurisdictions" / "indonesia" / "locale"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def extract() -> Catalog:
    """Every sentence the code and the templates ask for."""
    catalog = Catalog(project="Gapura", charset="utf-8")
    for path in list_files("src/gapura/**.py", "src/gapura/**/templates/**.html", "src/gapura/**/templates/**.txt"):
        if "tests" in path.parts:
            continue
        method = "python" if path.suffix == ".py" else "jinja2"
        found = extract_from_file(method, str(path), keywords=KEYWORDS, options={"trimmed": "true"})
        for _, message, _, context in found:
            # Files without line numbers: a moved line must not change every .po file.
            catalog.add(message, locations=[(show(path), None)], context=context)  # type: ignore[list-item]
    return catalog


def read_language(language: str) -> Catalog:
    """What is translated into ``language`` today; empty where the file is still missing."""
    file = _po_file(language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as handle:
        return read_po(handle, locale=language)


def find_problems(wanted: Catalog, language: str, have: Catalog) -> Iterator[str]:
    """What a reader of ``language`` would miss of ``wanted``, and translations nobody needs."""
    for message in wanted:
        if not message.id:
            continue
        translated = have.get(message.id, context=message.context)
        texts = _texts(translated.string) if translated else []
        if not texts or not all(texts) or (translated and translated.fuzzy):
            yield f"{language}: not translated: {_first(message.id)!r} ({message.locations[0][0]})"
        elif any(_placeholders(text) - _placeholders_of(message) for text in texts):
            yield f"{language}: placeholders differ: {_first(message.id)!r} → {texts[0]!r}"
        elif _placeholders_of(message) - _placeholders(texts[0]):
            yield f"{language}: a placeholder is lost: {_first(message.id)!r} → {texts[0]!r}"
    for message in have:
        if message.id and wanted.get(message.id, context=message.context) is None:
            yield f"{language}: nobody asks for: {_first(message.id)!r}; run `tools.translations update`."


def _texts(string: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [string] if isinstance(string, str) else list(string or [])


def _first(message_id: str | tuple[str, ...] | list[str]) -> str:
    return _texts(message_id)[0]


def _placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text)}


def _placeholders_of(message: Message) -> set[str]:
    return set().union(*(_placeholders(text) for text in _texts(message.id)))


def _po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def update() -> None:
    wanted = extract()
    for language in LANGUAGES:
        have = read_language(language)
        have.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
        have.obsolete.clear()
        file = _po_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as handle:
            write_po(handle, have, sort_output=True, omit_header=False, width=110, ignore_obsolete=True)
        missing = sum(1 for message in have if message.id and not all(_texts(message.string)))
        print(f"{show(file)}: {len(have)} sentences, {missing} without a translation")


def check() -> int:
    wanted = extract()
    problems = [line for name in LANGUAGES for line in find_problems(wanted, name, read_language(name))]
    print("\n".join(problems))
    return 1 if problems else 0


def main(verb: str) -> int:
    if verb == "update":
        update()
        return 0
    return check()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
