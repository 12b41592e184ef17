"""Audiences saved by name."""

import pytest

from broadcaster.audiences import AudienceError, count, parse, saved
from broadcaster.audiences.audience import frozen
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people() -> None:
    for name in ("South High", "Elm School"):
        builders.student(builders.guardian(email=f"{name[:3]}@example.org"), at=builders.school(name), grade="9")


def test_a_saved_audience_is_asked_for_by_its_name() -> None:
    saved.save("High schools", 'school:"South High"', by="tester")
    assert count('saved:"high schools"').families == 1
    assert count("district and not saved:High schools").families == 1
    assert [one.name for one in saved.all_saved()] == ["High schools"]


def test_saving_again_under_a_name_replaces_it() -> None:
    for expression in ("district", 'school:"Elm School"'):
        saved.save("Mine", expression, by="tester")
    assert count("saved:mine").families == 1


def test_what_is_frozen_means_the_same_when_the_saved_one_changes() -> None:
    saved.save("Inner", "grade:9 or staff", by="tester")
    saved.save("Mine", 'saved:Inner and school:"Elm School"', by="tester")
    kept = frozen("district and saved:Mine or language:en")
    assert kept == 'district and ((grade:9 or staff) and school:"Elm School") or language:en'
    saved.save("Mine", "staff", by="tester")
    assert parse(kept).with_staff
    assert frozen("district") == "district"


def test_a_saved_audience_that_names_itself_is_refused_when_asked_for() -> None:
    saved.save("Mine", "district", by="tester")
    saved.save("Mine", "saved:Mine", by="tester")
    with pytest.raises(AudienceError, match="names itself"):
        count("saved:Mine")


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("saved:Yours", "unknown saved audience 'Yours'; existing: Mine"),
        ("saved", "'saved' needs a value"),
        ("saved:Mein", "nearest: Mine"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(expression: str, says: str) -> None:
    saved.save("Mine", "district", by="tester")
    with pytest.raises(AudienceError, match=says):
        parse(expression)


def test_a_wrong_expression_and_a_wrong_name_are_not_saved() -> None:
    for name, expression in (("Mine", "distrct"), ('"', "district"), ("", "district")):
        with pytest.raises(AudienceError):
            saved.save(name, expression, by="tester")
    assert saved.all_saved() == []
    with pytest.raises(AudienceError, match="none is saved yet"):
        saved.forget("Mine", by="tester")


def test_an_error_says_where_the_term_stands() -> None:
    with pytest.raises(AudienceError, match=r"unknown school 'Sout'; nearest: South High \(at position 14\)"):
        parse("district and school:Sout")
