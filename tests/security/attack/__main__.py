"""``python -m tests.security.attack``: wapiti and sqlmap against a house of our own; ends with 1 at any finding."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from tests.security.attack.house import House, open_house, sign_in
from tests.security.attack.programs import Report, let_sqlmap_loose, let_wapiti_loose

COMMAND = "python -m tests.security.attack"
ANYBODY = ["/search/?q=akta", "/verify/?code=ABCD", "/sign-in/?next=/cases/", "/services/civil.never-married/?x=1"]
RESIDENT = ["/cases/?page=1", "/my-data/?page=2", "/messages/?page=1", "/mandates/clients/?q=a&after=x"]
REGISTRAR = ["/desk/?status=review&service=civil.never-married&after=x", "/desk/civil/", "/desk/approvals/"]


def main() -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="ceiling of one program as one person (default 60)")
    parser.add_argument("--keep", type=Path, help="keep the programs' reports and logs in this folder")
    options = parser.parse_args()
    missing = [name for name in ("wapiti", "sqlmap") if shutil.which(name) is None]
    if missing:
        print(f"Not installed: {', '.join(missing)}. On Debian: apt install {' '.join(missing)}.", file=sys.stderr)
        return 2
    with open_house() as house:
        folder = options.keep or house.home / "attack"
        folder.mkdir(parents=True, exist_ok=True)
        reports = attack(house, folder.resolve(), options.seconds)
        errors = house.list_server_errors()
        if options.keep:
            shutil.copy(house.home / "output", folder / "house.log")
            (folder / "server-errors.txt").write_text("\n".join(errors) + "\n")
    return tell(reports, errors)


def attack(house: House, folder: Path, seconds: int) -> list[Report]:
    """Both programs, as a resident and as an official at the desk."""
    resident, registrar = house.resident, house.registrar
    steps = [
        lambda: let_wapiti_loose(sign_in(house, resident), "resident", folder, seconds=seconds),
        lambda: let_wapiti_loose(sign_in(house, registrar), "registrar", folder, seconds=seconds),
        lambda: let_sqlmap_loose(sign_in(house, resident), "resident", folder, ANYBODY + RESIDENT, seconds=seconds),
        lambda: let_sqlmap_loose(sign_in(house, registrar), "registrar", folder, REGISTRAR, seconds=seconds),
    ]
    return [step() for step in tqdm(steps, desc="Attacking", unit=" programs", disable=None)]


def tell(reports: list[Report], errors: list[str]) -> int:
    """Print what was found, keep the figures, and give the exit status."""
    for report in reports:
        print(f"{report.program} as {report.who}: {report.tried} tried, {len(report.findings)} findings")
        for finding in report.findings:
            print(f"  {finding}")
    print(f"answers with an error of the house: {len(errors)}")
    for error in errors:
        print(f"  {error}")
    found = sum(len(report.findings) for report in reports)
    record_measurement(
        Path(os.environ.get("GAPURA_HOME", "var")),
        promise="attacked",
        kept=not found and not errors,
        figures={"findings": found, "server_errors": len(errors), "tried": sum(report.tried for report in reports)},
        now=clock.now(),
        command=COMMAND,
    )
    return 1 if found or errors else 0


if __name__ == "__main__":
    sys.exit(main())
