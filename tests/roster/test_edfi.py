"""Ed-Fi interchange XML, in the shape of the samples that the Ed-Fi Alliance publishes, and what goes wrong with it."""

from pathlib import Path

import pytest

from broadcaster.roster.importing import ImportRefused, xml_records
from broadcaster.roster.models import Contact, Student
from tests.roster.rosters import counts, everything, people, points, run, ties, zipped

pytestmark = pytest.mark.django_db


def named(kind: str, value: str) -> str:
    """A descriptor as the interchange writes it."""
    return f"<{kind}>uri://ed-fi.org/{kind}Descriptor#{value}</{kind}>"


def refers(kind: str, source: str) -> str:
    """A reference by the unique id."""
    key = "SchoolId" if kind == "School" else f"{kind}UniqueId"
    return f"<{kind}Reference><{kind}Identity><{key}>{source}</{key}></{kind}Identity></{kind}Reference>"


def person(kind: str, source: str, more: str = "", name: str = "") -> str:
    """A student, contact, parent or staff member."""
    name = name or f"<FirstName>Given</FirstName><LastSurname>{source}</LastSurname>"
    return f'<{kind} id="{kind}_{source}"><{kind}UniqueId>{source}</{kind}UniqueId><Name>{name}</Name>{more}</{kind}>'


def phone(digits: str, sort: str, order: str = "") -> str:
    """A phone of a fictional number."""
    number = f"<TelephoneNumber>(612) 555 {digits}</TelephoneNumber>{named('TelephoneNumberType', sort)}"
    return f"<Telephone>{number}{f'<OrderOfPriority>{order}</OrderOfPriority>' if order else ''}</Telephone>"


def mail(address: str, more: str = "") -> str:
    """An email address."""
    return f"<ElectronicMail><ElectronicMailAddress>{address}</ElectronicMailAddress>{more}</ElectronicMail>"


def tie(student: str, contact: str, relation: str = "Mother", more: str = "", kind: str = "Contact") -> str:
    """A contact of a student."""
    both = refers("Student", student) + refers(kind, contact)
    return f"<Student{kind}Association>{both}{named('Relation', relation)}{more}</Student{kind}Association>"


def enrolled(student: str, school: str = "10", grade: str = "Fifth grade", more: str = "") -> str:
    """A student's enrolment."""
    level = f"<EntryGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#{grade}</EntryGradeLevel>"
    both = refers("Student", student) + refers("School", school)
    return f"<StudentSchoolAssociation>{both}<EntryDate>2021-08-23</EntryDate>{level}{more}</StudentSchoolAssociation>"


SCHOOLS = "".join(
    f"<School><NameOfInstitution>{name}</NameOfInstitution><SchoolId>{id_}</SchoolId></School>"
    for id_, name in (("10", "Elm School"), ("20", "Oak School"))
)


def interchange(path: Path, kind: str, *records: str) -> Path:
    """An interchange file with a record on each line, the first on line 3."""
    path.mkdir(exist_ok=True)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<Interchange{kind} xmlns="http://ed-fi.org/5.0.0">'
    (path / f"{kind}.xml").write_text("\n".join([head, *records, f"</Interchange{kind}>"]), encoding="utf-8")
    return path


def roster(path: Path, *records: str) -> Path:
    """Two schools and these records."""
    interchange(path, "EducationOrganization", SCHOOLS)
    return interchange(path, "Contact", *records)


def test_students_contacts_and_staff_are_read_whatever_the_files_order(tmp_path: Path) -> None:
    interchange(
        tmp_path,
        "Contact",
        tie("S1", "C1"),
        person("Contact", "C1", mail("c1@example.org") + phone("0101", "Mobile")),
    )
    interchange(tmp_path, "EducationOrganization", SCHOOLS)
    post = f"{refers('Staff', 'T1')}{refers('School', '20')}<PositionTitle>Principal</PositionTitle>"
    interchange(
        tmp_path,
        "StaffAssociation",
        f"<StaffSchoolAssociation>{post}</StaffSchoolAssociation>",
        person("Staff", "T1", mail("t1@staff.example.org")),
    )
    interchange(tmp_path, "Student", person("Student", "S1"), person("Student", "S2"))
    interchange(tmp_path, "StudentEnrollment", enrolled("S1"), enrolled("S2", "20", "Kindergarten"))
    result = run(tmp_path)
    assert result.rejected == ()
    assert counts(result) == (2, 0, 0, 0)
    assert list(Student.objects.order_by("source_id").values_list("name", "grade", "school__name")) == [
        ("Given S1", "5", "Elm School"),
        ("Given S2", "K", "Oak School"),
    ]
    assert people() == {"C1": "Given C1"}
    assert points("C1") == ["c1@example.org", "+16125550101"]
    assert ties() == {("S1", "C1"): ("Mother", True, None)}
    staff = Contact.objects.filter(kind="staff").values_list("source_id", "role", "school__name")
    assert list(staff) == [("T1", "Principal", "Oak School")]


