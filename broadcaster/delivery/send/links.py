"""Links that a message carries for its own reader. They name a delivery, never an address, and can't be made up."""

import hmac
from functools import lru_cache

from broadcaster.settings import SETTINGS

_LENGTH = 24  # 96 bits of a SHA-256 code


def unsubscribe(ref: str) -> str:
    """The opt-out page of one delivery (RFC 8058: one address per recipient, the mail address not in it)."""
    return f"{SETTINGS.public_url}/unsubscribe/{ref}.{_seal(ref)}"


def acknowledge(ref: str) -> str:
    """The page on which whoever got a delivery says that they have read it."""
    return f"{SETTINGS.public_url}/read/{ref}.{_seal('read:' + ref)}"


def choices(contact_id: int, point_id: int, until: float) -> str:
    """The page of somebody's choices: theirs for as long as they have the link, and until an instant."""
    ref = f"{contact_id}-{point_id}-{int(until):x}"
    return f"{SETTINGS.public_url}/choices/{ref}.{_seal('choices:' + ref)}"


def opened_to_acknowledge(token: str) -> str | None:
    """The reference of the delivery, or None if we did not make the link."""
    return _opened(token, "read:")


def opened_choices(token: str) -> tuple[int, int, float] | None:
    """The contact, the address and the instant until which the link holds, or None if we did not make it."""
    ref = _opened(token, "choices:")
    if ref is None:
        return None
    contact, point, until = ref.split("-")
    return int(contact), int(point), float(int(until, 16))


def _opened(token: str, use: str) -> str | None:
    ref, _, seal = token.rpartition(".")
    return ref if ref and token.isascii() and hmac.compare_digest(seal, _seal(use + ref)) else None


def opened(token: str) -> str | None:
    """The reference a token was made for, or None if we did not make it."""
    ref, _, seal = token.rpartition(".")
    return ref if ref and hmac.compare_digest(seal, _seal(ref)) else None


def _seal(ref: str) -> str:
    return hmac.digest(_key(SETTINGS.key), ref.encode(), "sha256").hex()[:_LENGTH]


@lru_cache(maxsize=1)  # one seal for each mail, and deriving it takes as long as a seal
def _key(_of: str) -> bytes:
    return SETTINGS.derived("unsubscribe").encode()
