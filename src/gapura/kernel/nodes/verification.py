"""Who said this? Proven by the signature over everything, against the member registry. Touches no table."""

from datetime import datetime

from gapura.kernel.nodes.folder import get_registry
from gapura.kernel.nodes.registry import Registry
from gapura.kernel.nodes.rules import parse_path, parse_subsystem, require_fresh
from gapura.kernel.nodes.signing import find_kid
from gapura.kernel.nodes.types import (
    BadRegistry,
    Envelope,
    Fault,
    IncomingRequest,
    MemberId,
    MessageRefused,
    NoNode,
    Subsystem,
)


def get_current_registry(now: datetime) -> Registry:
    """Raises MessageRefused where there is none in force."""
    try:
        registry = get_registry()
    except (NoNode, BadRegistry) as error:
        raise MessageRefused(Fault.OUTDATED_REGISTRY, str(error)) from error
    registry.require_current(now)
    return registry


def verify_request(envelope: Envelope, line: bytes, holder: MemberId, now: datetime) -> IncomingRequest:
    """Who asks which service of ``holder``; ``line`` is the envelope's signed line. Raises MessageRefused."""
    registry = get_current_registry(now)
    signer = _require_signed(registry, envelope, line, now)
    client = parse_subsystem(envelope.headers["x-road-client"])
    if client.member != signer:
        raise MessageRefused(Fault.ACCESS_DENIED, f"{signer} may not ask in the name of {client}.")
    wanted, service = parse_path(envelope.path)
    if wanted.member != holder:
        raise MessageRefused(Fault.UNKNOWN_MEMBER, f"{wanted.member} is not answered here.")
    provider = registry.get_subsystem(wanted, now)
    require_service(provider, service)
    return IncomingRequest(envelope.id, registry.get_subsystem(client, now), provider, service, envelope.body)


def require_service(provider: Subsystem, service: str) -> None:
    """Raises MessageRefused for what the registry does not say that ``provider`` answers."""
    if service not in provider.services:
        raise MessageRefused(Fault.UNKNOWN_SERVICE, f"{provider.id} does not answer {service}.")


def verify_answer(answer: Envelope, line: bytes, holder: MemberId, now: datetime) -> None:
    """Raises MessageRefused unless ``holder`` signed this very answer now; ``line`` is its signed line."""
    signer = _require_signed(get_current_registry(now), answer, line, now)
    if signer != holder:
        raise MessageRefused(Fault.INCONSISTENT_RESPONSE, f"{signer} answered for {holder}.")


def _require_signed(registry: Registry, envelope: Envelope, line: bytes, now: datetime) -> MemberId:
    signature = envelope.headers.get("gapura-signature", "")
    signer, verifier = registry.get_signer(find_kid(signature), now)
    verifier.verify(line, signature, now)
    require_fresh(envelope.sent_at, now)
    return signer.id
