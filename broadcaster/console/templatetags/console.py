"""How the console writes figures, instants and states."""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from broadcaster import clock
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.settings import SETTINGS

register = template.Library()

_B, _D = BroadcastStatus, DeliveryStatus
#: a state's word and its mark, by the ledger's value
_STATES: dict[str, tuple[Any, str]] = {
    _B.DRAFT: (_("draft"), "off"),
    _B.IN_REVIEW: (_("waits for approval"), "wait"),
    _B.APPROVED: (_("approved"), "wait"),
    _B.SENDING: (_("going out"), "wait"),
    _B.PAUSED: (_("paused"), "bad"),
    _B.COMPLETED: (_("completed"), "good"),
    _B.CANCELLED: (_("cancelled"), "off"),
    _D.QUEUED: (_("not sent yet"), "wait"),
    _D.SENT: (_("sent, not confirmed"), "wait"),
    _D.DELIVERED: (_("delivered"), "good"),
    _D.UNDELIVERED: (_("not delivered"), "bad"),
    _D.FAILED: (_("failed"), "bad"),
    _D.UNKNOWN: (_("not known"), "bad"),
    _D.SUPPRESSED: (_("suppressed"), "off"),
}


@register.filter
def thousands(value: float | None) -> str:
    """17,412."""
    return "" if value is None else number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True)


@register.filter
def moment(at: float | None) -> str:
    """An instant on the district's clock: 20 Feb 2023, 7:50 p.m."""
    if at is None:
        return ""
    local = clock.local(at, SETTINGS.district.district.time_zone)
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{local.day} {local:%b %Y}, {local.hour % 12 or 12}:{local:%M} {half}"


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
    word, mark = _STATES.get(value, (value, "off"))
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
