"""Prepare .venv from a lock file: ``python3 tools/set_up.py requirements.lock``.

Runs on the bare system Python, so it uses the standard library only. Where Debian has taken ensurepip
out of Python, the system's own pip fills the environment from outside.
"""

import importlib.util
import subprocess
import sys
import venv
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
NO_PIP = (
    "Gapura needs pip to fetch its libraries, and this Python has none.\n"
    "Install it and run the same command again: apt install python3-venv (or python3-pip)."
)
LOCKED = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r"]
OURSELVES = ["--no-deps", "--no-build-isolation", "-e"]


def main(lock: str) -> int:
    if not _works([str(PYTHON), "-c", "import sys"]):
        _make_environment()
    packages = sum(line[:1].isalnum() for line in (ROOT / lock).read_text().splitlines())
    return _install(f"libraries of {lock}", packages, [*LOCKED, str(ROOT / lock)]) or _install(
        "Gapura itself", 1, [*OURSELVES, str(ROOT)]
    )


def _make_environment() -> None:
    builder = venv.EnvBuilder(symlinks=True, clear=True)
    builder.create(ROOT / ".venv")
    _works([str(PYTHON), "-m", "ensurepip"])  # Debian may have removed it: _pip then looks outside


def _pip() -> list[str]:
    if _works([str(PYTHON), "-m", "pip", "--version"]):
        return [str(PYTHON), "-m", "pip"]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    raise SystemExit(NO_PIP)


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install(what: str, packages: int, arguments: list[str]) -> int:
    """Run pip, show one moving line instead of its hundreds, and its last words when it fails."""
    options = ["--disable-pip-version-check", "--no-input", "--no-color", "--progress-bar", "off"]
    command = [*_pip(), "install", *options, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        last_words: deque[str] = deque(maxlen=15)
        seen = 0
        for line in pip.stdout:
            last_words.append(line)
            if line.startswith(("Collecting", "Requirement already", "Obtaining", "Ignoring")):
                seen += 1
                _show(what, seen, packages)
            elif line.startswith("Installing collected"):
                _show(what, packages, packages, "unpacking …")
    _show(what, packages, packages, "failed\n" if pip.returncode else "ready      \n")
    if pip.returncode:
        print("".join(last_words), file=sys.stderr)
        print(f"pip could not install the {what}; its last words are above.", file=sys.stderr)
    return pip.returncode


def _show(what: str, done: int, total: int, word: str = "") -> None:
    filled = 24 * min(done, total) // max(total, 1)
    if sys.stderr.isatty() or word.endswith("\n"):
        print(f"\r{what:32} {'█' * filled:░<24} {done:3}/{total} {word}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
