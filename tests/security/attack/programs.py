"""wapiti and sqlmap, told where to go, how long, and what they said."""

import csv
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.security.attack.house import Browser

# Addresses that would end the attacker's own session or account, and so the attack.
ENDS_THE_ATTACK = ("/sign-out/", "/security/stop/", "/capacity/", "/security/sessions/end/")
MODULES = "exec,file,sql,xss,permanentxss,crlf,redirect,xxe,csrf,shellshock,htaccess,cookieflags,csp,http_headers"
# What a demonstration over plain HTTP cannot have; test_served_headers holds the house to it over HTTPS.
OVER_HTTPS_ONLY = ("Strict-Transport-Security", "Secure flag is not set")
# The header of a filter that browsers took out; without it is safer (OWASP).
OBSOLETE = "X-XSS-Protection"
NO_TOKEN = "Lack of anti CSRF token"  # it does not know our token's name: each such form is tried without it
DISBELIEVED = "false positive"  # sqlmap's own second look
# Version 3.0.4 writes its exclusions in a way that Python 3.11 refuses; this says the same in the way it accepts.
WAPITI = """
import fnmatch, re
from wapitiCore.main import wapiti
from wapitiCore.net import crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
wapiti.wapiti_main()
"""


@dataclass(frozen=True)
class Report:
    """What one program tried as one person, and what it found."""

    program: str
    who: str
    tried: int
    findings: tuple[str, ...]


def let_wapiti_loose(browser: Browser, who: str, folder: Path, *, seconds: int) -> Report:
    """Crawls as ``who`` for at most ``seconds``, then gives each of its modules a sixth of that."""
    report, log = folder / f"wapiti-{who}.json", folder / f"wapiti-{who}.txt"
    ceilings = ["--max-scan-time", str(seconds), "--max-attack-time", str(seconds // 6), "--max-parameters", "20"]
    excluded = [part for path in ENDS_THE_ATTACK for part in ("-x", f"{browser.house.address}{path}*")]
    files = ["--store-session", str(folder / "wapiti"), "-f", "json", "-o", str(report)]
    command = [
        "/usr/bin/python3",
        "-c",
        WAPITI,
        "-u",
        f"{browser.house.address}/",
        "-m",
        MODULES,
        "-H",
        f"Cookie: {browser.cookie_header}",
    ]
    command += [*excluded, *files, *ceilings, "--flush-session", "--no-bugreport", "-v", "2"]
    _run(command, log, seconds * 4, folder)
    found = json.loads(report.read_text())
    findings = [
        f"{kind}: {one['info'].strip()} ({one['method']} {one['path']})"
        for group in ("vulnerabilities", "anomalies")
        for kind, ones in found[group].items()
        for one in ones
        if not any(words in one["info"] for words in (*OVER_HTTPS_ONLY, OBSOLETE))
        if NO_TOKEN not in one["info"] or not browser.is_refused_without_token(one["path"])
    ]
    tried = len(set(re.findall(r"^\[\+\] (?:GET|POST) (\S+)", log.read_text(), re.MULTILINE)))
    return Report("wapiti", who, tried, tuple(dict.fromkeys(findings)))


def let_sqlmap_loose(browser: Browser, who: str, folder: Path, paths: list[str], *, seconds: int) -> Report:
    """Every parameter in the addresses ``paths``, then the forms on those pages, each for at most ``seconds``."""
    targets = folder / f"sqlmap-{who}.targets"
    targets.write_text("".join(f"{browser.house.address}{path}\n" for path in paths))
    common = ["sqlmap", "-m", str(targets), "--batch", "--level=1", "--risk=1", "--technique=BEU", "--flush-session"]
    common += [f"--cookie={browser.cookie_header}", "--drop-set-cookie", "--disable-coloring", "--ignore-redirects"]
    tried, findings = 0, list[str]()
    for kind, more in (("addresses", []), ("forms", ["--forms", "--csrf-token=csrfmiddlewaretoken"])):
        log, results = folder / f"sqlmap-{who}-{kind}.txt", folder / f"sqlmap-{who}-{kind}.csv"
        files = [f"--output-dir={folder / 'sqlmap'}", f"--results-file={results}"]
        _run([*common, *more, *files], log, seconds, folder)
        tried += len(re.findall(r"testing for SQL injection on ", log.read_text()))
        rows = csv.DictReader(results.read_text().splitlines()) if results.exists() else []
        findings += [
            f"{row['Place']} {row['Parameter']} of {row['Target URL']} ({row['Technique(s)']})"
            for row in rows
            if row["Parameter"] and DISBELIEVED not in (row["Note(s)"] or "")
        ]
    return Report("sqlmap", who, tried, tuple(findings))


def _run(command: list[str], log: Path, seconds: int, folder: Path) -> None:
    """The program's own ceiling, or ours; a home of its own, so that nothing stays."""
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    with log.open("w") as output:
        try:
            subprocess.run(command, stdout=output, stderr=output, env=environment, check=False, timeout=seconds)
        except subprocess.TimeoutExpired:
            output.write(f"\nended after {seconds} s\n")
