"""Which account a channel is sent from: the vendor's, where there is a key, else the sandbox's own.

The sandbox's keys are derived from SECRET_KEY: every process of the home knows them, and nobody has to set them.
"""

import base64
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from broadcaster.kinds import Channel
from broadcaster.providers.registry import Accounts, Sandbox
from broadcaster.settings import SETTINGS, Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

#: where vendors call back, below PUBLIC_BASE_URL
STATUS_PATH = "/webhooks/twilio/status"
INBOUND_PATH = "/webhooks/twilio/inbound"
EVENTS_PATH = "/webhooks/sendgrid/events"
#: order of the curve P-256 (FIPS 186-4, D.1.2.3): a private key is a number from 1 to one less
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class SandboxKeys:
    """What the sandbox takes, and what it signs mail events with."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str = field(repr=False)
    _events_secret: str = field(repr=False)

    @property
    def events_key(self) -> "ec.EllipticCurvePrivateKey":
        """The key that signs."""
        return _events_key(self._events_secret)

    @property
    def events_public(self) -> str:
        """What a signature is checked with: base64 DER, as SendGrid shows its own."""
        return _events_public(self._events_secret)


@lru_cache(maxsize=4)
def _events_key(secret: str) -> "ec.EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec  # 10 MB that most commands do without

    return ec.derive_private_key(int(secret, 16) % (_P256_ORDER - 1) + 1, ec.SECP256R1())


@lru_cache(maxsize=4)
def _events_public(secret: str) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # as above

    public = _events_key(secret).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(public).decode()


def sandbox_keys(settings: Settings) -> SandboxKeys:
    """The sandbox's keys of this home: the same in every process and on every machine that shares SECRET_KEY."""
    return SandboxKeys(
        account_sid="AC" + settings.derived("sandbox-sid")[:32],
        auth_token=settings.derived("sandbox-token")[:32],
        api_key="SG." + settings.derived("sandbox-mail"),
        _events_secret=settings.derived("sandbox-events"),
    )


def accounts(settings: Settings = SETTINGS, *, drill: bool = False) -> Accounts:
    """The accounts to send from. In a drill no key in them is live, and no address is a vendor's.

    A channel without a live key uses the sandbox's keys, at the channel's own base URL if it has one.
    Raises LiveInDrill if a drill would leave for a vendor's address.
    """
    keys = sandbox_keys(settings)
    texts = _address(settings, Channel.SMS, settings.twilio_base_url, drill=drill)
    mail = _address(settings, Channel.EMAIL, settings.sendgrid_base_url, drill=drill)
    if drill:
        for url in (texts, mail):
            Sandbox(url, keys.account_sid, keys.auth_token, keys.api_key)  # refuses a vendor's address
    live_texts = settings.live(Channel.SMS) and not drill
    live_mail = settings.live(Channel.EMAIL) and not drill
    return Accounts(
        status_url=settings.public_url + STATUS_PATH,
        twilio_sid=settings.twilio_account_sid if live_texts else keys.account_sid,
        twilio_token=settings.twilio_auth_token.get_secret_value() if live_texts else keys.auth_token,
        twilio_base_url=texts,
        sendgrid_key=settings.sendgrid_api_key.get_secret_value() if live_mail else keys.api_key,
        sendgrid_base_url=mail,
        from_name=settings.district.district.name,
    )


def _address(settings: Settings, channel: Channel, own: str, *, drill: bool) -> str:
    """Where a channel's requests go; empty for the vendor's own address."""
    if settings.live(channel):
        return settings.sandbox_url if drill else own
    return own or settings.sandbox_url
