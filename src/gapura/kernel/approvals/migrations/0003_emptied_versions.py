"""What was signed may be taken out when its record is lawfully destroyed: the bytes and nothing else, and never other ones."""

from django.db import migrations

_KEPT = ("line_id", "number", "media_type", "digest", "made_by_person", "made_by_label", "made_at", "note")
_TABLE, _NAME = "approvals_line_version", "line_version_only_added"


def allow(apps, editor):
    _drop(editor)
    if editor.connection.vendor == "postgresql":
        same = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _KEPT)
        editor.execute(
            f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON {_TABLE} FOR EACH ROW "
            f"WHEN (NEW.content <> ''::bytea OR {same}) EXECUTE FUNCTION approvals_stays()"
        )
        editor.execute(
            f"CREATE TRIGGER line_version_stays BEFORE DELETE ON {_TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION approvals_stays()"
        )
        return
    same = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT)
    _refuse(editor, f"WHEN NEW.content <> x'' OR {same} ")


def forbid(apps, editor):
    _drop(editor)
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER line_version_stays ON {_TABLE}")
        editor.execute(
            f"CREATE TRIGGER {_NAME} BEFORE UPDATE OR DELETE ON {_TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION approvals_stays()"
        )
        return
    _refuse(editor, "")


def _drop(editor):
    editor.execute(f"DROP TRIGGER {_NAME}" + (f" ON {_TABLE}" if editor.connection.vendor == "postgresql" else ""))


def _refuse(editor, when):
    editor.execute(
        f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON {_TABLE} {when}"
        f"BEGIN SELECT RAISE(ABORT, 'constraint failed: {_TABLE} rows are only added'); END"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0002_lines'),
    ]

    operations = [
        migrations.RunPython(allow, forbid),
    ]
