"""The register of kinds of work."""

from gapura.kernel.worklist.types import WorkKind

_kinds: dict[str, WorkKind] = {}


def register_work_kind(kind: WorkKind) -> None:
    """Let items be of this kind. Another kind with the same code raises ValueError."""
    if _kinds.get(kind.code, kind) != kind:
        raise ValueError(f"Two kinds of work are called {kind.code!r}.")
    _kinds[kind.code] = kind


def get_work_kind(code: str) -> WorkKind:
    """Raises LookupError that lists the known kinds."""
    if code not in _kinds:
        raise LookupError(f"No work is of the kind {code!r}; known: {', '.join(sorted(_kinds)) or 'none'}.")
    return _kinds[code]


def list_work_kinds() -> list[WorkKind]:
    """All kinds, by code."""
    return [_kinds[code] for code in sorted(_kinds)]
