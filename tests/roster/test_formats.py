"""Which format some files are in, told by their names and headers, or as the command says."""

from pathlib import Path

import pytest

from broadcaster.district import Roster
from broadcaster.roster.importing import ImportRefused, clever, edfi, formats, oneroster, plain_csv, sds
from tests.roster.rosters import FAMILIES, pair, write

ONEROSTER = [
    "sourcedId",
    "status",
    "dateLastModified",
    "enabledUser",
    "orgSourcedIds",
    "role",
    "givenName",
    "familyName",
]
SDS = ["sourcedId", "username", "givenName", "familyName"]
CLEVER = ["School_id", "Student_id", "Student_number", "First_name", "Last_name", "Contact_name", "Contact_type"]


def made(folder: Path, **headers: list[str]) -> Path:
    """A folder of CSV files of these headers."""
    folder.mkdir(exist_ok=True)
    for name, header in headers.items():
        write(folder / f"{name}.csv", [], header)
    return folder


def recognised(path: Path, name: str = "auto") -> type:
    """What reads the files at a path."""
    return type(formats.recognised(path, name, Roster()))


def test_each_format_is_told_by_its_files(tmp_path: Path) -> None:
    assert recognised(made(tmp_path / "a", users=ONEROSTER)) is oneroster.OneRoster
    assert recognised(made(tmp_path / "b", users=SDS, roles=["userSourcedId", "role"])) is sds.SchoolDataSync
    assert recognised(made(tmp_path / "c", students=CLEVER)) is clever.Clever
    assert recognised(made(tmp_path / "d", families=FAMILIES)) is plain_csv.PlainFiles
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "Contact.xml").write_text('<?xml version="1.0"?>\n<InterchangeContact xmlns="x"/>')
    assert recognised(tmp_path / "e") is edfi.EdFi


def test_one_roster_1_2_is_told_though_its_users_have_no_role(tmp_path: Path) -> None:
    users = [name for name in ONEROSTER if name not in ("role", "orgSourcedIds")]
    roles = ["sourcedId", "status", "userSourcedId", "roleType", "role", "orgSourcedId"]
    assert recognised(made(tmp_path, users=users, roles=roles)) is oneroster.OneRoster


def test_a_manifest_tells_one_roster(tmp_path: Path) -> None:
    assert recognised(made(tmp_path, manifest=["propertyName", "value"])) is oneroster.OneRoster


def test_a_clever_file_is_told_by_its_header_alone(tmp_path: Path) -> None:
    assert recognised(write(tmp_path / "export.csv", [], CLEVER)) is clever.Clever


def test_another_systems_contacts_with_ids_are_no_clever(tmp_path: Path) -> None:
    header = ["School ID", "Student ID", "First Name", "Last Name", "Student Number", "Guardian ID", "Email"]
    assert recognised(write(tmp_path / "students.csv", [], header)) is plain_csv.PlainFiles


def test_a_format_that_is_named_and_is_another_is_refused_with_the_likely_one(tmp_path: Path) -> None:
    path = made(tmp_path / "a", users=ONEROSTER)
    with pytest.raises(ImportRefused) as refused:
        recognised(path, "clever")
    assert str(refused.value) == (
        f"{path}: is not Clever, which has students.csv or teachers.csv or staff.csv; the files look like OneRoster "
        "(--format oneroster)"
    )


def test_a_format_that_is_named_is_believed_where_nothing_speaks_against_it(tmp_path: Path) -> None:
    header = ["School_id", "Student_id", "First_name", "Last_name", "Contact_email"]
    assert recognised(made(tmp_path, students=header), "clever") is clever.Clever


def test_plain_csv_that_is_named_and_can_not_be_read_as_such_says_what_it_looks_like(tmp_path: Path) -> None:
    path = write(tmp_path / "users.csv", [], ONEROSTER)
    with pytest.raises(ImportRefused, match=r"no column for .*; the files look like OneRoster \(--format oneroster\)"):
        recognised(path, "csv")


def test_a_file_that_is_plain_csv_by_name_may_hold_what_another_format_has(tmp_path: Path) -> None:
    assert recognised(write(tmp_path / "families.csv", [pair()]), "csv") is plain_csv.PlainFiles
