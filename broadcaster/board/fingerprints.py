"""A public key in a form that people compare: SHA-256 of its bytes, as SSH writes it."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def fingerprint(public: Ed25519PublicKey) -> str:
    """Such as SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDnRVG+5yfVmfk/oJE."""
    digest = hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
