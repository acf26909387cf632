"""The whole production topology on one machine: three database nodes, two web nodes, a worker and the balancer.

    python -m deploy.topology [--folder DIR] [--port 8300]

The same templates that production uses, with ports instead of machines. Needs Debian's postgresql, patroni,
etcd-server and haproxy; as root the database runs as its own user. Ctrl-C ends everything and removes DIR.
"""

import argparse
import contextlib
import http.client
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
HOST = "127.0.0.1"
DATABASE_NODES, WEB_NODES = 3, 2
PROGRAMS = {"patroni": "patroni", "etcd": "etcd-server", "haproxy": "haproxy"}
ROLES = ("owner", "app", "worker", "copies")
PASSWORDS = ("superuser", "replication", "house", *ROLES)
PATIENCE = 90.0
FIRST = ("/sign-in/", "/confirm/", "/health/")  # served before anything else when all cannot be
LONGEST_QUEUE = 30  # requests; about what two nodes finish in a second


class CannotStart(Exception):
    """The topology does not come up; ``str()`` says what is missing or which log to read."""


@dataclass
class Topology:
    """What runs, by name, and where it is reached.

    ``careless``: it acknowledges before a second node has the commit.
    """

    folder: Path
    port: int
    careless: bool = False
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=lambda: {name: secrets.token_hex(12) for name in PASSWORDS})

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def database(self, role: str) -> str:
        """What GAPURA_DATABASE takes for a role of postgresql/roles.sql: the primary, by way of the balancer."""
        return f"postgresql://gapura_{role}:{self.passwords[role]}@{HOST}:{self.port + 1}/gapura"

    def rest_port(self, node: int) -> int:
        return self.port + 30 + node

    def find_primary(self) -> int | None:
        """Which database node is the primary now."""
        return next((node for node in range(DATABASE_NODES) if self._says(node, "/primary")), None)

    def has_standby(self) -> bool:
        """Whether a standby follows that may take over: a synchronous one, unless the topology is careless."""
        role = "/replica" if self.careless else "/synchronous"
        return any(self._says(node, role) for node in range(DATABASE_NODES))

    def become_careless(self) -> None:
        """Acknowledge before anything is written or replicated: a planted fault, for drills that must notice it."""
        self.careless = True
        parameters = {"synchronous_commit": "off", "wal_writer_delay": "10s"}
        changed = json.dumps({"synchronous_mode": False, "postgresql": {"parameters": parameters}})
        primary = http.client.HTTPConnection(HOST, self.rest_port(self.find_primary() or 0), timeout=10)
        primary.request("PATCH", "/config", changed, {"Content-Type": "application/json"})
        if (answer := primary.getresponse()).status != 200:
            raise CannotStart(f"Patroni refused the change: {answer.read().decode()}")
        primary.close()
        nodes = range(DATABASE_NODES)
        _wait("balancer", self, lambda: not any(self._says(node, "/synchronous") for node in nodes))

    def kill_primary(self) -> int:
        """End the primary and its keeper at once, as a power cut would. Returns which node it was."""
        node = self.find_primary()
        if node is None:
            raise CannotStart("There is no primary to kill.")
        keeper = self.processes.pop(f"database-{node}")
        postmaster = int((self.node_folder(node) / "data" / "postmaster.pid").read_text().split()[0])
        keeper.kill()
        for pid in [postmaster, *_children_of(postmaster)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        keeper.wait()
        return node

    def home(self, node: int) -> Path:
        return self.folder / f"web-{node}"

    def environment(self, node: int, role: str = "app") -> dict[str, str]:
        """The variables of a process on web node ``node``, and nothing of a GAPURA_ that happens to be set here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_")}
        return kept | {
            "GAPURA_HOME": str(self.home(node)),
            "GAPURA_DATABASE": self.database(role),
            "GAPURA_SECRET_KEY": self.passwords["house"] * 2,
            "GAPURA_RATE_LIMITS": "0",  # one address plays everybody
            "GAPURA_PUBLIC_ADDRESS": self.address,
            "GAPURA_TRUSTED_PROXIES": "1",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

    def node_folder(self, node: int) -> Path:
        return self.folder / f"database-{node}"

    def _says(self, node: int, path: str) -> bool:
        return _status(self.rest_port(node), path) == 200


@contextlib.contextmanager
def running(folder: Path, port: int, *, say: Callable[[str], None] = lambda _line: None) -> Iterator[Topology]:
    """The whole topology, up and answering, until the block ends. Raises CannotStart."""
    _require_programs()
    topology = Topology(folder, port)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        say("The cluster's memory (etcd) …")
        _start_etcd(topology)
        say("The database: a primary and two standbys …")
        _start_databases(topology)
        _start_balancer(topology)
        _make_database(topology)
        say("The house: tables, keys, two web nodes and a worker …")
        _start_house(topology)
        yield topology
    finally:
        _end_all(topology)


def start_database_node(topology: Topology, node: int) -> None:
    """Start a database node, also one that was killed: it rejoins as a standby."""
    folder = topology.node_folder(node)
    _make_folder(folder, 0o700)
    values = {
        "name": f"database-{node}",
        "host": HOST,
        "network": f"{HOST}/32",
        "port": topology.port + 20 + node,
        "rest_port": topology.rest_port(node),
        "etcd": f"{HOST}:{topology.port + 10}",
        "folder": folder,
        "binaries": _postgres_binaries(),
        "shared_buffers": "64MB",
        "superuser_password": topology.passwords["superuser"],
        "replication_password": topology.passwords["replication"],
    }
    config = _write(folder / "patroni.yml", values)
    _give_to_database_user(config)
    _start(topology, f"database-{node}", ["patroni", str(config)], user=_database_user())


def _start_etcd(topology: Topology) -> None:
    folder = topology.folder / "etcd"
    _make_folder(folder, 0o700)
    client, peer = (f"http://{HOST}:{topology.port + offset}" for offset in (10, 11))
    options = {
        "name": "memory",
        "data-dir": folder,
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"memory={peer}",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    _start(topology, "etcd", ["etcd", *flags], user=_database_user())
    _wait("etcd", topology, lambda: _status(topology.port + 10, "/health") == 200)


def _start_databases(topology: Topology) -> None:
    start_database_node(topology, 0)
    _wait("database-0", topology, lambda: topology.find_primary() == 0)
    for node in range(1, DATABASE_NODES):
        start_database_node(topology, node)
    _wait("database-1", topology, topology.has_standby)


def write_balancer(folder: Path, port: int, web_ports: Sequence[int], *, certificate: Path | None = None) -> Path:
    """The balancer's configuration for people: web nodes behind ``port``, a short queue, sign-in first.

    With ``certificate`` (chain and key in one PEM file) over TLS, as on machines that people reach.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "host": HOST,
        "public_host": HOST,
        "http_port": port,
        "over_tls": f"ssl crt {certificate}" if certificate else "",
        "first": " ".join(FIRST),
        "busy_page": HERE / "busy.html",
        "longest_queue": LONGEST_QUEUE,
        "requests_a_node": 2,
        "web_servers": "\n".join(f"    server web-{n} {HOST}:{one} check" for n, one in enumerate(web_ports)),
    }
    return _write(folder / "haproxy.cfg", values)


