"""A locked file that costs nothing to open: age's format (https://age-encryption.org/v1) with the least of scrypt.

age itself asks for a second of work, at the making and at each opening. It reads ours as any other: what a file says of
its work is inside what its code protects.
"""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_CHUNK = 64 * 1024
#: two to the power of so much
_WORK = 1


def encrypt(plain: bytes, secret: str) -> bytes:
    """As `pyrage.passphrase.encrypt`, which opens it."""
    key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    label = b"age-encryption.org/v1/scrypt" + salt
    wrapping = hashlib.scrypt(secret.encode(), salt=label, n=2**_WORK, r=8, p=1, dklen=32)
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_letters(salt), _WORK, _letters(wrapped))
    code = hmac.digest(_derive(key, b"", b"header"), header, "sha256")
    return header + b" " + _letters(code) + b"\n" + nonce + _stream(_derive(key, nonce, b"payload"), plain)


def _stream(key: bytes, plain: bytes) -> bytes:
    """Chunks, each under its number; the last one says that it is the last."""
    lock = ChaCha20Poly1305(key)
    chunks = [plain[at : at + _CHUNK] for at in range(0, len(plain), _CHUNK)] or [b""]
    last = len(chunks) - 1
    return b"".join(
        lock.encrypt(number.to_bytes(11, "big") + bytes([number == last]), chunk, None)
        for number, chunk in enumerate(chunks)
    )


def _derive(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, purpose).derive(key)


def _letters(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")
