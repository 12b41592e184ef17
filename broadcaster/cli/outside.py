"""What `doctor` looks at beyond this machine: the public address, the vendors' accounts, the DNS of the mail's domain.

Only what is set is asked: without a vendor's key nobody is. What does not answer is said to be not known, and counts as
well: a machine behind a firewall is no fault of the district's.
"""

import ipaddress
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from broadcaster.cli.looking import CLOCK_GRAIN_SECONDS, Check, Looking
from broadcaster.delivery.accounts import INBOUND_PATH
from broadcaster.kinds import Channel
from broadcaster.providers.asking import Standing, Unanswered, ask
from broadcaster.providers.sendgrid import standing as sendgrid
from broadcaster.providers.twilio import standing as twilio

#: seconds that a name server may take for one question
_DNS_SECONDS = 2.0
#: the selectors that SendGrid's domain authentication sets up
#: (https://www.twilio.com/docs/sendgrid/ui/account-and-settings/how-to-set-up-domain-authentication)
_SELECTORS = ("s1", "s2")


def checks(at: Looking) -> Iterator[Check]:
    """Each that has something to ask."""
    yield _reachable(at)
    settings = at.settings
    if settings.live(Channel.SMS):
        numbers = [sender.address for sender in settings.district.senders_on(Channel.SMS)]
        token = settings.twilio_auth_token.get_secret_value()
        inbound = settings.public_url + INBOUND_PATH
        found = twilio.standing(settings.twilio_account_sid, token, settings.twilio_base_url, numbers, inbound)
        yield Check("Twilio account", found.ok, found.say)
        yield _clock_of("Twilio", found)
    if settings.live(Channel.EMAIL):
        key = settings.sendgrid_api_key.get_secret_value()
        mail = sendgrid.standing(key, settings.sendgrid_base_url)
        yield Check("SendGrid account", mail.ok, mail.say)
        yield _clock_of("SendGrid", mail)
        senders = settings.district.senders_on(Channel.EMAIL)
        yield from (_mail_domain(name) for name in sorted({one.address.rpartition("@")[2] for one in senders}))


def _clock_of(vendor: str, found: Standing) -> Check:
    """By what the answer to the question about the account bears: nothing more is asked."""
    name = f"clock of {vendor}"
    if found.ahead is None:
        return Check(name, True, "not known: it did not say what time it has")
    if abs(found.ahead) > CLOCK_GRAIN_SECONDS:
        which = "ahead of" if found.ahead > 0 else "behind"
        say = f"ours is {abs(found.ahead):.0f} s {which} it: set this machine's by NTP, or texts in doubt are misjudged"
        return Check(name, False, say)
    return Check(name, True, "agrees with ours")


def in_the_clear(url: str) -> bool:
    """Whether an address crosses the net without TLS: http, and neither this machine nor a private network."""
    parts = urlsplit(url)
    if parts.scheme != "http":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_private
    except ValueError:
        return parts.hostname != "localhost"


def _reachable(at: Looking) -> Check:
    """Asked from here: a name that leads nowhere, a dead proxy and a wrong certificate show; a firewall does not."""
    if not at.settings.public_base_url:
        return Check("callbacks", True, "not asked: PUBLIC_BASE_URL is not set")
    try:
        status = ask(at.settings.public_url, "/health").status
    except Unanswered as error:
        say = f"{at.settings.public_url}/health does not answer from here ({error}): vendors may not reach it either"
        return Check("callbacks", not _live(at), say)
    ok = status == HTTPStatus.OK
    say = f"{at.settings.public_url}/health answers {status} from here"
    return Check("callbacks", ok or not _live(at), say if ok else f"{say}: the proxy should pass every path to `web`")


def _live(at: Looking) -> bool:
    return any(at.settings.live(channel) for channel in Channel)


def _mail_domain(domain: str) -> Check:
    """SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489), which Gmail and Yahoo want of bulk senders."""
    name = f"mail domain {domain}"
    spf = _txt(domain, "v=spf1")
    if spf is None:  # the other questions would each wait as long
        return Check(name, True, "not known: no name server answers here")
    dmarc = _txt(f"_dmarc.{domain}", "v=DMARC1")
    dkim = [_exists(f"{selector}._domainkey.{domain}") for selector in _SELECTORS]
    if None in (dmarc, *dkim):
        return Check(name, True, "not known: the name server does not answer all of it")
    wanting = [
        *(["SPF"] if not spf else []),
        *([] if any(dkim) else [f"DKIM ({' or '.join(_SELECTORS)}._domainkey)"]),
        *(["DMARC"] if not dmarc else []),
    ]
    if wanting:
        say = f"has no {', no '.join(wanting)}: mail may be refused; set up SendGrid's domain authentication and DMARC"
        return Check(name, False, say)
    return Check(name, True, "has SPF, DKIM and DMARC")


def _txt(name: str, begins: str) -> bool | None:
    """Whether a name has a TXT record that begins so. None: nobody answers."""
    found = _records(name, "TXT")
    return None if found is None else any(text.strip('"').startswith(begins) for text in found)


def _exists(name: str) -> bool | None:
    found = [_records(name, kind) for kind in ("TXT", "CNAME")]
    return None if None in found else any(found)


def _records(name: str, kind: str) -> list[str] | None:
    import dns.exception
    import dns.resolver

    try:
        return [record.to_text() for record in dns.resolver.resolve(name, kind, lifetime=_DNS_SECONDS)]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError):
        return None
