"""As much of PKCS #11 as sealing needs: open a token, find a key by its label, let it sign a digest.

Through the module's own C interface. A process opens its own session; one signature at a time.
"""

import ctypes
import threading
from ctypes import byref, c_char_p, c_ubyte, c_ulong, c_void_p
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_OK, _INITIALIZED_BEFORE, _LOGGED_IN_BEFORE = 0, 0x191, 0x100
_OS_LOCKING, _SERIAL_SESSION, _USER = 2, 4, 1
_CLASS, _LABEL, _EC_POINT = 0x0, 0x3, 0x181
_PUBLIC_KEY, _PRIVATE_KEY = 2, 3
_ECDSA = 0x1041
_LABEL_BYTES, _TOKEN_INFO_BYTES, _SIGNATURE_BYTES, _MOST_POINT_BYTES = 32, 512, 64, 256
_MOST_SLOTS = 64


class ModuleRefused(Exception):
    """The module did not do what it was asked; ``str()`` says what and the module's own number."""


class _Attribute(ctypes.Structure):
    _fields_ = (("kind", c_ulong), ("value", c_void_p), ("length", c_ulong))


class _Mechanism(ctypes.Structure):
    _fields_ = (("kind", c_ulong), ("parameter", c_void_p), ("length", c_ulong))


class _Beginning(ctypes.Structure):
    _fields_ = (("mutexes", c_void_p * 4), ("flags", c_ulong), ("reserved", c_void_p))


class Token:
    """One token of a module, logged in. Raises ModuleRefused.

    ``address`` (RFC 7512): ``pkcs11:token=LABEL?module-path=FILE&pin-source=FILE``.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        named = dict(one.split("=", 1) for one in parts.path.split(";") if "=" in one)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        try:
            label, library, pin = unquote(named["token"]), options["module-path"], Path(options["pin-source"])
        except KeyError as error:
            raise ModuleRefused(f"The address of the module lacks {error}: {address}") from error
        self._lock = threading.Lock()
        try:
            self._library, secret = ctypes.CDLL(library), pin.read_text().strip().encode()
        except OSError as error:
            raise ModuleRefused(f"The module or its PIN cannot be read: {error}") from error
        beginning = _Beginning(flags=_OS_LOCKING)
        self._do("C_Initialize", byref(beginning), also=_INITIALIZED_BEFORE)
        self._session = self._open(self._find_slot(label))
        self._do(
            "C_Login", self._session, c_ulong(_USER), c_char_p(secret), c_ulong(len(secret)), also=_LOGGED_IN_BEFORE
        )

    def sign(self, label: str, digest: bytes) -> bytes:
        """r and s, 32 bytes each, of ECDSA over the digest with the private key of this label."""
        key, mechanism = self._find(label, _PRIVATE_KEY), _Mechanism(_ECDSA, None, 0)
        signature, length = (c_ubyte * _SIGNATURE_BYTES)(), c_ulong(_SIGNATURE_BYTES)
        with self._lock:
            self._do("C_SignInit", self._session, byref(mechanism), key)
            self._do("C_Sign", self._session, c_char_p(digest), c_ulong(len(digest)), signature, byref(length))
        return bytes(signature)

    def get_point(self, label: str) -> bytes:
        """The public key of this label as an uncompressed point, taken out of its DER octet string."""
        key, buffer = self._find(label, _PUBLIC_KEY), (c_ubyte * _MOST_POINT_BYTES)()
        wanted = _Attribute(_EC_POINT, ctypes.cast(buffer, c_void_p), _MOST_POINT_BYTES)
        with self._lock:
            self._do("C_GetAttributeValue", self._session, key, byref(wanted), c_ulong(1))
        return bytes(buffer)[2 : wanted.length]

    def close(self) -> None:
        """End every session of this process with the module."""
        self._do("C_Finalize", None)

    def _find_slot(self, label: str) -> c_ulong:
        slots, count = (c_ulong * _MOST_SLOTS)(), c_ulong(_MOST_SLOTS)
        self._do("C_GetSlotList", c_ubyte(1), slots, byref(count))
        for slot in slots[: count.value]:
            told = (c_ubyte * _TOKEN_INFO_BYTES)()
            self._do("C_GetTokenInfo", c_ulong(slot), told)
            if bytes(told[:_LABEL_BYTES]).decode("utf-8", "replace").strip() == label:
                return c_ulong(slot)
        raise ModuleRefused(f"No token in the module is called {label!r}.")

    def _open(self, slot: c_ulong) -> c_ulong:
        session = c_ulong()
        self._do("C_OpenSession", slot, c_ulong(_SERIAL_SESSION), None, None, byref(session))
        return session

    def _find(self, label: str, kind: int) -> c_ulong:
        name, sort = label.encode(), c_ulong(kind)
        wanted = (_Attribute * 2)(
            _Attribute(_CLASS, ctypes.cast(ctypes.pointer(sort), c_void_p), ctypes.sizeof(sort)),
            _Attribute(_LABEL, ctypes.cast(c_char_p(name), c_void_p), len(name)),
        )
        found, count = c_ulong(), c_ulong()
        with self._lock:
            self._do("C_FindObjectsInit", self._session, wanted, c_ulong(2))
            self._do("C_FindObjects", self._session, byref(found), c_ulong(1), byref(count))
            self._do("C_FindObjectsFinal", self._session)
        if not count.value:
            raise ModuleRefused(f"The token holds no key called {label!r}.")
        return found

    def _do(self, name: str, *given: object, also: int = _OK) -> None:
        function = getattr(self._library, name)
        function.restype = c_ulong
        if (said := function(*given)) not in (_OK, also):
            raise ModuleRefused(f"The module refuses {name}: 0x{said:x}.")
