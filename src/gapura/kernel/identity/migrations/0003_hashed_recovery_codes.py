from django.db import migrations


def remove_readable_codes(apps, schema_editor):
    """Codes that could be computed from a seed give way to digests, which only new codes can have."""
    apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_passkeys_and_counter"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(remove_readable_codes, migrations.RunPython.noop)]
