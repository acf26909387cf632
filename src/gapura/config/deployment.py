"""What ``gapura check --deploy`` says of a machine: what the house cannot do for its operator, it looks at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

from gapura.config.kept_secrets import find_old, find_readable
from gapura.foundation import clock

_HERE = ("", "localhost", "127.0.0.1", "::1")
_LIST_ENDS = ("00000.txt", "FFFFF.txt")
# Processors and virtual machines that say they can encrypt what lies in memory (AMD, Intel).
_MEMORY_FLAGS = frozenset(("sme", "sev", "sev_es", "sev_snp", "tme", "tdx_guest"))


@register(Tags.security, deploy=True)
def find_plain_database(**options: Any) -> list[CheckMessage]:
    """A database on another machine is spoken to over TLS, and proves that it is the one."""
    database: dict[str, Any] = settings.DATABASES["default"]
    host = str(database.get("HOST", ""))
    is_away = "postgresql" in database["ENGINE"] and host not in _HERE and not host.startswith("/")
    if not is_away or database["OPTIONS"].get("sslmode") == "verify-full":
        return []
    return [
        Error(
            f"The database at {host} is reached over a network without proof that it is the right one.",
            hint="End GAPURA_DATABASE with ?sslmode=verify-full&sslrootcert=FILE, the authority of its certificate.",
            id="gapura.E001",
        )
    ]


@register(Tags.security, deploy=True)
def find_plain_addresses(**options: Any) -> Iterator[CheckMessage]:
    """The vault and the witnesses on other machines are reached over TLS."""
    for word in f"{settings.GAPURA_BACKUP_TARGET} {settings.GAPURA_WITNESSES}".replace(",", " ").split():
        if word.startswith("http://") and urlsplit(word).hostname not in _HERE:
            yield Error(
                f"{word} is reached over a network in the clear: the deposit key, or what is signed, can be read.",
                hint="Let a proxy in front of it speak TLS, and write https:// here.",
                id="gapura.E003",
            )


@register(Tags.security, deploy=True)
def find_bad_secrets(**options: Any) -> Iterator[CheckMessage]:
    """Secrets that others may read, or that should have been replaced."""
    home = Path(settings.GAPURA_HOME)
    for file in find_readable(home):
        yield Error(f"Others may read {file}.", hint=f"chmod 600 {home / file}", id="gapura.E002")
    for file, secret in find_old(home, clock.now()):
        yield Warning(
            f"{file} is older than {secret.most_days} days; it {secret.does}.", hint=secret.replace, id="gapura.W003"
        )


@register(Tags.security, deploy=True)
def find_missing_scanner(**options: Any) -> list[CheckMessage]:
    """Somebody's virus scanner should look at files before the house does."""
    if settings.GAPURA_SCANNER:
        return []
    return [
        Warning(
            "No scanner for viruses looks at files that people send; only the sandbox contains them.",
            hint="Install clamav-daemon and set GAPURA_SCANNER=/run/clamav/clamd.ctl.",
            id="gapura.W004",
        )
    ]


@register(Tags.security, deploy=True)
def find_missing_passwords(**options: Any) -> list[CheckMessage]:
    """Passwords that were stolen elsewhere should be refused here."""
    folder = Path(settings.GAPURA_BREACHED_PASSWORDS or "/nowhere")
    if all((folder / name).is_file() for name in _LIST_ENDS):
        return []
    return [
        Warning(
            "New passwords are not compared with stolen ones: there is no whole list on this machine.",
            hint="Fetch the list of Have I Been Pwned (SHA-1, a file a prefix) and set GAPURA_BREACHED_PASSWORDS.",
            id="gapura.W005",
        )
    ]


@register(Tags.security, deploy=True)
def find_plain_memory(**options: Any) -> list[CheckMessage]:
    """Whether the processor says that it can encrypt memory; whether it does is the machine's own setting."""
    told = Path("/proc/cpuinfo")
    words = set(told.read_text().split()) if told.exists() else set[str]()
    if words & _MEMORY_FLAGS:
        return []
    return [
        Info(
            "Nothing says that this machine encrypts its memory: who has the machine may read what is in use.",
            hint="Sensitive nodes belong on machines with AMD SEV or Intel TDX or TME, switched on.",
            id="gapura.I001",
        )
    ]
