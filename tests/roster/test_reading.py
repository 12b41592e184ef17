"""What files an import can read, and what it says of what it can't."""

import codecs
from pathlib import Path

import pytest

from broadcaster.roster.importing import ImportRefused, Rejected
from broadcaster.roster.models import Contact, ContactPoint, Guardianship, Student
from tests.roster.rosters import FAMILIES, STAFF, counts, pair, run, staff_row, write

pytestmark = pytest.mark.django_db

HEADER = ",".join(FAMILIES)
ROW = "S1,Zoë Muñoz,Elm School,4,C1,José Muñoz,father,es,jose@example.org,612-555-0101,yes"


def people() -> tuple[list[str], list[str]]:
    """Names of students and of contacts."""
    names = (model.objects.order_by("source_id").values_list("name", flat=True) for model in (Student, Contact))
    return tuple(list(found) for found in names)  # type: ignore[return-value]  # two lists make a pair


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end_is_read(tmp_path: Path, encoding: str, line_end: str) -> None:
    path = tmp_path / "families.csv"
    path.write_bytes(line_end.join([HEADER, ROW, ""]).encode(encoding))
    assert run(path).rejected == ()
    assert people() == (["Zoë Muñoz"], ["José Muñoz"])


def test_utf_16_with_the_other_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    path.write_bytes(codecs.BOM_UTF16_BE + f"{HEADER}\n{ROW}\n".encode("utf-16-be"))
    run(path)
    assert people() == (["Zoë Muñoz"], ["José Muñoz"])


