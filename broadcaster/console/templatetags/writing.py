"""How the pages of a draft write money, translations and what differs."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from broadcaster.broadcasts.submissions import Changed
from broadcaster.console import words
from broadcaster.reports import phrases
from broadcaster.text.languages import DEFAULT

register = template.Library()


@register.filter
def money(cost: float, currency: str) -> str:
    """512.30 USD."""
    return phrases.money(cost, currency)


@register.filter
def translation(status: str) -> SafeString:
    """How far a translation may be trusted."""
    word, mark = words.TRANSLATIONS.get(status, (status, "off"))
    return format_html('<span class="state {}">{}</span>', mark, word)


@register.filter
def why_not(why: str) -> str:
    """Why a language's own words stay."""
    return str(words.WHY_NOT.get(why, why))


@register.filter
def content(name: str) -> str:
    """What a part of a broadcast is called."""
    return str(words.CONTENT.get(name, name))


@register.filter
def translated(changes: Sequence[Changed]) -> bool:
    """Whether any of them is in another language than English."""
    return any(one.language not in ("", DEFAULT) for one in changes)