def _start_balancer(topology: Topology) -> None:
    nodes = [
        f"    server database-{n} {HOST}:{topology.port + 20 + n} check port {topology.rest_port(n)}"
        for n in range(DATABASE_NODES)
    ]
    people = write_balancer(topology.folder, topology.port, [topology.port + 40 + n for n in range(WEB_NODES)])
    values = {"host": HOST, "primary_port": topology.port + 1, "database_servers": "\n".join(nodes)}
    database = _write(topology.folder / "haproxy-database.cfg", values)
    _start(topology, "balancer", ["haproxy", "-db", "-f", str(people), "-f", str(database)])


def _write(file: Path, values: Mapping[str, object]) -> Path:
    """The template of the same name, filled."""
    file.write_text(Template((HERE / file.name).read_text()).substitute(values))
    return file


def _make_database(topology: Topology) -> None:
    import psycopg

    name = {"host": HOST, "port": topology.port + 1, "user": "postgres", "password": topology.passwords["superuser"]}

    def leads_to_primary() -> bool:
        """Each of several times: the balancer takes every node for healthy until it has asked each."""
        for _ in range(2 * DATABASE_NODES):
            try:
                with psycopg.connect(**name, dbname="postgres", connect_timeout=2) as connection:  # type: ignore[arg-type]
                    if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
                        return False
            except psycopg.OperationalError:
                return False
        return True

    _wait("balancer", topology, leads_to_primary)
    with psycopg.connect(**name, dbname="postgres", autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute("CREATE DATABASE gapura")
    with psycopg.connect(**name, dbname="gapura", autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute((HERE / "postgresql" / "roles.sql").read_text())
        for role in ROLES:
            connection.execute(f"ALTER ROLE gapura_{role} PASSWORD '{topology.passwords[role]}'")
        connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")


def _start_house(topology: Topology) -> None:
    for command in ("migrate", "pki_init"):
        owner = topology.environment(0, "owner")
        done = subprocess.run([*_django(command), "--verbosity", "0"], env=owner, cwd=ROOT, check=False)
        if done.returncode:
            raise CannotStart(f"`gapura {command}` failed; its messages are above.")
    for node in range(1, WEB_NODES):  # the same keys on every machine; in production an HSM has them
        shutil.copytree(topology.home(0) / "pki", topology.home(node) / "pki")
    for node in range(WEB_NODES):
        flags = f"--interface wsgi --http 1 --host {HOST} --port {topology.port + 40 + node} --workers 1"
        flags += " --blocking-threads 1"
        command = [sys.executable, "-m", "granian", *flags.split(), "--log-level", "warning"]
        _start(topology, f"web-{node}", [*command, "gapura.config.wsgi:application"], topology.environment(node))
    _start(topology, "worker", _django("worker"), topology.environment(0, "worker"))
    _wait("web-0", topology, lambda: _status(topology.port, "/health/ready") == 200)


def _django(command: str) -> list[str]:
    return [sys.executable, "-m", "django", command, "--settings", "gapura.config.settings"]


def _start(
    topology: Topology,
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
) -> None:
    with (topology.folder / f"{name}.log").open("ab") as log:
        topology.processes[name] = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=ROOT if environment else "/",
            env=environment or {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            user=user,
            group=user,
            start_new_session=True,
        )


def _wait(name: str, topology: Topology, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        ended = topology.processes[name].poll() is not None
        if ended or time.monotonic() > deadline:
            log = (topology.folder / f"{name}.log").read_text(errors="replace")
            raise CannotStart(f"{name} {'ended by itself' if ended else 'is not ready'}:\n{log[-2000:]}")
        time.sleep(0.2)


def _status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection(HOST, port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _end_all(topology: Topology) -> None:
    """Web first, memory last; whoever does not go is ended by force."""
    for name in reversed(list(topology.processes)):
        process = topology.processes[name]
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _children_of(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(pid) for pid in tasks.read_text().split()] if tasks.exists() else []


def _require_programs() -> None:
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program, path=_search_path()) is None]
    if not _postgres_binaries():
        missing.append("postgresql")
    if missing:
        raise CannotStart(f"These are missing: apt install {' '.join(sorted(missing))}.")


def _search_path() -> str:
    os.environ["PATH"] = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"
    return os.environ["PATH"]


def _postgres_binaries() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return str(found[-1].parent) if found else ""


def _database_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "postgres" if os.getuid() == 0 else None


def _make_folder(folder: Path, mode: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)
    _give_to_database_user(folder)


def _give_to_database_user(path: Path) -> None:
    if user := _database_user():
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--port", type=int, default=8300)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="gapura-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with running(folder, options.port, say=print) as topology:
            print(f"\nGapura is open at {topology.address}  (logs in {folder}; stop with Ctrl-C)")
            signal.pause()
    except KeyboardInterrupt:
        return 0
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
