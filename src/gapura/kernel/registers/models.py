"""The statements behind :class:`gapura.kernel.registers.actions.ForbidOverlap`: one rule, two databases."""


def overlap_statements(vendor: str, table: str, subject: tuple[str, ...], *, drop: bool = False) -> list[str]:
    """SQL that makes or drops the no-overlap rule of ``table`` on ``vendor``."""
    return (_postgresql if vendor == "postgresql" else _sqlite)(table, subject, drop)


def _postgresql(table: str, subject: tuple[str, ...], drop: bool) -> list[str]:
    if drop:
        return [f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_no_overlap"']
    # The hash first: the index is built and searched twice as fast. The text too: a hash alone would one day
    # refuse a person for sharing it with another.
    same = ", ".join(f'hashtextextended("{name}"::text, 0) WITH =, "{name}" WITH =' for name in subject)
    return [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_no_overlap" EXCLUDE USING gist '
        f"({same}, daterange(valid_from, valid_until) WITH &&) WHERE (superseded_at IS NULL)",
    ]


def _sqlite(table: str, subject: tuple[str, ...], drop: bool) -> list[str]:
    names = {event: f"{table}_no_overlap_{event.lower()}" for event in ("INSERT", "UPDATE")}
    if drop:
        return [f'DROP TRIGGER "{name}"' for name in names.values()]
    same = " AND ".join(f'"{name}" = NEW."{name}"' for name in subject)
    clash = (
        f'SELECT 1 FROM "{table}" WHERE {same} AND superseded_at IS NULL AND id IS NOT NEW.id '  # noqa: S608 (own names)
        "AND (NEW.valid_until IS NULL OR valid_from < NEW.valid_until) "
        "AND (valid_until IS NULL OR NEW.valid_from < valid_until)"
    )
    return [
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" WHEN NEW.superseded_at IS NULL AND EXISTS ({clash}) '
        f"BEGIN SELECT RAISE(ABORT, 'constraint failed: {table}_no_overlap'); END"
        for event, name in names.items()
    ]
