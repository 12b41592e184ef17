"""The key that signs copies of the board: Ed25519 (RFC 8032), the same on every machine that shares SECRET_KEY."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from broadcaster.board.fingerprints import fingerprint
from broadcaster.settings import SETTINGS


def sign(content: bytes) -> bytes:
    """The signature of some bytes."""
    return _private().sign(content)


def public_pem() -> str:
    """The key to check with, as OpenSSL reads it."""
    pem = _private().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def own_fingerprint() -> str:
    """That of our own key."""
    return fingerprint(_private().public_key())


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SETTINGS.derived("board")))
