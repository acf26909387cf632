"""``python -m tests.security.hostile``: contain every hostile file, and record the promise when all are.

Every file goes to every opener, also to those that no door would send it to. Ends with 1 when one is not contained.
"""

import os
import sys
import tempfile

from tqdm import tqdm


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="gapura-hostile-") as home:
        os.environ |= {"GAPURA_HOME": home, "DJANGO_SETTINGS_MODULE": "gapura.config.settings"}
        os.environ |= {
            "GAPURA_SECRET_KEY": "the key of a drill",
            "GAPURA_RATE_LIMITS": "0",
            "GAPURA_HOSTS": "testserver",
        }
        os.environ.pop("GAPURA_DATABASE", None)
        sys.path.insert(0, "src")
        return _contain_all()


def _contain_all() -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from gapura.foundation.sandbox import find_walls
    from tests.security.hostile.containment import contain
    from tests.security.hostile.corpus import list_corpus
    from tools import measured

    call_command("migrate", verbosity=0)
    reports = [contain(file, force=True) for file in tqdm(list(list_corpus()), unit=" files", desc="Containing")]
    loose = [one for one in reports if one.complaints]
    for one in loose:
        print(f"{one.code}: {'; '.join(one.complaints)}")
    print(
        f"{len(reports) - len(loose)} of {len(reports)} hostile files contained; namespaces: {find_walls().is_apart}."
    )
    figures = {"files": len(reports), "loose": len(loose), "namespaces": int(find_walls().is_apart)}
    measured.keep("hostile-files", kept=not loose, figures=figures, command="python -m tests.security.hostile")
    return 1 if loose else 0


if __name__ == "__main__":
    sys.exit(main())
