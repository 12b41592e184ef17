"""Which account a channel is sent from: the vendor's, where there is a key, else the sandbox's own.

The sandbox's keys are derived from SECRET_KEY: every process of the home knows them, and nobody has to set them.
"""

import base64
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from broadcaster.settings import Settings

#: order of the curve P-256 (FIPS 186-4, D.1.2.3): a private key is a number from 1 to one less
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class SandboxKeys:
    """What the sandbox takes, and what it signs with. `events_public` is base64 DER, as SendGrid shows its own."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str = field(repr=False)
    events_key: ec.EllipticCurvePrivateKey = field(repr=False)
    events_public: str


@lru_cache(maxsize=4)
def _events_key(secret: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(secret, 16) % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def sandbox_keys(settings: Settings) -> SandboxKeys:
    """The sandbox's keys of this home: the same in every process and on every machine that shares SECRET_KEY."""
    key = _events_key(settings.derived("sandbox-events"))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return SandboxKeys(
        account_sid="AC" + settings.derived("sandbox-sid")[:32],
        auth_token=settings.derived("sandbox-token")[:32],
        api_key="SG." + settings.derived("sandbox-mail"),
        events_key=key,
        events_public=base64.b64encode(public).decode(),
    )
