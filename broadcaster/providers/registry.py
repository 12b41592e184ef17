"""Which vendor stands behind a channel. Another vendor is another folder and another line in `build`."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from broadcaster.kinds import Channel
from broadcaster.providers.base import Provider
from broadcaster.providers.reasons import EXPLANATIONS, Explanation, Reason
from broadcaster.providers.sendgrid import errors as sendgrid_errors
from broadcaster.providers.sendgrid.send import SendGridMail
from broadcaster.providers.twilio import errors as twilio_errors
from broadcaster.providers.twilio.send import TwilioSms

#: where live messages leave from; a drill never talks to these or to anything under them
LIVE_DOMAINS = ("twilio.com", "sendgrid.com", "sendgrid.net")


class LiveInDrill(Exception):  # noqa: N818 - says what was about to happen
    """A drill was about to get a provider that can reach real families."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Our accounts at the vendors, and what is the same in everything we send.

    A base URL is `http(s)://host:port`, empty for the vendor's own. `status_url` is where Twilio sends its receipts.
    `validity_seconds` is how long a text may wait at Twilio (1 to 36,000; None: its own ten hours).
    """

    status_url: str
    twilio_sid: str = ""
    twilio_token: str = field(default="", repr=False)
    twilio_base_url: str = ""
    sendgrid_key: str = field(default="", repr=False)
    sendgrid_base_url: str = ""
    from_name: str = ""
    reply_to: str = ""
    validity_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The sandbox provider: where it is, and the keys it takes. Raises LiveInDrill for a vendor's address, or none."""

    url: str
    twilio_sid: str
    twilio_token: str = field(repr=False)
    sendgrid_key: str = field(repr=False)

    def __post_init__(self) -> None:
        host = urlsplit(self.url).hostname or ""
        if not host or any(f".{host.rstrip('.')}".endswith(f".{domain}") for domain in LIVE_DOMAINS):
            raise LiveInDrill(f"{self.url!r} is not the sandbox: a drill needs the address of one")


def build(channel: Channel, accounts: Accounts) -> Provider:
    """The provider of a channel. Build it inside the event loop it is used in, and close it there."""
    if channel is Channel.SMS:
        return TwilioSms(
            accounts.twilio_sid,
            accounts.twilio_token,
            accounts.status_url,
            base_url=accounts.twilio_base_url,
            validity_seconds=accounts.validity_seconds,
        )
    return SendGridMail(
        accounts.sendgrid_key,
        base_url=accounts.sendgrid_base_url,
        from_name=accounts.from_name,
        reply_to=accounts.reply_to,
    )


def build_for_drill(channel: Channel, accounts: Accounts, sandbox: Sandbox) -> Provider:
    """The provider of a channel in a drill: the sandbox, whatever the accounts say.

    All keys and all addresses come from `sandbox`, which can't be a vendor's, so a drill given the live accounts by
    mistake still reaches nobody.
    """
    return build(channel, in_sandbox(accounts, sandbox))


def in_sandbox(accounts: Accounts, sandbox: Sandbox) -> Accounts:
    """The accounts with every key and every vendor's address replaced by the sandbox's."""
    return replace(
        accounts,
        twilio_sid=sandbox.twilio_sid,
        twilio_token=sandbox.twilio_token,
        twilio_base_url=sandbox.url,
        sendgrid_key=sandbox.sendgrid_key,
        sendgrid_base_url=sandbox.url,
    )


def explain(channel: Channel, reason: Reason, code: str = "") -> Explanation:
    """What happened and what to do about it, in one sentence each: the code's own if it has them, else the reason's."""
    if channel is Channel.SMS:
        own = twilio_errors.WORDS.get(code)
    else:
        own = sendgrid_errors.WORDS.get(sendgrid_errors.detail(code))
    return own or EXPLANATIONS[reason]
