"""
Owns the two cipher suites: `aes` (AES-256-GCM, HMAC-SHA256, SHA-256) and `gm` (SM4-GCM, HMAC-SM3, SM3).

Refuses a third. Signatures are Ed25519 in both: `cryptography` offers no SM2, and we say so.
"""

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_SIZE = 12
TAG_SIZE = 16


class Aead(Protocol):
    """A prepared authenticated cipher under one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext and tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the plaintext, or raise InvalidTag."""


class Sm4Gcm:
    """SM4 in Galois/counter mode with the same face as AESGCM."""

    __slots__ = ("_algorithm",)

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext and tag."""
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the plaintext, or raise InvalidTag."""
        if len(data) < TAG_SIZE:
            raise InvalidTag
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG_SIZE:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-TAG_SIZE]) + decryptor.finalize()


class Suite(ABC):
    """One cipher suite. `code` stands in every blob; `key_size` holds for domain keys and data keys alike."""

    name: ClassVar[str]
    code: ClassVar[int]
    key_size: ClassVar[int]
    # SM3 comes from `cryptography`, whose OpenSSL always has it; that of `hashlib` depends on the system.
    algorithm: ClassVar[hashes.HashAlgorithm]

    @classmethod
    @abstractmethod
    def aead(cls, key: bytes) -> Aead:
        """Return the authenticated cipher prepared with this key."""

    @classmethod
    def mac(cls, key: bytes) -> hmac.HMAC:
        """Return a prepared HMAC; copy it for each value, which is far cheaper than keying it anew."""
        return hmac.HMAC(key, cls.algorithm)

    @classmethod
    def digest(cls, content: bytes) -> bytes:
        """Return the suite's 32-byte hash."""
        hasher = hashes.Hash(cls.algorithm)
        hasher.update(content)
        return hasher.finalize()


class Aes(Suite):
    """AES-256-GCM, HMAC-SHA256, SHA-256."""

    name = "aes"
    code = 1
    key_size = 32
    algorithm = hashes.SHA256()

    @classmethod
    def aead(cls, key: bytes) -> Aead:
        """Return AES-256-GCM under this key."""
        return AESGCM(key)


class Gm(Suite):
    """SM4-GCM (GB/T 32907), HMAC-SM3, SM3 (GB/T 32905)."""

    name = "gm"
    code = 2
    key_size = 16
    algorithm = hashes.SM3()

    @classmethod
    def aead(cls, key: bytes) -> Aead:
        """Return SM4-GCM under this key."""
        return Sm4Gcm(key)


SUITES: dict[str, type[Suite]] = {suite.name: suite for suite in (Aes, Gm)}
