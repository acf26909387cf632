"""What a wallet sends, read strictly."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from gapura.kernel.credentials.requests import QUERY
from gapura.kernel.credentials.types import NotGenuine, ProtocolError

_Proof = Annotated[str, StringConstraints(min_length=1, max_length=8_192)]


class Proofs(BaseModel):
    """One proof of one key: this house issues one credential at a time."""

    jwt: list[_Proof] = Field(min_length=1, max_length=1)


class CredentialRequest(BaseModel):
    """OpenID4VCI §8.2."""

    credential_configuration_id: str = Field(max_length=64)
    proofs: Proofs


def read_credential_request(body: bytes) -> CredentialRequest:
    """Raises ProtocolError."""
    try:
        content = json.loads(body)
        if isinstance(content, dict) and "credential_response_encryption" in content:
            raise ProtocolError("invalid_encryption_parameters", "Answers are not encrypted beyond TLS.")
        if isinstance(content, dict) and "proofs" not in content:
            raise ProtocolError("invalid_proof", "A proof of the wallet's key is needed.")
        return CredentialRequest.model_validate(content)
    except (ValueError, RecursionError, ValidationError) as error:
        raise ProtocolError("invalid_credential_request", "Send credential_configuration_id and one proof.") from error


def read_vp_token(text: str) -> str:
    """The one presentation in ``vp_token`` (OpenID4VP §8.1). Raises NotGenuine."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotGenuine("vp_token is no JSON.") from error
    shown = content.get(QUERY) if isinstance(content, dict) else None
    if not isinstance(shown, list) or len(shown) != 1 or not isinstance(shown[0], str):
        raise NotGenuine("vp_token does not answer the query with one presentation.")
    return shown[0]
