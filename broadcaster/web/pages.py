"""The plain pages in front of the console: what this is, a calm 404, and the frame of both."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS
from broadcaster.text import phones

_STYLE = "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:38rem;margin:3rem auto;padding:0 1rem}"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_SPOKEN = {Channel.EMAIL: "email", Channel.SMS: "texts"}


@require_safe
def front(_request: HttpRequest) -> HttpResponse:
    """What this server is, and the way to the console."""
    sentences = [
        format_html("This server sends the messages of {} to families and keeps track of each one.", _district()),
        format_html('<a href="{}">Staff sign in here</a>.', reverse("console:begin")),
    ]
    simulated = [channel for channel in Channel if not SETTINGS.live(channel)]
    if simulated:
        sentences += [
            format_html(
                "There is no vendor’s key for {}: nothing sent there reaches a real family.",
                " and ".join(_SPOKEN[channel] for channel in simulated),
            ),
            format_html('<a href="{}/">The sandbox’s inbox</a> shows what they would get.', SETTINGS.sandbox_url),
        ]
    return page(200, "Messages to families", sentences)


def missing(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature for handler404
    """Nothing is at this address."""
    say = format_html('There is no page at this address. <a href="{}">What this server is</a>.', "/")
    return page(404, "No such page", [say])


def _district() -> str:
    return SETTINGS.district.district.name


def phone() -> str:
    """The number families may call."""
    district = SETTINGS.district.district
    return phones.for_people(district.phone, district.region)


def page(status: int, title: str, sentences: list[SafeString]) -> HttpResponse:
    """A plain page without script: a heading, and a paragraph for each sentence."""
    body = format_html(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{} · {}</title><style>{}</style></head>'
        "<body><main><h1>{}</h1>{}</main></body></html>\n",
        title,
        _district(),
        _STYLE,
        title,
        format_html_join("", "<p>{}</p>", ((sentence,) for sentence in sentences)),
    )
    return HttpResponse(body, status=status, headers={"Content-Security-Policy": _POLICY})
