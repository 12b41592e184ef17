"""Days as fields: what browsers offer a calendar for, on the district's calendar."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from broadcaster.settings import SETTINGS


class Day(forms.DateInput):
    """A browser's own field for a day; without one it is typed: 2026-11-28."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def midnight(day: date) -> float:
    """When the day begins in the district, as an instant."""
    return datetime.combine(day, time(), ZoneInfo(SETTINGS.district.district.time_zone)).timestamp()
