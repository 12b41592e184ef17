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
    """A line of the menu: the page's name, what it is called, and who has it. Where there is no room for all of them,
    those with a `group` stand under it, behind one touch.
    """

    page: str
    label: Any
    act: Act
    group: Any = ""


MENU = (
    Entry("console:home", _("Home"), Act.SEE_REPORTS),
    Entry("console:broadcasts", _("Broadcasts"), Act.SEE_REPORTS),
    Entry("console:reports", _("Reports"), Act.SEE_REPORTS),
    Entry("console:library", _("Library"), Act.REHEARSE, _("Messages")),
    Entry("console:roster", _("Roster"), Act.SEE_FAMILIES, _("Families")),
    Entry("console:replies", _("Replies"), Act.SEE_FAMILIES, _("Families")),
    Entry("console:doubts", _("In doubt"), Act.SEE_SETTINGS, _("Messages")),
    Entry("console:stop", _("Kill switch"), Act.STOP_ALL, _("Messages")),
    Entry("console:people", _("People"), Act.MANAGE_PEOPLE, _("District")),
    Entry("console:audit", _("Audit log"), Act.SEE_AUDIT, _("District")),
    Entry("console:settings", _("Settings"), Act.SEE_SETTINGS, _("District")),
)
#: in this order: a later one may say otherwise than an earlier one
STYLESHEETS = tuple(f"console/{name}.css" for name in ("tokens", "frame", "pieces", "tables", "forms", "writing"))


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it stands on a page. `here`: this is one of its pages."""

    address: str
    label: Any
    here: bool
    group: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The pages that somebody has: those that are always to be seen, and the rest in groups."""

    first: list[Link]
    rest: list[Link]

    @classmethod
    def of(cls, role: str, path: str) -> "Menu":
        """For a role, on the page of that path."""
        links = [_link(one, path) for one in MENU if may(role, one.act)]
        return cls([one for one in links if not one.group], [one for one in links if one.group])

    @property
    def groups(self) -> dict[str, list[Link]]:
        """The rest by group, families before messages."""
        names = dict.fromkeys(str(one) for one in (_("Families"), _("Messages"), _("District")))
        found = {name: [link for link in self.rest if link.group == name] for name in names}
        return {name: links for name, links in found.items() if links}

    @property
    def here(self) -> Link | None:
        """The page of the rest that one is on."""
        return next((one for one in self.rest if one.here), None)


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template: the district, the menu as this person has it, and what stands over the page."""
    district = SETTINGS.district.district
    person = getattr(request, "user", None)
    role = person.role if person is not None and person.is_authenticated else None
    simulated = [SPOKEN[channel] for channel in Channel if not SETTINGS.live(channel)]
    return {
        "district": district,
        "stylesheets": STYLESHEETS,
        "menu": Menu.of(role, request.path) if role else None,
        "simulated": simulated,
        "nothing_is_real": len(simulated) == len(Channel),
        "stopped": kill_switch.present() if role else None,
    }


def _link(entry: Entry, path: str) -> Link:
    address = reverse(entry.page)
    return Link(address, entry.label, path == address or path.startswith(f"{address}/"), str(entry.group))


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
