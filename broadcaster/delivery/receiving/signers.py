"""Who may sign a callback: the vendor whose key we have, and the sandbox of this home.

The sandbox always may, also beside live keys, because a drill's receipts come from it. Its secrets derive from
SECRET_KEY, so whoever can sign with them can read the ledger anyway; and only what was sent to the sandbox carries a
reference it could sign.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from broadcaster.delivery.accounts import sandbox_keys
from broadcaster.providers.errors import Forged
from broadcaster.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Signer:
    """`secret` is what a signature is checked with: Twilio's auth token, or SendGrid's public key."""

    secret: str = field(repr=False)
    live: bool


def of_texts(settings: Settings) -> tuple[Signer, ...]:
    """Who signs what comes from Twilio."""
    own = settings.twilio_auth_token.get_secret_value()
    return _with_sandbox(own, sandbox_keys(settings).auth_token)


def of_mail(settings: Settings) -> tuple[Signer, ...]:
    """Who signs what comes from SendGrid."""
    return _with_sandbox(settings.sendgrid_webhook_public_key, sandbox_keys(settings).events_public)


def _with_sandbox(own: str, sandbox: str) -> tuple[Signer, ...]:
    simulated = Signer(sandbox, live=False)
    return (Signer(own, live=True), simulated) if own else (simulated,)


def genuine(read: Callable[[str], T], signers: Sequence[Signer]) -> tuple[T, Signer]:
    """What `read` makes of a callback with the secret that fits, and whose it is. Raises Forged where none fits."""
    for signer in signers:
        try:
            return read(signer.secret), signer
        except Forged:
            continue
    raise Forged("the signature is nobody's we know")
