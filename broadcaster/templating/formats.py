"""Dates, times, numbers and lists as a language writes them: CLDR through Babel, English where that has none."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from broadcaster.text.languages import DEFAULT, chain

_LISTS_CLDR_LACKS = {"hmn": ("{0}, {1}", "{0} thiab {1}")}


def written(value: object, language: str, region: str, *, short: bool = False) -> str:
    """The value in words of the language. `region` is the country whose habits count: a 12-hour clock in the US.

    Spaces are plain ones: CLDR's narrow no-break space before PM would make a text message cost twice as much.
    """
    locale = locale_of(language, region)
    if value is None:
        text = ""
    elif isinstance(value, datetime):
        text = f"{_day(value, locale, short)}, {format_time(value.time(), 'short', locale=locale)}"
    elif isinstance(value, date):
        text = _day(value, locale, short)
    elif isinstance(value, time):
        text = format_time(value, "short", locale=locale)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = format_decimal(value, locale=locale)
    elif isinstance(value, tuple | list):
        text = _joined([str(item) for item in value], language, locale)
    else:
        return str(value)
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def _day(value: date, locale: Locale, short: bool) -> str:
    if short:
        return format_skeleton("MMMEd", value, locale=locale)
    return f"{format_date(value, 'EEEE', locale=locale)}, {format_skeleton('MMMMd', value, locale=locale)}"


def _joined(items: list[str], language: str, locale: Locale) -> str:
    for tag in chain(language):
        if tag in _LISTS_CLDR_LACKS and len(items) > 1:
            between, last = _LISTS_CLDR_LACKS[tag]
            head = items[0]
            for item in items[1:-1]:
                head = between.format(head, item)
            return last.format(head, items[-1])
    return format_list(items, locale=locale)


@cache
def locale_of(language: str, region: str) -> Locale:
    """What CLDR has for the language in that country, or for the next of its chain."""
    for tag in chain(language):
        for candidate in (f"{tag}-{region}", tag):
            try:
                return Locale.parse(candidate, sep="-")
            except (UnknownLocaleError, ValueError):
                continue
    return Locale(DEFAULT)
