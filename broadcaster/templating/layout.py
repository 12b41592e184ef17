"""The page around every mail: who writes, whom to call, how to stop. It says the same without its styles."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from broadcaster.templating import colours, phrases
from broadcaster.templating.standing import lines_for
from broadcaster.text.codes import SIGN
from broadcaster.text.languages import chain, is_right_to_left

#: Where the provider puts the family's own opt-out page.
UNSUBSCRIBE = "[[unsubscribe]]"
#: Where the sending puts the link by which the family says that it has read this.
ACKNOWLEDGE = "[[acknowledge]]"

_DARK_GROUND = "#1b1d20"
_LEFT_TO_RIGHT_MARK = "\u200e"


@dataclass(frozen=True, slots=True)
class Update:
    """A message that follows another: it is the thread's `number`-th, and stands in place of the `replaces`-th.
    `corrects`: that one was wrong.
    """

    number: int
    replaces: int
    corrects: bool = False

    def line(self, language: str) -> str:
        """As families read it, in the best language for a reader of `language`."""
        name = "correction" if self.corrects else "update"
        return phrases.said(name, language).format(number=self.number, replaces=self.replaces)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a message says of the district. `phone` as people write it; `colour` is `#rrggbb`; `region` is the country.

    `public_url` is the page where families can check a message, or "" while there is none. `language_lines`: who helps
    in which language, where that is another number. `code` is that of the one message this stands around, and `update`
    its place in its thread.
    """

    name: str
    phone: str
    colour: str = "#0b5c8a"
    public_url: str = ""
    short_name: str = ""
    region: str = "US"
    language_lines: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    update: "Update | None" = None

    def line(self, language: str) -> str:
        """The number to call for help in a language."""
        return next((self.language_lines[tag] for tag in chain(language) if tag in self.language_lines), self.phone)


def lead(reader: str, letterhead: Letterhead) -> str:
    """The line over English words for somebody who reads `reader`: that they are only English, and who helps."""
    lines = lines_for(reader)
    return lines.english.format(phone=_in_order(letterhead.line(reader), lines.language))


def text_page(
    body: str, language: str, letterhead: Letterhead, general: bool, reader: str = "", asks: bool = False
) -> str:
    """The plain text of a mail. `general` mail says how to stop it; emergencies and attendance offer no such choice.

    `reader`: the language of who reads this, where it is not that of the body. Then that is said above, and the lines
    below are in their language. One that `asks` has a link by which a family says that it has read it.
    """
    lines = lines_for(reader or language)
    above = f"{lead(reader, letterhead)}\n\n" if reader else ""
    if asks:
        body = f"{body}\n\n{phrases.said('acknowledge_mail', reader or language)}: {ACKNOWLEDGE}"
    footer = [
        lines.who.format(district=letterhead.name),
        lines.call.format(phone=_in_order(letterhead.phone, lines.language)),
        *([f"{lines.check} {_to_check(letterhead)}"] if letterhead.public_url else []),
        *([f"{lines.stop}: {UNSUBSCRIBE}"] if general else []),
    ]
    return f"{above}{body}\n\n--\n" + "\n".join(footer) + "\n"


def html_page(
    subject: str,
    preheader: str,
    body: str,
    language: str,
    letterhead: Letterhead,
    general: bool,
    reader: str = "",
    asks: bool = False,
) -> str:
    """The whole HTML document of a mail around its body, which is trusted HTML; all else is escaped.

    For `general`, `reader` and `asks` see `text_page`.
    """
    lines = lines_for(reader or language)
    return _layout().render(
        subject=subject,
        preheader=preheader,
        body=_with_whole_numbers(body, letterhead.phone),
        language=language,
        direction=_direction(language),
        letterhead=letterhead,
        lead=lines.english.partition("{phone}") if reader else None,
        line=letterhead.line(reader),
        lines_language=lines.language,
        lines_direction=_direction(lines.language),
        who=lines.who.format(district=letterhead.name),
        call=lines.call.partition("{phone}"),
        check=lines.check,
        code=f"{SIGN}{letterhead.code}" if letterhead.code else "",
        stop=lines.stop if general else "",
        unsubscribe=UNSUBSCRIBE,
        asks=phrases.said("acknowledge_mail", reader or language) if asks else "",
        acknowledge=ACKNOWLEDGE,
        ink=colours.ink_on(letterhead.colour),
        accent=colours.readable(letterhead.colour, "#ffffff"),
        dark_ground=_DARK_GROUND,
        dark_accent=colours.readable(letterhead.colour, _DARK_GROUND),
    )


def _to_check(letterhead: Letterhead) -> str:
    """Where a message is looked up, and by what."""
    return f"{letterhead.public_url} {SIGN}{letterhead.code}" if letterhead.code else letterhead.public_url


def _direction(language: str) -> str:
    return "rtl" if is_right_to_left(language) else "ltr"


def _in_order(phone: str, language: str) -> str:
    """A number in plain text: between marks its groups keep their order where all else runs from the right."""
    return f"{_LEFT_TO_RIGHT_MARK}{phone}{_LEFT_TO_RIGHT_MARK}" if is_right_to_left(language) else phone


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
    environment.filters["dialled"] = lambda phone: re.sub(r"[^\d+]", "", phone)
    return environment.get_template("layout.html")
