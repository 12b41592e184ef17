"""Field values: typed, and always data."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.templating import fields
from broadcaster.templating.fields import BadValue, MissingField, UnknownField, clean, read_draft, read_values
from broadcaster.templating.library import load
from broadcaster.templating.template import Template
from tests.templating.builders import field, make_template


def template_with(tmp_path: Path, toml: str) -> Template:
    make_template(tmp_path, fields=toml)
    return load("snack-day", tmp_path)


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("text", " hello ", "hello"),
        ("number", "15", 15),
        ("number", "1,500", 1500),
        ("number", "1.5", Decimal("1.5")),
        ("date", "2026-11-24", date(2026, 11, 24)),
        ("time", "15:30", time(15, 30)),
        ("time", "7:05", time(7, 5)),
        ("datetime", "2026-11-24 15:30", datetime(2026, 11, 24, 15, 30)),  # noqa: DTZ001 - wall-clock time, as typed
        ("datetime", "2026-11-24T15:30", datetime(2026, 11, 24, 15, 30)),  # noqa: DTZ001 - as above
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("list", "Lexia, ST Math,, Seesaw ", ("Lexia", "ST Math", "Seesaw")),
        ("url", "https://www.example.org/a?b=c", "https://www.example.org/a?b=c"),
        ("email", "Office@Example.org", "office@example.org"),
        ("phone", "612.555.0142", "(612) 555-0142"),
    ],
)
def test_a_value_is_read_by_its_type(tmp_path: Path, type_: str, raw: str, value: object) -> None:
    assert read_values(template_with(tmp_path, field("x", type_)), {"x": raw}) == {"x": value}


@pytest.mark.parametrize(
    ("type_", "raw", "right"),
    [
        ("number", "many", "a number"),
        ("number", "NaN", "a number"),
        ("number", "1e999", "a number"),
        ("date", "24.11.2026", "YYYY-MM-DD"),
        ("date", "2026-02-30", "YYYY-MM-DD"),
        ("time", "25:00", "HH:MM"),
        ("datetime", "tomorrow", "YYYY-MM-DD HH:MM"),
        ("boolean", "maybe", "yes or no"),
        ("url", "www.example.org", "web address"),
        ("url", "javascript:alert(1)", "web address"),
        ("url", "https://[bad", "web address"),
        ("url", "https://bit.ly/x", "full address"),
        ("email", "office", "no @"),
        ("phone", "12", "too short"),
    ],
)
def test_a_wrong_value_is_repeated_with_what_is_right(tmp_path: Path, type_: str, raw: str, right: str) -> None:
    with pytest.raises(BadValue, match=right) as caught:
        read_values(template_with(tmp_path, field("x", type_)), {"x": raw})
    assert str(caught.value).startswith(f"x {raw!r}: ")


def test_a_choice_is_one_of_its_choices(tmp_path: Path) -> None:
    template = template_with(tmp_path, field("x", "choice", choices='["snow", "cold"]'))
    assert read_values(template, {"x": "SNOW"}) == {"x": "snow"}
    with pytest.raises(BadValue, match=r"x 'rain': should be one of snow, cold"):
        read_values(template, {"x": "rain"})


def test_a_missing_required_field_is_named(tmp_path: Path) -> None:
    template = template_with(tmp_path, field("x", required="true") + field("y"))
    assert fields.missing(template, {}) == ["x"]
    assert fields.missing(template, {"x": "  "}) == ["x"]
    assert fields.missing(template, {"x": "\x00"}) == ["x"]
    assert fields.missing(template, {"x": "1"}) == []
    with pytest.raises(MissingField, match="snack-day needs a value for x"):
        read_values(template, {"y": "1"})


def test_a_draft_shows_what_is_missing_in_brackets(tmp_path: Path) -> None:
    template = template_with(tmp_path, field("x", "date", required="true"))
    assert read_draft(template, {}) == {"x": "[The x]"}


def test_a_default_stands_where_nothing_is_given_and_an_optional_one_can_be_emptied(tmp_path: Path) -> None:
    template = template_with(tmp_path, field("x", default='"apples"') + field("y", default='"pears"', required="true"))
    assert read_values(template, {}) == {"x": "apples", "y": "pears"}
    assert read_values(template, {"x": "", "y": ""}) == {"x": "", "y": "pears"}


@pytest.mark.parametrize(
    ("name", "why"), [("snak", "did you mean snack"), ("student_names", "own value"), ("district_name", "settings")]
)
def test_an_unknown_field_is_named_with_the_nearest(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(UnknownField, match=why) as caught:
        read_values(template_with(tmp_path, field("snack")), {name: "x"})
    assert name in str(caught.value)


@given(st.text())
def test_no_text_is_a_reason_to_refuse(raw: str) -> None:
    cleaned = clean(raw)
    assert clean(cleaned) == cleaned
    assert not any(ord(char) < 32 for char in cleaned.replace("\n", ""))


def test_a_value_can_not_pretend_to_be_a_family_s_own(tmp_path: Path) -> None:
    template = template_with(tmp_path, field("x"))
    assert read_values(template, {"x": "[[unsubscribe]] [[note]"}) == {"x": "[ [unsubscribe]] [[note]"}


def test_what_can_turn_a_text_around_is_dropped() -> None:
    assert clean("a\u202eb\x07c\ue000d\r\ne\tf") == "abcd\ne f"
