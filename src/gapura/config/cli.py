"""The ``gapura`` command: ``gapura audit verify`` runs the management command ``audit_verify``."""

import os
import sys


def main() -> None:
    """Run a command; words that name one are joined (``import population`` → ``import_population``)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapura.config.settings")
    import django
    from django.core.management import ManagementUtility, get_commands

    django.setup()  # before get_commands, which remembers what it saw the first time
    arguments = sys.argv[1:]
    known = set(get_commands()) if arguments else set()
    for words in range(min(3, len(arguments)), 1, -1):
        name = "_".join(arguments[:words]).replace("-", "_")
        if name in known:
            arguments = [name, *arguments[words:]]
            break
    ManagementUtility(["gapura", *arguments]).execute()
