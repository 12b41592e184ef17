"""The page around every mail: who writes, whom to call, how to stop. It says the same without its styles."""

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from broadcaster.templating import colours
from broadcaster.templating.standing import lines_for
from broadcaster.text.languages import is_right_to_left

#: Where the provider puts the family's own opt-out page.
UNSUBSCRIBE = "[[unsubscribe]]"

_DARK_GROUND = "#1b1d20"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a message says of the district. `phone` as people write it; `colour` is `#rrggbb`; `region` is the country.

    `public_url` is the page where families can check a message, or "" while there is none.
    """

    name: str
    phone: str
    colour: str = "#0b5c8a"
    public_url: str = ""
    short_name: str = ""
    region: str = "US"


def text_page(body: str, language: str, letterhead: Letterhead, general: bool) -> str:
    """The plain text of a mail. `general` mail says how to stop it; emergencies and attendance offer no such choice."""
    lines = lines_for(language)
    footer = [
        lines.who.format(district=letterhead.name),
        lines.call.format(phone=letterhead.phone),
        *([f"{lines.check} {letterhead.public_url}"] if letterhead.public_url else []),
        *([f"{lines.stop}: {UNSUBSCRIBE}"] if general else []),
    ]
    return f"{body}\n\n--\n" + "\n".join(footer) + "\n"


def html_page(subject: str, preheader: str, body: str, language: str, letterhead: Letterhead, general: bool) -> str:
    """The whole HTML document of a mail around its body, which is trusted HTML; all else is escaped."""
    lines = lines_for(language)
    return _layout().render(
        subject=subject,
        preheader=preheader,
        body=_with_whole_numbers(body, letterhead.phone),
        language=language,
        direction="rtl" if is_right_to_left(language) else "ltr",
        letterhead=letterhead,
        who=lines.who.format(district=letterhead.name),
        call=lines.call.partition("{phone}"),
        tel=re.sub(r"[^\d+]", "", letterhead.phone),
        check=lines.check,
        stop=lines.stop if general else "",
        unsubscribe=UNSUBSCRIBE,
        ink=colours.ink_on(letterhead.colour),
        accent=colours.readable(letterhead.colour, "#ffffff"),
        dark_ground=_DARK_GROUND,
        dark_accent=colours.readable(letterhead.colour, _DARK_GROUND),
    )


def _with_whole_numbers(body: str, phone: str) -> str:
    """The body with the district's number kept on one line, and in its order where all else runs from the right."""
    written = escape(phone)
    return body.replace(written, f'<span dir="ltr" style="white-space:nowrap;">{written}</span>')


@cache
def _layout() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("layout.html")
