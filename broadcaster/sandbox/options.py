"""What a sandbox is started with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from broadcaster.sandbox.faults import Faults

_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Options:
    """One simulated Twilio account, one SendGrid account, and where they call back.

    `account_sid`, `auth_token` and `api_key` are the keys that are taken; every other key gets a 401.
    `events_url` takes mail events, `inbound_url` texts from families; empty means that nothing is sent there.
    `events_key` signs mail events (PEM text or the key itself, curve P-256); without it they go unsigned.
    `senders` are the numbers and addresses that may send; empty means any.
    `listening` is a socket that somebody already listens on, to be used in place of `host` and `port`.
    `journal` makes the sandbox remember over a restart. The same `seed` deals the same faults to the same messages.
    `events_patience`: for how many seconds a mail event is offered again until it is taken (the vendor: 24 h).
    """

    account_sid: str
    auth_token: str
    api_key: str
    host: str = "127.0.0.1"
    port: int = 8026
    listening: socket | None = None
    events_url: str = ""
    inbound_url: str = ""
    events_key: str | ec.EllipticCurvePrivateKey | None = None
    senders: Sequence[str] = ()
    faults: Faults = field(default_factory=Faults)
    journal: Path | None = None
    seed: int = 1
    events_patience: float = _DAY

    def signing_key(self) -> ec.EllipticCurvePrivateKey | None:
        """The key that signs mail events. Raises ValueError if `events_key` is no P-256 private key."""
        key = self.events_key
        if isinstance(key, str):
            loaded = load_pem_private_key(key.encode(), password=None)
            if not isinstance(loaded, ec.EllipticCurvePrivateKey):
                raise ValueError("events_key: should be an elliptic curve key")  # noqa: TRY004 - the text given is wrong
            key = loaded
        if key is not None and not isinstance(key.curve, ec.SECP256R1):
            raise ValueError(f"events_key: is on {key.curve.name}, should be on P-256 (secp256r1)")
        return key

    def may_send(self, address: str) -> bool:
        """Whether the account owns this number or address. Mail addresses are compared without case."""
        of_channel = [sender.lower() for sender in self.senders if ("@" in sender) == ("@" in address)]
        return not of_channel or address.lower() in of_channel
