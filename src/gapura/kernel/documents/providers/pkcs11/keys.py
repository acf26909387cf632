"""An authority whose certificates lie in a folder, and whose keys of seals and time-stamps never leave their module."""

from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from gapura.kernel.documents.providers.demo.authority import AuthorityFolder, CannotUseAuthority
from gapura.kernel.documents.providers.demo.keys import CertifiedKey, DemoAuthority
from gapura.kernel.documents.providers.pkcs11.module import ModuleRefused, Token
from gapura.kernel.documents.types import CannotSealDocument


class ModuleKey(CertifiedKey):
    """A key that only the module knows, called there as its certificate is called in the folder."""

    def __init__(self, folder: AuthorityFolder, name: str, token: Token) -> None:
        self._token = token
        public_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), token.get_point(name))
        super().__init__(folder, name, public_key)

    def sign(self, digest: bytes) -> bytes:
        try:
            signature = self._token.sign(self.name, digest)
        except ModuleRefused as error:
            raise CannotSealDocument(f"The module does not sign. {error}") from error
        return encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))


class ModuleAuthority(DemoAuthority):
    """``address``: of the token, as RFC 7512 writes it. It is opened when the first key is needed."""

    def __init__(self, folder: Path, address: str) -> None:
        super().__init__(folder)
        self._address = address

    @cached_property
    def _token(self) -> Token:
        return Token(self._address)

    def open_key(self, name: str) -> CertifiedKey:
        try:
            return ModuleKey(self._folder, name, self._token)
        except ModuleRefused as error:
            raise CannotUseAuthority(str(error)) from error
