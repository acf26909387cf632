"""What was filled in from registers travels in the page, signed, and is kept nowhere."""

from dataclasses import asdict

from django.core import signing

from gapura.kernel.law.types import KnownFact, KnownHousehold

SALT = "gapura.kernel.law.filled"
SITTING_SECONDS = 3600


def write_filled(known: KnownHousehold, person: str) -> str:
    """For a hidden field of the person's own page."""
    return signing.dumps([person, asdict(known)], salt=SALT, compress=True)


def read_filled(text: str, person: str) -> KnownHousehold | None:
    """None when the text is not ours, was another person's, or is older than a sitting."""
    try:
        owner, said = signing.loads(text, salt=SALT, max_age=SITTING_SECONDS)
    except signing.BadSignature:
        return None
    if owner != person:
        return None
    facts = tuple(KnownFact(**fact) for fact in said["facts"])
    return KnownHousehold(tuple(said["members"]), facts, tuple(said["silent"]))
