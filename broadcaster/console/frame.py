"""What stands around every page: the district, the way to other pages, and what nobody may overlook."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control

from broadcaster.broadcasts import kill_switch
from broadcaster.console.guard import no_page, open_to_all
from broadcaster.kinds import Channel
from broadcaster.people.roles import Act, may
from broadcaster.reports import charts
from broadcaster.settings import SETTINGS
from broadcaster.templating import colours

#: the hardest ground that a link stands on, dark and light: --raised of tokens.css
_DARK, _LIGHT = "#212836", "#eceff3"
#: what a vendor's channel is called on the screens
SPOKEN = {Channel.SMS: _("texts"), Channel.EMAIL: _("email")}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: the page's name, what it is called, and who has it."""

    page: str
    label: Any
    act: Act


MENU = (
    Entry("console:home", _("Home"), Act.SEE_REPORTS),
    Entry("console:broadcasts", _("Broadcasts"), Act.SEE_REPORTS),
    Entry("console:reports", _("Reports"), Act.SEE_REPORTS),
    Entry("console:library", _("Library"), Act.REHEARSE),
    Entry("console:roster", _("Roster"), Act.SEE_FAMILIES),
    Entry("console:replies", _("Replies"), Act.SEE_FAMILIES),
    Entry("console:doubts", _("In doubt"), Act.SEE_SETTINGS),
    Entry("console:stop", _("Kill switch"), Act.STOP_ALL),
    Entry("console:people", _("People"), Act.MANAGE_PEOPLE),
    Entry("console:audit", _("Audit log"), Act.SEE_AUDIT),
    Entry("console:settings", _("Settings"), Act.SEE_SETTINGS),
)
#: in this order: a later one may say otherwise than an earlier one
STYLESHEETS = tuple(f"console/{name}.css" for name in ("tokens", "frame", "pieces", "tables", "forms", "writing"))


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it stands on a page. `here`: this is one of its pages."""

    address: str
    label: Any
    here: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template: the district, the menu as this person has it, and what stands over the page."""
    district = SETTINGS.district.district
    person = getattr(request, "user", None)
    role = person.role if person is not None and person.is_authenticated else None
    simulated = [SPOKEN[channel] for channel in Channel if not SETTINGS.live(channel)]
    return {
        "district": district,
        "stylesheets": STYLESHEETS,
        "menu": [_link(one, request.path) for one in MENU if role and may(role, one.act)],
        "simulated": simulated,
        "nothing_is_real": len(simulated) == len(Channel),
        "stopped": kill_switch.present() if role else None,
    }


def _link(entry: Entry, path: str) -> Link:
    address = reverse(entry.page)
    return Link(address, entry.label, path == address or path.startswith(f"{address}/"))


def closed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature for handler403
    """A page that somebody of this role may not open."""
    return render(request, "console/closed.html", status=403)


@no_page
@open_to_all
@cache_control(public=True, max_age=3600)
def colours_css(_request: HttpRequest) -> HttpResponse:
    """The district's colour, and what charts wear."""
    return HttpResponse(colours_text() + charts.STYLE, content_type="text/css; charset=utf-8")


def colours_text() -> str:
    """The district's colour as a style sheet, readable on light and on dark."""
    colour = SETTINGS.district.district.colour
    return (
        f":root{{--brand:{colour};--on-brand:{colours.ink_on(colour)};--accent:{colours.readable(colour, _LIGHT)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{colours.readable(colour, _DARK)}}}}}"
    )
