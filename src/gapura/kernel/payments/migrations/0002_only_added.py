"""The ledger only grows: the database refuses to change a posting; PostgreSQL also to remove one."""

from django.db import migrations

_POSTGRESQL = (
    "CREATE FUNCTION payments_posting_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'constraint failed: posting_only_added'; END $$",
    "CREATE TRIGGER posting_only_added BEFORE UPDATE OR DELETE ON payments_posting "
    "FOR EACH ROW EXECUTE FUNCTION payments_posting_stays()",
)
_SQLITE = (
    "CREATE TRIGGER posting_only_added BEFORE UPDATE ON payments_posting "
    "BEGIN SELECT RAISE(ABORT, 'constraint failed: posting_only_added'); END",
)


def add(apps, editor):
    for statement in _POSTGRESQL if editor.connection.vendor == "postgresql" else _SQLITE:
        editor.execute(statement)


def remove(apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    editor.execute("DROP TRIGGER posting_only_added" + (" ON payments_posting" if on_postgresql else ""))
    if on_postgresql:
        editor.execute("DROP FUNCTION payments_posting_stays")


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
