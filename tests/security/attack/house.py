"""A whole house to attack: a small invented nation in a temporary home, and people signed in to it."""

import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gapura.demo.types import DEMO_PASSWORD
from tests.security.attack.recorder import read_errors

PEOPLE = 200
_FIELD = re.compile(r'<input[^>]*\bname="(\w+)"[^>]*\bvalue="([^"]*)"')


@dataclass(frozen=True)
class House:
    """Where the house answers, where it keeps its files, and who may be signed in."""

    address: str
    home: Path
    resident: str
    registrar: str

    def list_server_errors(self) -> list[str]:
        """What it answered with an error of its own (5xx) since it began, each enough to send it again."""
        return list(map(str, read_errors(self.home)))


class Browser:
    """Keeps cookies and sends the forms it is shown."""

    def __init__(self, house: House) -> None:
        self.house, self.cookies = house, http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self._opener.open(self.house.address + path, timeout=30) as answer:
            return str(answer.read().decode())

    def send(self, path: str, page: str, **fields: str) -> str:
        """Send the form of ``page`` that begins with its token, with ``fields``."""
        token = dict(_FIELD.findall(page))["csrfmiddlewaretoken"]
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        headers = {"Referer": self.house.address + path, "Origin": self.house.address}
        request = urllib.request.Request(self.house.address + path, body, headers)
        with self._opener.open(request, timeout=30) as answer:
            return str(answer.read().decode())

    def is_refused_without_token(self, path: str) -> bool:
        """Whether a form sent from another site, with these cookies and no token, is turned away."""
        request = urllib.request.Request(self.house.address + path, b"sent=elsewhere")
        try:
            with self._opener.open(request, timeout=30):
                return False
        except urllib.error.HTTPError as refusal:
            return refusal.code == 403

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)


def sign_in(house: House, login: str) -> Browser:
    """Through the pages, as people do; an official also gives the code and takes the post."""
    browser = Browser(house)
    page = browser.send("/sign-in/", browser.get("/sign-in/"), login=login, password=DEMO_PASSWORD)
    if 'name="code"' in page:
        (code,) = set(re.findall(r"\b\d{6}\b", page))  # a demonstration shows it
        page = browser.send("/sign-in/code/", page, code=code)
        posts = re.findall(r'name="post"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="post"', page)
        post = next(one for pair in posts for one in pair if one)
        browser.send("/capacity/", page, post=post)
    return browser


@contextmanager
def open_house() -> Iterator[House]:
    """``gapura run`` on a nation of 200 people in a home of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gapura-attack-") as folder:
        home, port = Path(folder), _free_port()
        address = f"http://localhost:{port}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_")}
        environment |= {
            "GAPURA_HOME": folder,
            "GAPURA_DEMO": "1",
            "GAPURA_RATE_LIMITS": "0",  # one address plays every attacker
            "GAPURA_PUBLIC_ADDRESS": address,
            "DJANGO_SETTINGS_MODULE": "tests.security.attack.settings",
        }
        nation = _found_nation(environment)
        command = [sys.executable, "-m", "django", "run", "--port", str(port), "--workers", "1"]
        with (home / "output").open("w") as output:
            server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            _wait_until_open(address, server, home / "output")
            yield House(address, home, *_people(nation))
        finally:
            server.terminate()
            server.wait(30)


def _found_nation(environment: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    run = [sys.executable, "-m", "django"]
    for words in (["migrate", "--verbosity=0"], ["pki_init", "--verbosity=0"]):
        subprocess.run([*run, *words], env=environment, check=True, capture_output=True)
    command = [*run, "demo", "--people", str(PEOPLE), "--json"]
    made = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, list[dict[str, str]]] = json.loads(made.stdout)
    return found


def _people(nation: dict[str, list[dict[str, str]]]) -> tuple[str, str]:
    registrar = next(one["login"] for one in nation["officials"] if one["duty"] == "registrar")
    return nation["residents"][0]["login"], registrar


def _wait_until_open(address: str, server: subprocess.Popen[bytes], output: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"The house did not open:\n{output.read_text()[-3000:]}")
        try:
            urllib.request.urlopen(f"{address}/health/ready", timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("The house did not open within two minutes.")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
