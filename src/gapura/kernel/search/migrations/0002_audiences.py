"""Entries have an audience. An index is derived: what was there is made again from its source."""

from django.db import migrations, models

_REMAKE = {
    "sqlite": (
        "DROP TABLE search_text",
        "DELETE FROM search_spelling",
        "DELETE FROM search_entry",
        "UPDATE search_collection SET version = ''",
        "CREATE VIRTUAL TABLE search_text USING "
        "fts5(title, keywords, body, audience, tokenize = 'unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        "DELETE FROM search_spelling",
        "DELETE FROM search_entry",
        "UPDATE search_collection SET version = ''",
    ),
}


def remake(apps, schema_editor):
    for statement in _REMAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="searchentry",
            name="agency_code",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.RunPython(remake, migrations.RunPython.noop),
    ]
