"""What stands around each of a family's pages: its language, the district, and where the other pages are.

A page knows the others by `Places`, so that the same templates make the board that is served and the copy of it in
files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from babel.dates import format_datetime
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from broadcaster import clock
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS
from broadcaster.templating.formats import locale_of
from broadcaster.templating.letterhead import own
from broadcaster.templating.phrases import Phrases, for_reader, page_languages
from broadcaster.templating.template import TranslationStatus
from broadcaster.text import phones
from broadcaster.text.languages import DEFAULT, is_right_to_left, recognise


class Places(Protocol):
    """Where the pages of the board are."""

    def board(self, language: str, page: int = 1) -> str:
        """The list of notices."""

    def notice(self, language: str, code: str) -> str:
        """The notices of one code."""

    def check(self, language: str) -> str:
        """Where a message is checked."""

    def feed(self) -> str:
        """The Atom feed."""

    def style(self) -> tuple[str, ...]:
        """The style sheets."""


class Served:
    """The pages as this server answers them."""

    def board(self, language: str, page: int = 1) -> str:
        """The list of notices."""
        return reverse("board:board", args=[language]) + (f"?page={page}" if page > 1 else "")

    def notice(self, language: str, code: str) -> str:
        """The notices of one code."""
        return reverse("board:notice", args=[language, code])

    def check(self, language: str) -> str:
        """Where a message is checked."""
        return reverse("board:check", args=[language])

    def feed(self) -> str:
        """The Atom feed."""
        return reverse("board:feed")

    def style(self) -> tuple[str, ...]:
        """The style sheets."""
        return (reverse("console:colours"), static("board/board.css"))


@dataclass(frozen=True, slots=True)
class Say:
    """The phrases of a page's language: in a template `say.check_title`, with the district's values in them."""

    phrases: Phrases
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.phrases.texts[name].format_map(_Kept(self.values))

    def with_(self, name: str, **values: object) -> str:
        """A phrase with values of its own."""
        return self.phrases.texts[name].format_map(_Kept({**self.values, **values}))


class _Kept(dict[str, Any]):
    """A place nobody has a value for yet stays as it is: the template that needs it fills it."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def say(language: str) -> Say:
    """The phrases for a reader of `language`, with the district's name and numbers in them."""
    head = own()
    senders = SETTINGS.district.senders_on(Channel.SMS)
    number = phones.for_people(senders[0].address, head.region) if senders else head.phone
    values = {"district": head.name, "phone": head.line(language), "number": number}
    return Say(for_reader(language), values)


def moment(at: float, language: str) -> str:
    """An instant on the district's clock, as the language writes it, with its zone."""
    local = clock.local(at, SETTINGS.district.district.time_zone)
    written = format_datetime(local, "medium", locale=locale_of(language, SETTINGS.district.district.region))
    return f"{written} {local:%Z}".replace("\u202f", " ")


def context(language: str, places: Places | None = None) -> dict[str, Any]:
    """What every template of a family's page has."""
    speaking = say(language)
    tag = speaking.phrases.language
    return {
        "say": speaking,
        "language": tag,
        "direction": "rtl" if is_right_to_left(tag) else "ltr",
        "is_draft": speaking.phrases.status is not TranslationStatus.REVIEWED,
        "languages": list(page_languages().values()),
        "district": SETTINGS.district.district,
        "phone": own().line(language),
        "places": places or Served(),
        "nothing_is_real": SETTINGS.nothing_is_live,
        "can_check": True,
    }


def wanted(request: HttpRequest) -> str:
    """The page language that a browser asks for (RFC 9110, Accept-Language), English where it names none of ours."""
    ranked: list[tuple[float, int, str]] = []
    for part in request.headers.get("Accept-Language", "").split(",")[:20]:
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if found := recognise(tag):
            ranked.append((-weight, len(ranked), found))
    for _, _, tag in sorted(ranked):
        best = for_reader(tag).language
        if best != DEFAULT or tag.partition("-")[0] == DEFAULT:
            return best
    return DEFAULT


def page(template: str, language: str, status: int = 200, **more: Any) -> HttpResponse:
    """A family's page in the best language for its reader. No cache keeps it, no site may frame it."""
    made = context(language)
    body = render_to_string(f"board/{template}.html", {**made, **more})
    return HttpResponse(body, status=status, headers={"Content-Language": made["language"], **_HEADERS})


_HEADERS = {
    "Referrer-Policy": "no-referrer",  # an address with a code or a link of one's own tells no other site
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Robots-Tag": "noarchive",
}
