"""Students of age are contacts of their own, beside their parents."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster import clock
from broadcaster.roster.importing import of_age
from broadcaster.roster.models import Contact
from tests.roster.rosters import counts, run, write

pytestmark = pytest.mark.django_db

HEADER = ["student_id", "student_name", "Date of Birth", "Student Email", "Student Cell", "contact_id", "email"]


def born(years: float) -> str:
    return f"{datetime.fromtimestamp(clock.now(), UTC) - timedelta(days=years * 365.25):%Y-%m-%d}"


def test_who_is_18_is_written_to_themselves_and_who_is_younger_is_not(tmp_path: Path) -> None:
    rows = [
        ["S1", "Amina Roe", born(18.1), "amina@example.org", "612-555-0101", "C1", "c1@example.org"],
        ["S2", "Yusuf Roe", born(17.9), "yusuf@example.org", "612-555-0102", "C1", "c1@example.org"],
        ["S3", "Lee Roe", born(19), "", "", "C1", "c1@example.org"],
    ]
    path = write(tmp_path / "families.csv", rows, HEADER)
    run(path)
    own = Contact.objects.get(source_id="student-S1")
    assert set(own.points.values_list("address", flat=True)) == {"amina@example.org", "+16125550101"}
    assert own.guardianships.get().relationship == "self"
    assert own.family_id == Contact.objects.get(source_id="C1").family_id
    assert Contact.objects.count() == 2
    assert counts(run(path)) == (0, 0, 0, 2)


def test_a_date_that_can_not_be_read_is_rejected_and_means_not_of_age(tmp_path: Path) -> None:
    rows = [["S1", "Amina", "soon", "amina@example.org", "", "C1", "c1@example.org"]]
    (rejected,) = run(write(tmp_path / "families.csv", rows, HEADER)).rejected
    assert (rejected.column, rejected.reason) == ("Date of Birth", "'soon' is no date of birth")
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2008-03-31", (2008, 3, 31)),
        ("20080331", (2008, 3, 31)),
        ("3/31/2008", (2008, 3, 31)),
        ("31/3/2008", (2008, 3, 31)),
        ("2008-03-31T00:00:00", (2008, 3, 31)),
        ("2008-02-31", None),
        ("", None),
    ],
)
def test_dates_are_read_as_rosters_write_them(raw: str, day: tuple[int, int, int] | None) -> None:
    found = of_age.read(raw)
    assert (found and (found.year, found.month, found.day)) == day


def test_clever_and_oneroster_know_who_is_of_age(tmp_path: Path) -> None:
    clever, oneroster = tmp_path / "clever", tmp_path / "oneroster"
    for folder in (clever, oneroster):
        folder.mkdir()
    header = ["Student_id", "School_id", "First_name", "Last_name", "DOB", "Student_email", "Contact_name"]
    write(clever / "students.csv", [["S1", "1", "Amina", "Roe", "01/02/2001", "amina@example.org", "Ana Roe"]], header)
    write(clever / "schools.csv", [["1", "Elm School"]], ["School_id", "School_name"])
    run(clever, format="clever")
    assert Contact.objects.get(source_id="student-S1").name == "Amina Roe"
    users = [["S1", "Amina", "Roe", "student", "1", "true", "amina@example.org"]]
    names = ["sourcedId", "givenName", "familyName", "role", "orgSourcedIds", "enabledUser", "email"]
    write(oneroster / "users.csv", users, names)
    write(oneroster / "orgs.csv", [["1", "Elm School", "school"]], ["sourcedId", "name", "type"])
    write(oneroster / "demographics.csv", [["S1", "2001-01-02"]], ["sourcedId", "birthDate"])
    run(oneroster, format="oneroster", force=True)
    assert Contact.objects.get(source_id="student-S1", left_at=None).points.get().address == "amina@example.org"
