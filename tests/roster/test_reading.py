"""What files an import can read, and what it says of what it can't."""

import codecs
from pathlib import Path

import pytest

from broadcaster.roster.importing import ImportRefused, Rejected, Warned, reading, table
from broadcaster.roster.models import Contact, ContactPoint, Guardianship, Student
from tests.roster.rosters import FAMILIES, STAFF, counts, pair, run, staff_row, write

pytestmark = pytest.mark.django_db

MISSPELT = "gmial.com"
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


def test_zeros_that_a_spreadsheet_was_made_to_keep_are_read(tmp_path: Path) -> None:
    rows = [pair('="0042"', '="0007"', email="", phone='="6125550101"')]
    assert run(write(tmp_path / "families.csv", rows)).rejected == ()
    assert Student.objects.get().source_id == "0042"
    assert Contact.objects.get().source_id == "0007"
    assert ContactPoint.objects.get(channel="sms").address == "+16125550101"


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("http://example.org","x")', "=cmd|' /C calc'!A0"])
def test_a_formula_is_rejected_as_a_value_and_never_kept(tmp_path: Path, formula: str) -> None:
    rows = [
        pair("S1", student_name=formula, school=formula, contact_name=formula, email=formula),
        pair("S2", formula),
        pair(formula),
    ]
    result = run(write(tmp_path / "families.csv", rows))
    reason = f"{formula!r} is a spreadsheet's formula, no value"
    assert [(r.line, r.column) for r in result.rejected if r.reason == reason] == [
        (2, "student_name"),
        (2, "school"),
        (2, "contact_name"),
        (2, "email"),
        (3, "contact_id"),
        (4, "student_id"),
    ]
    kept = [*Student.objects.values_list("source_id", "name"), *Contact.objects.values_list("source_id", "name")]
    assert [tuple(row) for row in kept] == [("S1", ""), ("S2", "Child S2"), ("C1", "")]


def test_a_formula_in_a_column_that_is_not_read_is_nobodys_business(tmp_path: Path) -> None:
    assert run(write(tmp_path / "families.csv", [[*pair(), "=A1"]], [*FAMILIES, "Bus"])).rejected == ()


def test_a_line_that_never_ends_costs_itself_and_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LONGEST_LINE", 200)
    path = tmp_path / "families.csv"
    path.write_text(f"{HEADER}\n{ROW}\n{'x' * 1000}\n{ROW.replace('S1', 'S2')}\n", encoding="utf-8")
    result = run(path)
    assert [(r.line, r.column) for r in result.rejected] == [(3, "")]
    assert result.rejected[0].reason.startswith("the row has a line of more than")
    assert result.roster.students == 2


def test_a_quotation_mark_before_a_line_that_never_ends_costs_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "LONGEST_LINE", 200)
    path = tmp_path / "families.csv"
    opened = ROW.replace("Elm", '"Elm')
    path.write_text(f"{HEADER}\n{opened}\n{'x' * 1000}\n{ROW.replace('S1', 'S2')}\n", encoding="utf-8")
    result = run(path)
    assert [r.line for r in result.rejected] == [2, 3]
    assert result.roster.students == 1


def test_a_header_that_never_ends_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    path.write_text("x" * (table.LONGEST_LINE + 10))
    with pytest.raises(ImportRefused, match="the header can't be read: the row has a line of more than 1,000,000"):
        run(path)


