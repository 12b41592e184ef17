"""How a family's page writes phrases, instants and addresses of its own language."""

import re
from typing import Any

from django import template

from broadcaster.board.frame import Say, moment
from broadcaster.board.notices import Notice, Words

register = template.Library()

_OWN = re.compile(r"\[\[\w+]]")


@register.simple_tag(takes_context=True)
def phrase(context: dict[str, Any], name: str, **values: object) -> str:
    """A phrase with values of its own."""
    speaking: Say = context["say"]
    return speaking.with_(name, **values)


@register.filter
def at(speaking: Say, name: str) -> str:
    """A phrase whose name is a value."""
    return speaking[name]


@register.filter(name="help")
def help_(speaking: Say, purpose: str) -> str:
    """What a purpose is about."""
    return speaking[f"{purpose}_help"]


@register.simple_tag(takes_context=True)
def sent(context: dict[str, Any], instant: float) -> str:
    """When something was sent."""
    return phrase(context, "sent", when=moment(instant, context["language"]))


@register.simple_tag(takes_context=True)
def words_of(context: dict[str, Any], notice: Notice, language: str = "") -> Words:
    """A notice in that language or the page's, else in the next of its chain."""
    return notice.words_for(language or context["language"])


@register.filter
def others(notice: Notice, words: Words) -> list[Words]:
    """A notice's other languages."""
    return notice.others(words)


@register.simple_tag(takes_context=True)
def board_place(context: dict[str, Any], language: str, number: int = 1) -> str:
    """Where the board is in a language."""
    return str(context["places"].board(language, number))


@register.simple_tag(takes_context=True)
def notice_place(context: dict[str, Any], code: str, language: str = "") -> str:
    """Where a code's notices are."""
    return str(context["places"].notice(language or context["language"], code))


@register.simple_tag(takes_context=True)
def check_place(context: dict[str, Any], language: str = "") -> str:
    """Where a message is checked."""
    return str(context["places"].check(language or context["language"]))


@register.filter
def shown(words: Words, text: str) -> str:
    """A text as everybody may read it."""
    return words.shown(text, "…")


@register.filter
def without_tokens(text: str, own: str) -> str:
    """Our words with a stand-in for each family's own values."""
    return _OWN.sub(f"[{own}]", text)