def test_twice_and_zipped_and_in_another_order_changes_nothing(tmp_path: Path) -> None:
    records = [person("Student", "S1"), person("Contact", "C1"), person("Contact", "C2"), enrolled("S1")]
    records += [tie("S1", "C1"), tie("S1", "C2", "Father")]
    inside = roster(tmp_path / "in", *records)
    run(inside)
    once = everything()
    assert counts(run(zipped(tmp_path / "edfi.zip", inside))) == (0, 0, 0, 2)
    assert counts(run(roster(tmp_path / "in", *reversed(records)))) == (0, 0, 0, 2)
    assert everything() == once


def test_parents_of_before_standard_5_are_contacts(tmp_path: Path) -> None:
    run(roster(tmp_path, person("Student", "S1"), person("Parent", "P1"), tie("S1", "P1", kind="Parent")))
    assert set(ties()) == {("S1", "P1")}


def test_a_reference_by_the_elements_own_id_is_followed(tmp_path: Path) -> None:
    by_ref = '<StudentReference ref="Student_S1"/><ContactReference ref="Contact_C1"/>'
    records = [
        f"<StudentContactAssociation>{by_ref}</StudentContactAssociation>",
        person("Student", "S1"),
        person("Contact", "C1"),
    ]
    run(roster(tmp_path, *records))
    assert ties() == {("S1", "C1"): ("", True, None)}


def test_phones_are_texted_by_their_type_the_primary_first_and_emergency_numbers_last(tmp_path: Path) -> None:
    phones = [
        phone("0101", "Emergency 1", "1"),
        phone("0102", "Home"),
        phone("0103", "Mobile", "2"),
        phone("0104", "Fax", "1"),
        phone("0105", "Unlisted"),
    ]
    mails = mail("b@example.org") + mail(
        "a@example.org", "<PrimaryEmailAddressIndicator>true</PrimaryEmailAddressIndicator>"
    )
    contact = person("Contact", "C1", mails + "".join(phones))
    result = run(roster(tmp_path, person("Student", "S1"), contact, tie("S1", "C1")))
    assert points("C1") == ["a@example.org", "b@example.org", "+16125550103", "+16125550102", "+16125550101"]
    assert [(r.file, r.line, r.column, r.reason) for r in result.rejected] == [
        ("Contact.xml", 4, "TelephoneNumber", "'(612) 555 0104' is a fax number, which is never texted"),
        ("Contact.xml", 4, "TelephoneNumber", "'(612) 555 0105' is unlisted, which is never texted"),
    ]


@pytest.mark.parametrize(
    ("more", "relation", "allowed", "lives_with"),
    [
        ("<LivesWith>true</LivesWith>", "Mother", True, True),
        ("<LivesWith>0</LivesWith>", "Father", True, False),
        ("<ContactRestrictions>May not be contacted</ContactRestrictions>", "Father", False, None),
        ("<EmergencyContactStatus>1</EmergencyContactStatus>", "Neighbor", True, None),
        (
            "<EmergencyContactStatus>1</EmergencyContactStatus><PrimaryContactStatus>0</PrimaryContactStatus>",
            "Neighbor",
            False,
            None,
        ),
        (
            "<EmergencyContactStatus>1</EmergencyContactStatus><PrimaryContactStatus>0</PrimaryContactStatus>",
            "Grandmother",
            True,
            None,
        ),
    ],
)
def test_custody_and_emergency_contacts(
    tmp_path: Path, more: str, relation: str, allowed: bool, lives_with: bool | None
) -> None:
    result = run(roster(tmp_path, person("Student", "S1"), person("Contact", "C1"), tie("S1", "C1", relation, more)))
    assert ties() == {("S1", "C1"): (relation, allowed, lives_with)}
    assert [w.column for w in result.warnings] == (["ContactRestrictions"] if "Restrictions" in more else [])


def test_names_are_as_people_prefer_them(tmp_path: Path) -> None:
    name = (
        "<FirstName>Carmen</FirstName><MiddleName>Mo</MiddleName><LastSurname>Dyer</LastSurname>"
        "<PreferredFirstName>Dani</PreferredFirstName><PreferredLastSurname>Wilson</PreferredLastSurname>"
    )
    run(roster(tmp_path, person("Student", "S1"), person("Contact", "C1", name=name), tie("S1", "C1")))
    assert people() == {"C1": "Dani Wilson"}


