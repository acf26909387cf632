"""The ``gapura`` command: ``gapura audit verify`` runs the management command ``audit_verify``."""

import gc
import os
import sys


def main() -> None:
    """Run a command; words that name one are joined (``import population`` → ``import_population``)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapura.config.settings")
    import django
    from django.core.management import ManagementUtility, get_commands

    gc.disable()  # what is made while starting stays: to look through it again and again takes half a second
    django.setup()  # before get_commands, which remembers what it saw the first time
    gc.freeze()
    gc.enable()
    arguments = sys.argv[1:]
    known = set(get_commands()) if arguments else set()
    for words in range(min(3, len(arguments)), 1, -1):
        name = "_".join(arguments[:words]).replace("-", "_")
        if name in known:
            arguments = [name, *arguments[words:]]
            break
    ManagementUtility(["gapura", *arguments]).execute()
