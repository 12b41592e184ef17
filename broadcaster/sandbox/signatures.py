"""How the vendors sign what they send to us."""

import base64
import time
from collections.abc import Mapping
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from twilio.request_validator import RequestValidator

Headers = Mapping[str, str]


class FormSigner:
    """Signs form posts as Twilio does: "Webhooks Security", Validating Signatures from Twilio."""

    def __init__(self, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)

    def headers(self, url: str, body: bytes) -> Headers:
        """The signature over the URL, query included, and every posted name and value."""
        values = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": str(self._validator.compute_signature(url, values)),
        }


class EventSigner:
    """Signs event arrays as SendGrid does: "Event Webhook Security Features". Without a key they go unsigned."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | None) -> None:
        self._key = key

    def headers(self, url: str, body: bytes) -> Headers:  # noqa: ARG002 - the URL is no part of this vendor's signature
        """The signature over the instant of posting and the raw body."""
        plain = {"Content-Type": "application/json"}
        if self._key is None:
            return plain
        timestamp = str(int(time.time()))
        signature = self._key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        return {
            **plain,
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        }