def test_lines_are_counted_from_the_top_though_the_header_comes_late(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    path.write_text(f"\n  \n{HEADER}\n{ROW}\n{ROW.replace('S1', '')}\n", encoding="utf-8")
    assert [(r.line, r.column) for r in run(path).rejected] == [(5, "student_id")]


def test_more_people_than_any_district_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PEOPLE", 5)
    path = write(tmp_path / "families.csv", [pair(f"S{n}", f"C{n}") for n in range(4)])
    with pytest.raises(ImportRefused) as refused:
        run(path)
    assert str(refused.value) == f"{path}: names more than 5 people; is this the right file?"
    assert not Student.objects.exists()


def test_a_file_of_nothing_but_faults_is_refused_at_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_COMPLAINTS", 3)
    path = write(tmp_path / "families.csv", [pair(f"S{n}", phone="n/a") for n in range(4)])
    with pytest.raises(ImportRefused) as refused:
        run(path)
    assert str(refused.value) == (
        "families.csv:5: more than 3 rows or values can't be used; the last: 'n/a' is no phone number"
    )


def test_a_domain_that_is_probably_misspelt_is_warned_of_and_imported_as_given(tmp_path: Path) -> None:
    result = run(write(tmp_path / "families.csv", [pair(email=f"Ana.Lee@{MISSPELT}")]))
    assert result.rejected == ()
    assert result.warnings == (
        Warned("families.csv", 2, "email", f"'Ana.Lee@{MISSPELT}' may be meant for gmail.com; imported as given"),
    )
    assert ContactPoint.objects.values_list("address", "as_given").get() == (
        f"ana.lee@{MISSPELT}",
        f"Ana.Lee@{MISSPELT}",
    )


def test_one_mailbox_in_two_spellings_is_one_address_and_dots_are_never_guessed_away(tmp_path: Path) -> None:
    rows = [pair("S1", "C1", email="a@exämple.org; a@xn--exmple-cua.org; a.b@example.org; ab@example.org")]
    run(write(tmp_path / "families.csv", rows))
    assert list(ContactPoint.objects.order_by("rank").values_list("address", flat=True)) == [
        "a@xn--exmple-cua.org",
        "a.b@example.org",
        "ab@example.org",
    ]


@pytest.mark.parametrize(
    ("header", "sort", "what"),
    [
        ("Fax", "", "a fax number"),
        ("Guardian Fax Number", "", "a fax number"),
        ("Phone (landline)", "", "a landline"),
        ("Phone", "Home Landline", "a landline"),
        ("Phone", "HomeFax", "a fax number"),
        ("Phone", "unlisted", "unlisted"),
        ("Phone", "TTY", "a teletype"),
        ("Phone", "Pager", "a pager"),
    ],
)
def test_a_phone_that_is_typed_so_is_never_texted_and_says_why(
    tmp_path: Path, header: str, sort: str, what: str
) -> None:
    columns = [*FAMILIES[:8], header, "Phone Type", "Mobile", "Email"]
    row = [*pair()[:8], "612-555-0101", sort, "612-555-0102", ""]
    result = run(write(tmp_path / "families.csv", [row], columns))
    assert [(r.column, r.reason) for r in result.rejected] == [
        (header, f"'612-555-0101' is {what}, which is never texted")
    ]
    assert ContactPoint.objects.get().address == "+16125550102"


def test_a_phone_that_no_mobile_can_have_is_never_texted(tmp_path: Path) -> None:
    result = run(write(tmp_path / "families.csv", [pair(phone="1-800-555-0100; +44 20 7946 0958; 612-555-0101")]))
    assert [r.reason for r in result.rejected] == [
        "'1-800-555-0100' is a toll-free number, which is never texted",
        "'+44 20 7946 0958' is a landline, which is never texted",
    ]
    assert ContactPoint.objects.get(channel="sms").address == "+16125550101"


def test_the_best_address_stays_the_best_whatever_the_order_of_rows(tmp_path: Path) -> None:
    rows = [
        pair("S1", "C1", email="z@example.org; a@example.org"),
        pair("S2", "C1", email="z@example.org"),
        pair("S3", "C1", email="m@example.org"),
    ]
    for order in (rows, rows[::-1], [rows[1], rows[0], rows[2]]):
        run(write(tmp_path / "families.csv", order))
        found = ContactPoint.objects.order_by("rank").values_list("address", flat=True)
        assert list(found) == ["m@example.org", "z@example.org", "a@example.org"]
