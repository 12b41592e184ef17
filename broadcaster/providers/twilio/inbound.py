"""Texts from families (https://www.twilio.com/docs/messaging/guides/webhook-request)."""

from dataclasses import dataclass

from broadcaster.providers.twilio.signature import signed_form


@dataclass(frozen=True, slots=True)
class Inbound:
    """One text to one of our numbers.

    `opt_out_type` is STOP, START or HELP where Twilio's own opt-out handling saw one (it has then answered, and
    blocks or unblocks by itself), else empty.
    """

    from_: str
    to: str
    body: str
    opt_out_type: str
    provider_id: str


def read(url: str, form: bytes, signature: str, auth_token: str) -> Inbound:
    """An inbound text. Raises Forged if Twilio did not sign it. `url` is our public address with path and query."""
    fields = signed_form(url, form, signature, auth_token)
    return Inbound(
        from_=fields.get("From", ""),
        to=fields.get("To", ""),
        body=fields.get("Body", ""),
        opt_out_type=fields.get("OptOutType", "").upper(),
        provider_id=fields.get("MessageSid", ""),
    )
