"""How the console writes figures, instants and states."""

from collections.abc import Mapping, Sequence

from django import template
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from broadcaster import clock
from broadcaster.console import words
from broadcaster.console.spoken import spoken
from broadcaster.providers.reasons import EXPLANATIONS, Reason
from broadcaster.settings import SETTINGS
from broadcaster.text import phones
from broadcaster.text.languages import name_in

register = template.Library()

_REASONS = frozenset(reason.value for reason in Reason)


@register.simple_tag
def found_by_name() -> bool:
    """Whether people come by a name. No browser makes a passkey for an address that is a number."""
    host = SETTINGS.public_host
    return ":" not in host and not host.replace(".", "").isdecimal()


@register.filter
def thousands(value: float | None) -> str:
    """17,412."""
    return "" if value is None else number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True)


@register.filter
def moment(at: float | None) -> str:
    """An instant on the district's clock: 20 Feb 2023, 7:50 p.m."""
    if at is None:
        return ""
    return date_format(clock.local(at, SETTINGS.district.district.time_zone), "j M Y, g:i a")


@register.filter
def ago(at: float | None) -> str:
    """How long ago an instant is, to stand in brackets behind it."""
    if at is None:
        return ""
    minutes = int(max(0.0, clock.now() - at) // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    hours, days = minutes // 60, minutes // 1440
    if hours < 48:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


@register.filter
def duration(seconds: float | None) -> str:
    """So long, in words short enough for a table."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"


@register.filter
def state(value: str) -> SafeString:
    """A state as a word with its mark."""
    word, mark = words.STATES.get(value, (value, "off"))
    return format_html('<span class="state {}">{}</span>', mark, word)


@register.filter
def share(reached: int, total: int) -> str:
    """A share in percent, never rounded up to all or down to none."""
    if not total:
        return ""
    percent = 100 * reached / total
    if 0 < reached < total:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.1f} %"


@register.filter
def at(counts: dict[str, int], status: str) -> int:
    """How many of a status there are."""
    return counts.get(status, 0)


@register.filter
def word(value: str) -> str:
    """A state's word alone."""
    return str(words.STATES.get(value, (value, ""))[0])


@register.filter
def get(found: Mapping[str, object], key: str) -> object:
    """What stands under a key that only the page knows; None where nothing does."""
    return found.get(key)


@register.filter
def minus(value: int, other: int) -> int:
    """The difference."""
    return value - other


@register.filter
def language(tag: str) -> str:
    """A language's name in the reader's own."""
    return tag if tag.startswith("(") else name_in(tag, get_language() or "en")


@register.filter
def languages(tags: Sequence[str]) -> str:
    """Several languages by name."""
    return ", ".join(language(tag) for tag in tags)


@register.filter
def plainly(value: object) -> str:
    """A value of the audit log's detail, without the marks of a program."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {plainly(inner)}" for name, inner in value.items())
    return ", ".join(map(plainly, value)) if isinstance(value, list) else str(value)


@register.filter
def role(value: str) -> str:
    """A role's name."""
    return str(words.ROLES[value][0])


@register.filter
def duty(value: str) -> str:
    """What a role may do, in a line."""
    return str(words.ROLES[value][1])


@register.filter
def channel(value: str) -> str:
    """A channel's name."""
    return str(words.CHANNELS.get(value, value))


@register.filter
def purpose(value: str) -> str:
    """A purpose's name."""
    return str(words.PURPOSES.get(value, value))


@register.filter
def cause(value: str) -> str:
    """Why nothing goes to an address."""
    if value in _REASONS:
        return _(EXPLANATIONS[Reason(value)].happened)
    return str(words.CAUSES.get(value, value))


@register.filter
def said(value: str) -> str:
    """A sentence of the rooms below, which speak English: in the reader's language where it is known."""
    return spoken(value) if value else ""


@register.filter
def address(value: str) -> str:
    """A phone number as people write it; a mail address as it is."""
    return phones.for_people(value, SETTINGS.district.district.region) if value.startswith("+") else value


#: the first that a browser's own description has is what it is
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@register.filter
def browser(value: str) -> str:
    """A browser and its machine in two words, from what it says of itself."""
    program = next((name for mark, name in _BROWSERS if mark in value), _("another program"))
    system = next((name for mark, name in _SYSTEMS if mark in value), "")
    return f"{program}, {system}" if system else program
