"""The guard's policy: signed by the exchange authority, numbered, with a last day. Without one nothing passes."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

from gapura.kernel.nodes.folder import own_folder
from gapura.kernel.nodes.registry import read_signed, write_whole
from gapura.kernel.nodes.rules import LARGEST_BODY, parse_member, parse_subsystem
from gapura.kernel.nodes.types import BadRegistry, Fault, GuardPolicy, MessageRefused, NoNode, Opening

POLICY = "guard policy"


def read_policy(text: str, authority: x509.Certificate) -> GuardPolicy:
    """The policy in ``text``. Raises BadRegistry unless the authority signed it and it declares only what can be."""
    facts = read_signed(POLICY, text, authority)
    try:
        return _policy(facts)
    except (KeyError, TypeError, ValueError, AttributeError, MessageRefused) as error:
        raise BadRegistry(f"The guard policy cannot be read ({error!r}). Have it corrected and signed.") from error


def install_policy(text: str, now: datetime) -> GuardPolicy:
    """Keep ``text`` as the policy in force. Raises BadRegistry unless it is signed, current, ours and no step back."""
    authority = own_folder().authority()
    new = read_policy(text, authority)
    if new.guard != own_folder().member:
        raise BadRegistry(f"The guard policy {new.number} is for {new.guard}, and this node is {own_folder().member}.")
    if now >= new.valid_until:
        raise BadRegistry(f"The guard policy {new.number} is out of date. Have a new one signed.")
    file = _file()
    if file.exists() and read_policy(file.read_text(), authority).number > new.number:
        raise BadRegistry(f"The guard policy {new.number} is older than the one held here. It was refused.")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(file, text.encode())
    return new


def get_policy(now: datetime) -> GuardPolicy:
    """The policy in force. Raises MessageRefused when there is none now: nothing passes."""
    try:
        file = _file()
        policy = _read(file, file.stat().st_mtime_ns, file.stat().st_ino)
    except (FileNotFoundError, BadRegistry, NoNode) as error:
        raise MessageRefused(Fault.OUTDATED_REGISTRY, "The guard has no policy in force.") from error
    if now >= policy.valid_until:
        raise MessageRefused(Fault.OUTDATED_REGISTRY, f"The guard policy {policy.number} is out of date.")
    return policy


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int, _file_number: int) -> GuardPolicy:
    return read_policy(file.read_text(), own_folder().authority())


def _file() -> Path:
    return Path(settings.GAPURA_HOME) / "node" / "guard-policy.signed"


def _policy(facts: Mapping[str, Any]) -> GuardPolicy:
    inner = urlsplit(facts["inner"])
    if inner.scheme != "https" or not inner.hostname or inner.path:
        raise ValueError("inner must look like https://host:port")
    return GuardPolicy(
        number=facts["number"],
        guard=parse_member(facts["guard"]),
        guarded=parse_member(facts["guarded"]),
        inner=facts["inner"],
        valid_until=datetime.fromisoformat(facts["valid_until"]),
        a_minute=_between(1, facts["a_minute"], 100_000),
        largest_question=_between(1, facts["largest_question"], LARGEST_BODY),
        largest_answer=_between(1, facts["largest_answer"], LARGEST_BODY),
        openings={service: _opening(one) for service, one in facts["passes"].items()},
    )


def _opening(facts: Mapping[str, Any]) -> Opening:
    if unknown := facts.keys() - {"consumers", "questions", "fields"}:
        raise ValueError(f"nothing is declared by {', '.join(sorted(unknown))}")
    opening = Opening(
        consumers=frozenset(str(parse_subsystem(one)) for one in facts["consumers"]),
        questions=frozenset(facts.get("questions", ())),
        fields=frozenset(facts.get("fields", ())),
    )
    if not opening.consumers or not (opening.questions or opening.fields):
        raise ValueError("an opening names consumers, and questions or fields")
    return opening


def _between(least: int, value: int, most: int) -> int:
    if not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{value} is not between {least} and {most}")
    return value
