"""The contracts of .importlinter hold, and each one notices when it does not."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Contract → file to plant, what it holds, and what the report must name. One line each: a rule of the house.
LAYERS = "The platform: each layer uses only those below it"
KERNEL = "The kernel: a stack without cycles"
SECTORS = "Sectors: no sector knows another"
MODULE = "Inside a module: edges use actions, actions use models, rules use nothing"
PUBLIC = "Between modules: only the public files may be imported"
FACTORIES = "Test factories stay in tests"
PURE = "Rules and events: plain Python, no framework"
SETTINGS = "Settings: read through django.conf only"
COUNTRY = "A country is loaded by name: nothing imports it"
PLAIN = "A country and the national standard: plain Python, no framework"

PLANTS = [
    (LAYERS, "web/planted.py", "import gapura.kernel.cases.types", "gapura.web.planted"),
    (LAYERS, "foundation/planted.py", "import gapura.web", "gapura.foundation.planted"),
    (LAYERS, "unplaced/__init__.py", "", "unplaced"),
    (KERNEL, "kernel/audit/planted.py", "import gapura.kernel.identity.types", "gapura.kernel.audit.planted"),
    (KERNEL, "kernel/unplaced/__init__.py", "", "unplaced"),
    (SECTORS, "sectors/first/tasks.py", "import gapura.sectors.second.queries", "gapura.sectors.first.tasks"),
    (
        MODULE,
        "sectors/second/models.py",
        "import gapura.sectors.second.actions",
        "gapura.sectors.second.models",
    ),
    (PUBLIC, "sectors/first/forms.py", "import gapura.kernel.cases.models", "gapura.sectors.first.forms"),
    (
        FACTORIES,
        "sectors/first/actions.py",
        "import gapura.sectors.first.testing",
        "gapura.sectors.first.actions",
    ),
    (PURE, "sectors/first/rules.py", "import django.db", "gapura.sectors.first.rules"),
    (PURE, "sectors/first/events.py", "import pydantic", "gapura.sectors.first.events"),
    (SETTINGS, "sectors/first/views.py", "import gapura.config.settings", "gapura.sectors.first.views"),
    (
        COUNTRY,
        "sectors/first/admin.py",
        "import gapura.jurisdictions.indonesia",
        "gapura.sectors.first.admin",
    ),
    (PLAIN, "standards/planted.py", "import django.db", "gapura.standards.planted"),
    (PLAIN, "jurisdictions/indonesia/planted.py", "import django", "gapura.jurisdictions.indonesia.planted"),
]
SCENERY = {
    "sectors/first/__init__.py": "",
    "sectors/first/testing.py": "",
    "sectors/second/__init__.py": "",
    "sectors/second/queries.py": "",
    "sectors/second/actions.py": "",
}


def lint(root: Path) -> str:
    """Import Linter's report on the tree below ``root``."""
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "lint-imports"),
            "--config",
            ".importlinter",
            "--no-cache",
            "--no-logo",
        ],
        cwd=root,
        env=os.environ | {"PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_house_keeps_every_contract() -> None:
    report = lint(ROOT)
    assert "0 broken" in report, report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What Import Linter says about a copy of the house with every violation planted."""
    root = tmp_path_factory.mktemp("planted")
    shutil.copytree(
        ROOT / "src" / "gapura",
        root / "src" / "gapura",
        ignore=lambda _, names: [name for name in names if "." in name and not name.endswith(".py")],
    )
    (root / "tools").mkdir()
    for name in (".importlinter", "tools/__init__.py", "tools/import_contracts.py"):
        shutil.copy(ROOT / name, root / name)
    planted = SCENERY | {file: text for _, file, text, _ in PLANTS}
    for file, text in planted.items():
        path = root / "src" / "gapura" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return lint(root)


@pytest.mark.parametrize(("contract", "file", "text", "named"), PLANTS, ids=[plant[1] for plant in PLANTS])
def test_a_planted_violation_breaks_its_contract_and_is_named(
    report: str, contract: str, file: str, text: str, named: str
) -> None:
    assert f"{contract} BROKEN" in report, report
    found = re.search(rf"^{re.escape(contract)}\n-+\n(.*?)(?=^\S[^\n]*\n-{{5,}}\n|\Z)", report, re.M | re.S)
    assert found, report
    assert named in found.group(1)


def test_every_contract_has_a_planted_violation() -> None:
    names = set(re.findall(r"^name = (.+)$", (ROOT / ".importlinter").read_text(), re.M))
    assert names == {contract for contract, *_ in PLANTS}
