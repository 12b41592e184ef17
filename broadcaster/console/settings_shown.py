"""The settings as they are, and where each comes from. Nothing is changed here: files and the environment are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from pydantic import BaseModel, SecretStr

from broadcaster import clock
from broadcaster.console.guard import Request, allowed
from broadcaster.delivery.queue.pacing import pace_of
from broadcaster.kinds import Channel
from broadcaster.people.roles import Act
from broadcaster.settings import SETTINGS

#: of these the last four characters are shown, as of secrets: enough to tell two keys apart
_KEYS = frozenset({"twilio_account_sid", "sendgrid_webhook_public_key"})
#: these may hold a password
_ADDRESSES = frozenset({"database_url", "broker_url"})
#: parts of the file that are shown as lines; its senders and schools have tables of their own
_PARTS = ("district", "policies", "prices")
#: a key shorter than this would be told by its last four characters
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A setting: its name, its value as it may be shown, and where it is from."""

    name: str
    value: str
    source: Any


@dataclass(frozen=True, slots=True)
class SenderNow:
    """A sender, its rate, and the share of it (percent) that it has at this moment."""

    channel: Channel
    address: str
    rate: float
    share: int


@allowed(Act.SEE_SETTINGS)
@require_safe
def settings_shown(request: Request) -> HttpResponse:
    """All of them."""
    district = SETTINGS.district
    context = {
        "environment": list(_environment()),
        "parts": [(part, list(_from_file(part, getattr(district, part)))) for part in _PARTS],
        "file": SETTINGS.config_path,
        "senders": list(_senders()),
        "schools": district.schools,
        "lines": district.language_lines,
        "providers": [(channel, SETTINGS.live(channel), _key_of(channel)) for channel in Channel],
    }
    return render(request, "console/settings.html", context)


def _environment() -> Iterator[Line]:
    for name in type(SETTINGS).model_fields:
        is_set = name in SETTINGS.model_fields_set
        yield Line(name.upper(), _shown(name, getattr(SETTINGS, name)), _("environment") if is_set else _("default"))


def _from_file(part: str, found: BaseModel) -> Iterator[Line]:
    said = part in SETTINGS.district.model_fields_set
    for name in type(found).model_fields:
        source = SETTINGS.config_path.name if said and name in found.model_fields_set else _("default")
        yield Line(name, _plain(getattr(found, name)), source)


def _senders() -> Iterator[SenderNow]:
    now = clock.now()
    for sender in SETTINGS.district.senders:
        _free_in, share = pace_of(sender.channel, sender.address).glance(now)
        yield SenderNow(sender.channel, sender.address, sender.rate, round(100 * share))


def _key_of(channel: Channel) -> str:
    key = SETTINGS.twilio_auth_token if channel is Channel.SMS else SETTINGS.sendgrid_api_key
    return last_four(key.get_secret_value())


def _shown(name: str, value: object) -> str:
    if isinstance(value, SecretStr):
        return last_four(value.get_secret_value())
    if name in _KEYS:
        return last_four(str(value))
    if name in _ADDRESSES and "@" in str(value):
        parts = urlsplit(str(value))
        return parts._replace(netloc=f"…@{parts.netloc.rpartition('@')[2]}").geturl()
    return _plain(value)


def last_four(key: str) -> str:
    """What may be shown of a key."""
    if not key:
        return ""
    return f"…{key[-4:]}" if len(key) >= _SHORT else "…"


def _plain(value: object) -> str:
    if value in (None, "", ()):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)
