"""Which vendor stands behind a channel. Another vendor is another folder and another line in `build`."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from broadcaster.kinds import Channel
from broadcaster.providers.base import MayWrite, Provider, always
from broadcaster.providers.reasons import EXPLANATIONS, Explanation, Kind, Reason
from broadcaster.providers.sendgrid import errors as sendgrid_errors
from broadcaster.providers.twilio import errors as twilio_errors

#: where live messages leave from; a drill never talks to these or to anything under them
LIVE_DOMAINS = ("twilio.com", "sendgrid.com", "sendgrid.net")

#: so much of a vendor's code is named
_CODE = 40


class LiveInDrill(Exception):  # noqa: N818 - says what was about to happen
    """A drill was about to get a provider that can reach real families."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Our accounts at the vendors, and what is the same in everything we send.

    A base URL is `http(s)://host:port`, empty for the vendor's own. `status_url` is where Twilio sends its receipts.
    """

    status_url: str
    twilio_sid: str = ""
    twilio_token: str = field(default="", repr=False)
    twilio_base_url: str = ""
    sendgrid_key: str = field(default="", repr=False)
    sendgrid_base_url: str = ""
    from_name: str = ""
    reply_to: str = ""


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


def load_vendors() -> None:
    """Import what `build` needs: for a process that will send, so that its first message does not wait for that."""
    from broadcaster.providers.sendgrid import send as mail  # noqa: F401 - only to have it in memory
    from broadcaster.providers.twilio import send as texts  # noqa: F401 - only to have it in memory


def build(channel: Channel, accounts: Accounts, may_write: MayWrite = always) -> Provider:
    """The provider of a channel. Build it inside the event loop it is used in, and close it there. It asks `may_write`
    at the last instant before each request.
    """
    # The vendors' SDKs take 25 MB and half a second, so only a process that sends has them.
    if channel is Channel.SMS:
        from broadcaster.providers.twilio.send import TwilioSms

        return TwilioSms(
            accounts.twilio_sid,
            accounts.twilio_token,
            accounts.status_url,
            base_url=accounts.twilio_base_url,
            may_write=may_write,
        )
    from broadcaster.providers.sendgrid.send import SendGridMail

    return SendGridMail(
        accounts.sendgrid_key,
        base_url=accounts.sendgrid_base_url,
        from_name=accounts.from_name,
        reply_to=accounts.reply_to,
        may_write=may_write,
    )


def in_sandbox(accounts: Accounts, sandbox: Sandbox) -> Accounts:
    """The accounts with every key and every vendor's address replaced by the sandbox's, which can't be a vendor's: what
    a drill builds its providers from, so that one given the live accounts by mistake still reaches nobody.
    """
    return replace(
        accounts,
        twilio_sid=sandbox.twilio_sid,
        twilio_token=sandbox.twilio_token,
        twilio_base_url=sandbox.url,
        sendgrid_key=sandbox.sendgrid_key,
        sendgrid_base_url=sandbox.url,
    )


def explain(channel: Channel, reason: Reason, code: str = "") -> Explanation:
    """What happened and what to do about it, in one sentence each: the code's own if it has them, else the reason's. A
    code that nobody knows is named, so that somebody can look it up.
    """
    if channel is Channel.SMS:
        own = twilio_errors.WORDS.get(code)
    else:
        own = sendgrid_errors.WORDS.get(sendgrid_errors.detail(code))
    if own is None and code and reason is Reason.OTHER:
        happened = f"It did not arrive; the vendor says only {code[:_CODE]}."
        return Explanation(Kind.TEMPORARY, happened, "Call, or try again later; IT can look the code up.")
    return own or EXPLANATIONS[reason]
