"""How the counter's commands find their folder and are told by whom they are used."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path

from django.conf import settings


def counter_folder() -> Path:
    """Where this machine's counter lies."""
    return Path(settings.GAPURA_HOME) / "counter"


def add_pack_arguments(parser: ArgumentParser) -> None:
    """A pack, and the two officials who open it together."""
    parser.add_argument("pack", type=Path, help="the pack's file")
    parser.add_argument("--issuer", required=True, metavar="NUMBER", help="the official who issues")
    parser.add_argument("--witness", required=True, metavar="NUMBER", help="another official, who watches")


def ask_pins(issuer: str, witness: str) -> dict[str, str]:
    """Both PINs, typed unseen; without a terminal one line each."""
    return {number: ask_pin(f"PIN of {number}: ") for number in dict.fromkeys((issuer, witness))}


def ask_pin(prompt: str) -> str:
    """One PIN."""
    return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
