"""Who sent this? Twilio signs the public address of the callback and its form (https://www.twilio.com/docs/usage/security)."""

from urllib.parse import parse_qsl

from multidict import MultiDict
from twilio.request_validator import RequestValidator

from broadcaster.providers.errors import Forged


def signed_form(url: str, form: bytes, signature: str, auth_token: str) -> MultiDict[str]:
    """The form of a callback that Twilio signed, with all parameters it has, known or not. Raises Forged.

    `url` is the public address that Twilio was told, with path and query: never what the request calls its host.
    """
    fields = MultiDict(parse_qsl(form.decode("utf-8", "replace"), keep_blank_values=True))
    if not auth_token or not signature or not RequestValidator(auth_token).validate(url, fields, signature):
        raise Forged("the X-Twilio-Signature does not fit")
    return fields
