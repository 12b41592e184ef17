"""Links that a message carries for its own reader. They name a delivery, never an address, and can't be made up."""

import hmac
from functools import lru_cache

from broadcaster.settings import SETTINGS

_LENGTH = 24  # 96 bits of a SHA-256 code


def unsubscribe(ref: str) -> str:
    """The opt-out page of one delivery (RFC 8058: one address per recipient, the mail address not in it)."""
    return f"{SETTINGS.public_url}/unsubscribe/{ref}.{_seal(ref)}"


def opened(token: str) -> str | None:
    """The reference a token was made for, or None if we did not make it."""
    ref, _, seal = token.rpartition(".")
    return ref if ref and hmac.compare_digest(seal, _seal(ref)) else None


def _seal(ref: str) -> str:
    return hmac.digest(_key(SETTINGS.key), ref.encode(), "sha256").hex()[:_LENGTH]


@lru_cache(maxsize=1)  # one seal for each mail, and deriving it takes as long as a seal
def _key(_of: str) -> bytes:
    return SETTINGS.derived("unsubscribe").encode()
