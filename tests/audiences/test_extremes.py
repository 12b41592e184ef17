"""The two families of an audience that a wording suits worst."""

import pytest

from broadcaster.audiences.errors import AudienceError
from broadcaster.audiences.extremes import extremes
from broadcaster.roster.models import Student
from tests import builders

pytestmark = pytest.mark.django_db


def test_the_most_and_the_least_there_is_to_say_of_a_family() -> None:
    few, many = builders.guardian(), builders.guardian()
    builders.student(few, at=builders.school("Dell"), name="Bo", grade="1")
    for name in ("Maximiliana Featherstonehaugh", "Bartholomew Featherstonehaugh"):
        builders.student(many, at=builders.school("Lake Harriet Elementary"), name=name, grade="4")
    found = extremes("district")
    assert found is not None
    assert found.emptiest == {"student_names": "Bo", "school": "Dell", "grade": "1"}
    assert found.longest == {
        "student_names": "Bartholomew Featherstonehaugh, Maximiliana Featherstonehaugh",
        "school": "Lake Harriet Elementary",
        "grade": "4",
    }


def test_only_families_of_the_audience_are_looked_at() -> None:
    builders.student(builders.guardian(), at=builders.school("Dell"), name="Bo")
    builders.student(builders.guardian(), at=builders.school("Lake Harriet"), name="Maximiliana")
    found = extremes('school:"Dell"')
    assert found is not None
    assert found.longest == found.emptiest
    assert found.longest["student_names"] == "Bo"


def test_a_family_that_may_not_be_written_to_is_not_shown() -> None:
    builders.student(builders.guardian(), may_contact=False)
    builders.staff_member()
    assert extremes("district or staff") is None


def test_a_wrong_expression_is_refused() -> None:
    with pytest.raises(AudienceError):
        extremes("grade:")


def test_the_district_stands_where_no_school_is_named_as_in_what_is_sent() -> None:
    builders.student(builders.guardian(), name="Bo")
    Student.objects.update(school=None)
    found = extremes("district")
    assert found is not None
    assert found.emptiest["school"] == "Minneapolis Public Schools"