def test_a_file_of_two_encodings_loses_no_name(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    other = ROW.replace("S1", "S2").replace("C1", "C2")
    path.write_bytes(f"{HEADER}\n{ROW}\n".encode() + f"{other}\n".encode("cp1252"))
    run(path)
    assert people() == (["Zoë Muñoz"] * 2, ["José Muñoz"] * 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_separator_is_read(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "families.csv"
    path.write_text(f"{HEADER}\n{ROW}\n".replace(",", delimiter))
    assert counts(run(path)) == (1, 0, 0, 0)


def test_another_districts_headers_in_any_order_with_more_columns(tmp_path: Path) -> None:
    header = ["E-mail Address", "Bus Route", "Student Number", "Grade Level", "Building", "Student First Name"]
    header += [
        "Student Last Name",
        "Guardian ID",
        "Guardian Name",
        "Relation",
        "Home Language",
        "Mobile Phone",
        "May Contact",
    ]
    row = ["ana@example.org", "7", "S1", "09", "Elm School", "Zoë", "Muñoz", "C1", "Ana Muñoz", "aunt", "Spanish", ""]
    result = run(
        write(tmp_path / "export.csv", [[*row, "N"], [*row[:2], "S2", *row[3:11], "612 555 0101", "1"]], header)
    )
    assert result.rejected == ()
    assert list(Student.objects.order_by("source_id").values_list("source_id", "name", "grade", "school__name")) == [
        ("S1", "Zoë Muñoz", "9", "Elm School"),
        ("S2", "Zoë Muñoz", "9", "Elm School"),
    ]
    assert Contact.objects.get().language == "es"
    assert dict(Guardianship.objects.values_list("student__source_id", "may_contact")) == {"S1": False, "S2": True}
    assert set(Guardianship.objects.values_list("relationship", flat=True)) == {"aunt"}
    assert set(ContactPoint.objects.values_list("address", flat=True)) == {"ana@example.org", "+16125550101"}


def test_a_student_email_and_a_second_guardian_are_not_the_contacts_address(tmp_path: Path) -> None:
    header = [*FAMILIES[:8], "Student Email", "Guardian 2 Email", "Fax", "Guardian Email"]
    run(
        write(
            tmp_path / "x.csv",
            [[*pair()[:8], "kid@example.org", "other@example.org", "6125550101", "me@example.org"]],
            header,
        )
    )
    assert list(ContactPoint.objects.values_list("address", flat=True)) == ["me@example.org"]


def test_a_folder_is_all_its_csv_files(tmp_path: Path) -> None:
    write(tmp_path / "b.csv", [pair("S1", "C1")])
    write(tmp_path / "a.CSV", [pair("S2", "C2")])
    write(
        tmp_path / "staff.csv", [staff_row()], ["Employee Number", "Name", "Job Title", "Site", "Lang", "Email", "Cell"]
    )
    (tmp_path / "._b.csv").write_bytes(b"\x00\x05")
    (tmp_path / "notes.txt").write_text("not for us")
    assert counts(run(tmp_path)) == (3, 0, 0, 0)
    teacher = Contact.objects.get(kind="staff")
    assert (teacher.name, teacher.role, teacher.school and teacher.school.name) == (
        "Teacher T1",
        "teacher",
        "Elm School",
    )


def test_bad_values_are_rejected_on_every_row_and_the_rest_is_imported(tmp_path: Path) -> None:
    rows = [
        pair("S1", "C1", email="maria@@example.org", phone="n/a"),
        pair("S2", "C1", email="maria@@example.org", phone="none"),
        pair("S3", "C2", phone="612-55"),
        pair("S4", "C3", email="", phone=""),
    ]
    result = run(write(tmp_path / "families.csv", rows))
    assert [(r.file, r.line, r.column) for r in result.rejected] == [
        ("families.csv", 2, "email"),
        ("families.csv", 2, "phone"),
        ("families.csv", 3, "email"),
        ("families.csv", 3, "phone"),
        ("families.csv", 4, "phone"),
    ]
    assert result.rejected[0].reason.startswith("'maria@@example.org' ")
    assert counts(result) == (3, 0, 0, 0)
    assert result.roster.students == 4


def test_a_bad_value_beside_a_good_one_loses_only_itself(tmp_path: Path) -> None:
    row = pair(email="a@example.org; nobody; b@example.org", phone="612-555-0101 / 612-555-0102, 55")
    result = run(write(tmp_path / "families.csv", [row]))
    assert [r.column for r in result.rejected] == ["email", "phone"]
    assert list(ContactPoint.objects.order_by("channel", "rank").values_list("address", "rank")) == [
        ("a@example.org", 1),
        ("b@example.org", 2),
        ("+16125550101", 1),
        ("+16125550102", 2),
    ]


def test_the_line_of_a_rejection_counts_line_ends_inside_cells(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    first = ROW.replace("Zoë Muñoz", '"Zoë\r\nMuñoz"')
    bad = ROW.replace("S1", "").replace("Elm School", '"Elm\nSchool"')
    path.write_bytes(f"{HEADER}\r\n{first}\r\n\r\n{bad}\r\n{bad}\r\n".encode())
    result = run(path)
    assert [(r.line, r.column, r.reason) for r in result.rejected] == [
        (5, "student_id", "is empty"),
        (7, "student_id", "is empty"),
    ]
    assert people()[0] == ["Zoë Muñoz"]


def test_a_quotation_mark_that_never_closes_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    broken = ROW.replace("S1", "S2").replace("Elm", '"Elm')
    others = [ROW.replace("S1", f"S{n}").replace("Zoë Muñoz", '"Muñoz, Zoë"') for n in range(3, 9)]
    path.write_text("\n".join([HEADER, ROW, broken, *others, broken]) + "\n", encoding="utf-8")
    result = run(path)
    assert result.rejected == (
        Rejected("families.csv", 3, "", "a quotation mark is opened and never closed"),
        Rejected("families.csv", 10, "", "a quotation mark is opened and never closed"),
    )
    assert result.roster.students == 7


def test_quotation_marks_amid_a_name_are_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    path.write_text(
        f"{HEADER}\n{ROW.replace('Zoë Muñoz', 'Zoë ``Zo`` Muñoz').replace('``', chr(34))}\n", encoding="utf-8"
    )
    run(path)
    assert people()[0] == ['Zoë "Zo" Muñoz']


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW + ",surplus", "has 12 cells where the header has 11"),
        ("S2,Ann", "ends after 2 of 11 cells"),
    ],
)
def test_a_row_of_another_shape_is_rejected(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "families.csv"
    path.write_text(f"{HEADER}\n{row}\n{ROW}\n", encoding="utf-8")
    result = run(path)
    assert result.rejected == (Rejected("families.csv", 2, "", reason),)
    assert counts(result) == (1, 0, 0, 0)


def test_empty_cells_that_a_spreadsheet_left_out_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    path.write_text(f"{HEADER}\nS1,Ann,Elm,4,C1,Bo,mother,en,bo@example.org\n{ROW},,\n", encoding="utf-8")
    assert run(path).rejected == ()


def test_a_last_row_that_is_torn_off_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    path.write_text(f"{HEADER}\n{ROW}\nS2,Ann,Elm,4,C2,Bo,mother,en,bo@exam", encoding="utf-8")
    assert [(r.line, r.reason) for r in run(path).rejected] == [(3, "ends after 9 of 11 cells")]


def test_a_contact_without_an_id_is_rejected_and_the_child_kept(tmp_path: Path) -> None:
    result = run(write(tmp_path / "families.csv", [pair(contact_id=""), pair("S2", "")]))
    assert [(r.line, r.column) for r in result.rejected] == [(2, "contact_id")]
    assert (result.roster.students, result.roster.guardians) == (2, 0)


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ("yes", True),
        ("Y", True),
        ("TRUE", True),
        ("1", True),
        ("", True),
        ("no", False),
        ("n", False),
        ("False", False),
        ("0", False),
    ],
)
def test_may_contact_is_read(tmp_path: Path, given: str, allowed: bool) -> None:
    assert run(write(tmp_path / "families.csv", [pair(may_contact=given)])).rejected == ()
    assert Guardianship.objects.get().may_contact is allowed


