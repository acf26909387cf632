"""``python -m tests.security.permissions``: the whole table tried, its figures kept; ends with 1 at any difference."""

import os
import sys
from pathlib import Path

import pytest

from tools import measured

COMMAND = "python -m tests.security.permissions"
TABLE_TEST = Path(__file__).with_name("test_permissions.py")


class Figures:
    """Sums up what the tests of the table say of themselves."""

    def __init__(self) -> None:
        self.sums: dict[str, float | int | str] = dict.fromkeys(("cells", "differences", "undeclared"), 0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            for name, number in report.user_properties:
                self.sums[name] = int(self.sums[name]) + int(str(number))


def main() -> int:
    figures = Figures()
    os.environ.setdefault("GAPURA_TEST_DATABASE", "postgresql")
    failed = bool(pytest.main([str(TABLE_TEST), "-q", "-n", "0"], plugins=[figures]))
    measured.keep("permissions", kept=not failed, figures=figures.sums, command=COMMAND)
    print(", ".join(f"{name} {number}" for name, number in figures.sums.items()))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
