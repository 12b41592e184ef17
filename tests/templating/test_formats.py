"""Dates, times, numbers and lists in the reader's language."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from broadcaster.templating.formats import written
from broadcaster.text.segments import measure

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (DAY, "en", "Tuesday, November 24"),
        (DAY, "es", "martes, 24 de noviembre"),
        (DAY, "so", "Talaado, Noofeembar 24"),
        (DAY, "hmn", "Tuesday, November 24"),
        (time(15, 30), "en", "3:30 PM"),
        (time(15, 30), "es", "3:30 p.m."),
        (datetime(2026, 11, 24, 15, 30), "en", "Tuesday, November 24, 3:30 PM"),  # noqa: DTZ001 - wall-clock time
        (1500, "en", "1,500"),
        (Decimal("1.5"), "en", "1.5"),
        (("a",), "en", "a"),
        (("a", "b", "c"), "en", "a, b, and c"),
        (("a", "b", "c"), "es", "a, b y c"),
        (("a", "b"), "so", "a iyo b"),
        (("a", "b", "c"), "hmn", "a, b thiab c"),
        (("a", "b"), "mww", "a thiab b"),
        ((), "en", ""),
        (None, "en", ""),
    ],
)
def test_a_value_is_written_as_its_language_does(value: object, language: str, text: str) -> None:
    assert written(value, language, "US") == text


def test_the_country_decides_the_clock() -> None:
    assert written(time(15, 30), "en", "GB") == "15:30"


def test_a_date_can_be_short() -> None:
    assert written(DAY, "en", "US", short=True) == "Tue, Nov 24"


@pytest.mark.parametrize("language", ["en", "es", "so", "hmn"])
def test_no_date_or_time_makes_a_text_cost_double(language: str) -> None:
    for month in range(1, 13):
        moment = datetime(2026, month, 10 + month, 15, 30)  # noqa: DTZ001 - wall-clock time
        accents = {forced.plain for forced in measure(written(moment, language, "US")).forcing}
        assert accents <= {"a", "e"}, moment  # sábado, miércoles: letters, never a kind of space