def test_a_may_contact_that_nobody_understands_is_rejected_and_means_no(tmp_path: Path) -> None:
    result = run(write(tmp_path / "families.csv", [pair(may_contact="ask first")]))
    assert result.rejected == (
        Rejected("families.csv", 2, "may_contact", "'ask first' is neither yes nor no; taken as no"),
    )
    assert Guardianship.objects.get().may_contact is False


def test_do_not_contact_is_the_other_way_round(tmp_path: Path) -> None:
    header = [*FAMILIES[:10], "Do Not Contact"]
    rows = [pair("S1", may_contact="yes"), pair("S2", may_contact="no"), pair("S3", may_contact="")]
    run(write(tmp_path / "families.csv", rows, header))
    assert dict(Guardianship.objects.values_list("student__source_id", "may_contact")) == {
        "S1": False,
        "S2": True,
        "S3": True,
    }


@pytest.mark.parametrize(
    ("content", "say"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"PK\x03\x04rest", "is not a CSV file but a zip or an Excel workbook; save it as CSV first"),
        (bytes(range(256)), "is not a CSV file: it holds binary data"),
        (b"hello\nworld\n", "no column for student_id, contact_id, email or phone; the header has: hello"),
        (b"Student ID,Name,Email\n", "no column for contact_id; the header has: Student ID, Name, Email"),
        (b"student_id,contact_id\n", "no column for email or phone; the header has: student_id, contact_id"),
        (b"staff_id,name\n", "no column for email or phone; the header has: staff_id, name"),
    ],
)
def test_a_wrong_file_stops_the_import_before_anything_changes(tmp_path: Path, content: bytes, say: str) -> None:
    write(tmp_path / "a.csv", [pair()])
    (tmp_path / "b.csv").write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        run(tmp_path)
    assert str(refused.value) == f"{tmp_path / 'b.csv'}: {say}"
    assert not Student.objects.exists()


def test_a_missing_path_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"nowhere\.csv: no such file or folder"):
        run(tmp_path / "nowhere.csv")
    with pytest.raises(ImportRefused, match=r"the folder holds no \.csv file"):
        run(tmp_path)


def test_overlong_and_invisible_text_is_cut_and_cleaned(tmp_path: Path) -> None:
    rows = [pair("S\u200b1", student_name="A\x00nna\u00a0 Lee " + "x" * 300), pair("S" * 201)]
    result = run(write(tmp_path / "families.csv", rows, [*FAMILIES]))
    assert [r.reason for r in result.rejected] == ["is longer than 200 characters"]
    student = Student.objects.get()
    assert (student.source_id, len(student.name), student.name[:10]) == ("S1", 200, "A nna Lee ")


def test_staff_rows_need_an_id(tmp_path: Path) -> None:
    result = run(write(tmp_path / "staff.csv", [staff_row(""), staff_row("T2", phone="x")], STAFF))
    assert [(r.line, r.column) for r in result.rejected] == [(2, "staff_id"), (3, "phone")]
    assert result.roster.staff == 1