def test_the_home_language_is_the_contacts_own_else_the_childs(tmp_path: Path) -> None:
    def speaks(code: str, use: str) -> str:
        return f"<Language>{named('Language', code)}<LanguageUse>{named('LanguageUse', use)}</LanguageUse></Language>"

    of_the_child = refers("Student", "S1") + speaks("eng", "Spoken Correspondence") + speaks("som", "Home language")
    association = "StudentEducationOrganizationAssociation"
    records = [
        person("Student", "S1"),
        person("Contact", "C1"),
        person("Contact", "C2", speaks("spa", "Home language")),
        tie("S1", "C1"),
        tie("S1", "C2", "Father"),
        f"<{association}>{of_the_child}</{association}>",
    ]
    run(roster(tmp_path, *records))
    assert dict(Contact.objects.values_list("source_id", "language")) == {"C1": "so", "C2": "es"}


def test_an_enrolment_that_ended_or_is_secondary_does_not_count(tmp_path: Path) -> None:
    records = [
        person("Student", "S1"),
        enrolled("S1", "10", "Third grade", "<ExitWithdrawDate>2021-09-01</ExitWithdrawDate>"),
        enrolled("S1", "10", "Fourth grade", "<PrimarySchool>false</PrimarySchool>"),
        enrolled("S1", "20", "Fifth grade", "<PrimarySchool>true</PrimarySchool>"),
    ]
    run(roster(tmp_path, *records))
    assert Student.objects.values_list("school__name", "grade").get() == ("Oak School", "5")


def test_what_does_not_fit_together_is_named_to_the_end_of_the_file(tmp_path: Path) -> None:
    records = [
        person("Student", "S1"),
        enrolled("S1", "99"),
        person("Contact", ""),
        person("Contact", "C1"),
        tie("S1", "nobody"),
        tie("nobody", "C1"),
        tie("S1", "C1", more="<LivesWith>sometimes</LivesWith>"),
    ]
    result = run(roster(tmp_path, *records))
    assert [(r.line, r.column, r.reason) for r in result.rejected] == [
        (3, "SchoolReference", "'99' is no school in the files"),
        (5, "ContactUniqueId", "is empty"),
        (7, "ContactReference", "'nobody' is no contact in the files"),
        (8, "StudentReference", "'nobody' is no student in the files"),
        (9, "LivesWith", "'sometimes' is neither yes nor no"),
    ]
    assert ties() == {("S1", "C1"): ("Mother", True, None)}


def refusal(path: Path, content: str) -> str:
    """What an import of a folder with this file among others is refused with, without the file's path."""
    roster(path, person("Student", "S1"))
    (path / "Broken.xml").write_text(content)
    with pytest.raises(ImportRefused) as refused:
        run(path)
    assert not Student.objects.exists()
    return str(refused.value).removeprefix(str(path / "Broken.xml"))


def test_a_file_that_is_cut_off_is_refused_with_its_line(tmp_path: Path) -> None:
    content = f"<InterchangeStudent>\n{person('Student', 'S2')}\n{person('Student', 'S3')[:-20]}"
    assert refusal(tmp_path, content) == ": is no whole XML file (line 3: unclosed token); export it again"


def test_a_document_type_is_refused_and_with_it_every_entity(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><InterchangeStudent>&b;</InterchangeStudent>'
    assert refusal(tmp_path, laughs) == ": has a document type (DTD), which no roster needs; export it without"
    from_disk = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><InterchangeStudent>&a;</InterchangeStudent>'
    assert refusal(tmp_path, from_disk) == ": has a document type (DTD), which no roster needs; export it without"


def test_a_record_that_is_too_deep_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = f"<InterchangeStudent>{'<a>' * 40}{'</a>' * 40}</InterchangeStudent>"
    assert refusal(tmp_path, deep) == ": line 1: elements are nested more than 30 deep"
    monkeypatch.setattr(xml_records, "_LARGEST", 1000)
    large = f"<InterchangeStudent>\n<Student><Name>{'x' * 2000}</Name></Student></InterchangeStudent>"
    assert refusal(tmp_path, large).endswith(": a record is larger than any real one")


def test_who_is_18_is_a_contact_of_their_own(tmp_path: Path) -> None:
    def born(source: str, year: int) -> str:
        return person("Student", source, f"<BirthData><BirthDate>{year}-01-31</BirthDate></BirthData>")

    def beside(source: str) -> str:
        own = refers("Student", source) + mail(f"{source.lower()}@example.org")
        return f"<StudentEducationOrganizationAssociation>{own}</StudentEducationOrganizationAssociation>"

    folder = roster(tmp_path / "edfi", beside("S1"), beside("S2"), born("S1", 2001), born("S2", 2020))
    run(folder)
    assert people() == {"student-S1": "Given S1"}
    assert points("student-S1") == ["s1@example.org"]
    assert ties()["S1", "student-S1"][:2] == ("self", True)
