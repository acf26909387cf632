"""The inventory: every place in which the house keeps data, and whether a copy goes out. Nothing lies anywhere else.

A backup refuses to run, and a test fails, when something is found that no line here declares.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Store:
    """One place below GAPURA_HOME (file or folder ``path``), or the database (no path).

    ``not_copied`` says why no copy is needed; empty means that one is made. ``first`` names files that must be
    copied before the rest of the folder.
    """

    code: str
    what: str
    path: str = ""
    not_copied: str = ""
    first: tuple[str, ...] = ()


DATABASE = Store("database", "registers, cases, documents, accounts and the log's events, in one snapshot")
BASE = Store("base", "PostgreSQL's own files, which the write-ahead log continues; in place of the snapshot")
SECRET = Store("secret", "signs sessions and seals events until they enter the log", "secret.key")

# In the order in which they are copied: the database last, so that it is never behind what was published.
STORES = (
    Store("keys", "the keys that sign the log and the copies", "keys"),
    Store("pki", "seal and time-stamp keys with their certificates", "pki"),
    SECRET,
    Store("node", "keys, certificates and settings of this node in the exchange", "node"),
    Store("exchange-authority", "keys of the exchange's own authority, where this house is it", "exchange-authority"),
    Store("sign-in-providers", "outside sign-in providers and their keys", "sign_in_providers.yaml"),
    Store(
        "payment-providers", "banks that fees are paid through, and what is shared with them", "payment_providers.yaml"
    ),
    Store("breaches", "what drills and real breaches listed", "breaches"),
    Store("audit", "the published log, tile by tile", "audit", first=("checkpoint",)),
    Store("counter", "keys, packs and journals of an offline counter, where this machine is one", "counter"),
    Store("measurements", "what drills and benchmarks measured", "measurements"),
    DATABASE,
    Store("replaced-logs", "logs of demonstration nations that were replaced", "audit-until-*", "demonstration only"),
    Store("demo-bank", "books of the demonstration's bank", "demo_bank.sqlite3*", "demonstration only"),
    Store("demo-factory", "books of the demonstration's card factory", "demo_factory.sqlite3*", "demonstration only"),
    Store("mail", "e-mail of a demonstration without a mail server", "mail", "demonstration only"),
    Store("metrics", "counters of the running processes", "metrics", "begin at zero with every start"),
    Store("status", "what the status page last knew", "status", "drawn again within a minute"),
    Store("backup", "what this house knows of its own copies", "backup", "the copies say it themselves"),
)


_SQLITE_FILES = ("", "-wal", "-shm", "-journal")


def list_copied(database: Store = DATABASE) -> list[Store]:
    """The stores that go into a copy, in order, with the database as a snapshot or as BASE."""
    return [database if store is DATABASE else store for store in STORES if not store.not_copied]


def list_undeclared(home: Path, database: str) -> Iterator[str]:
    """What lies in the house's folder and belongs to no store; ``database`` is SQLite's file, or a name elsewhere."""
    declared = [store.path for store in STORES] + [f"{Path(database).name}{end}" for end in _SQLITE_FILES]
    for name in sorted(path.name for path in home.iterdir()):
        if not any(fnmatch(name, pattern) for pattern in declared):
            yield name
