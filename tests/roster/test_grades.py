"""Grades, as rosters write them."""

import pytest

from broadcaster.roster import grades


@pytest.mark.parametrize(
    ("raw", "grade"),
    [
        *[(raw, "9") for raw in ("9", "09", "9th", "Grade 9", "9th grade", "gr. 9", "Freshman")],
        *[(raw, "K") for raw in ("K", "KG", "kindergarten", "0", "00")],
        *[(raw, "PK") for raw in ("PK", "Pre-K", "PreK", "pk-4")],
        ("1st", "1"),
        ("12", "12"),
        ("ungraded", "UNGRADED"),
        ("1-2", "1-2"),
        ("99", "99"),
        ("", ""),
    ],
)
def test_each_grade_has_one_spelling(raw: str, grade: str) -> None:
    assert grades.canonical(raw) == grade


@pytest.mark.parametrize("grade", grades.ORDER)
def test_a_spelling_stays_as_it_is(grade: str) -> None:
    assert grades.canonical(grade) == grade


def test_ranges_include_both_ends() -> None:
    assert grades.between("PK", "2") == ("PK", "TK", "K", "1", "2")
    assert grades.between("9", "9") == ("9",)
    assert grades.between("9", "K") == ()
    assert grades.between("9", "UNGRADED") == ()
