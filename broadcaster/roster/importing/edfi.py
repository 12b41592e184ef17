"""Ed-Fi interchange XML (data standards 3 to 5): students, contacts (parents before standard 5), staff, who is tied to
whom, and who is enrolled or works where.

What belongs together may stand in any file and any order, so the files are read twice: names of schools, enrolments and
languages first, then people and ties. An element may be named by its unique id or by the `id` of its element (`ref`).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from broadcaster import clock
from broadcaster.kinds import Channel
from broadcaster.roster import grades
from broadcaster.roster.importing import addresses, cells, of_age, xml_records
from broadcaster.roster.importing.addresses import Given
from broadcaster.roster.importing.facts import ContactFact, CoversFact, Fact, Point, StudentFact, TieFact
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.reading import Place, Reading, refuse_crowds
from broadcaster.roster.importing.xml_records import Node
from broadcaster.text import languages

_ROOT = re.compile(rb"<(?:\w+:)?Interchange\w+[\s>]")
_PARENTAL = re.compile(r"parent|mother|father|guardian", re.IGNORECASE)
_EMERGENCY_LAST = re.compile(r"emergency", re.IGNORECASE)
_HOME = ("home language", "correspondence", "spoken correspondence", "written correspondence", "dominant language")


def looks_like(start: bytes) -> bool:
    """Whether a file's first bytes are those of an Ed-Fi interchange (in UTF-8; the samples and exports all are)."""
    return _ROOT.search(start) is not None


@dataclass
class _Known:
    """What the first reading finds."""

    unique_ids: dict[str, str] = field(default_factory=dict)  # by the element's own id
    schools: dict[str, str] = field(default_factory=dict)
    enrolments: defaultdict[str, set[tuple[bool, str, str]]] = field(default_factory=lambda: defaultdict(set))
    posts: defaultdict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    languages: dict[str, str] = field(default_factory=dict)
    people: set[tuple[str, str]] = field(default_factory=set)
    of_age: dict[str, str] = field(default_factory=dict)  # names of students who are 18

    def named_by(self, node: Node, *kinds: str) -> str:
        """The unique id of the person or school that a record refers to."""
        for kind in kinds:
            if reference := node.first(f"{kind}Reference"):
                key = f"{kind}Id" if kind in ("School", "EducationOrganization") else f"{kind}UniqueId"
                given = reference.value(f"{kind}Identity", key)
                return given or self.unique_ids.get(reference.attributes.get("ref", ""), "")
        return ""


@dataclass(frozen=True)
class EdFi:
    """The interchange files."""

    files: tuple[File, ...]

    def facts(self, reading: Reading) -> Iterator[Fact]:
        """All facts: people as they come, then the ties, for a tie may name people of a later file."""
        known = _Known()
        for file, node in self._records():
            _learn_ids(node, known)
            refuse_crowds(len(known.people), file.where)
        for _file, node in self._records():
            if learn := _LEARN.get(node.name):
                learn(node, known)
        yield from (CoversFact(staff) for staff in sorted({sort == "Staff" for sort, _ in known.people}))
        for file, node in self._records():
            if read := _FACTS.get(node.name):
                yield from read(node, known, reading.at(file.name, node.line))

    def _records(self) -> Iterator[tuple[File, Node]]:
        for file in self.files:
            for node in xml_records.records(file):
                yield file, node


def _learn_ids(node: Node, known: _Known) -> None:
    if node.name == "School":
        known.schools[node.value("SchoolId")] = cells.text(node.value("NameOfInstitution"), cells.NAME)
    own = next((node.value(f"{sort}{key}") for sort, key in _KEYS if node.name == sort), "")
    if own and node.attributes.get("id"):
        known.unique_ids[node.attributes["id"]] = own
    if own and node.name != "School":
        known.people.add(("Contact" if node.name == "Parent" else node.name, own))
    if node.name == "Student" and of_age.is_of_age(node.value("BirthData", "BirthDate")):
        known.of_age[own] = _name(node)


_KEYS = (
    ("Student", "UniqueId"),
    ("Contact", "UniqueId"),
    ("Parent", "UniqueId"),
    ("Staff", "UniqueId"),
    ("School", "Id"),
)


def _learn_enrolment(node: Node, known: _Known) -> None:
    """A student's school and grade; one that has ended does not count."""
    ends = node.value("ExitWithdrawDate")
    if ends and ends <= datetime.fromtimestamp(clock.now(), UTC).date().isoformat():
        return
    secondary = node.value("PrimarySchool").lower() in ("false", "0")
    school, grade = known.named_by(node, "School"), _word(node.value("EntryGradeLevel"))
    known.enrolments[known.named_by(node, "Student")].add((secondary, school, grade))


def _learn_post(node: Node, known: _Known) -> None:
    where = known.named_by(node, "School", "EducationOrganization")
    what = node.value("PositionTitle") or _word(node.value("StaffClassification"))
    known.posts[known.named_by(node, "Staff")].add((known.schools.get(where, ""), cells.text(what, cells.ROLE)))


def _learn_language(node: Node, known: _Known) -> None:
    if found := _language(node):
        known.languages[known.named_by(node, "Student")] = found


_LEARN: Mapping[str, Callable[[Node, _Known], None]] = {
    "StudentSchoolAssociation": _learn_enrolment,
    "StudentEducationOrganizationAssociation": _learn_language,
    "StaffSchoolAssociation": _learn_post,
    "StaffEducationOrganizationAssignmentAssociation": _learn_post,
}


def _student(node: Node, known: _Known, place: Place) -> Iterator[Fact]:
    if not (student := _id(node, place)):
        return
    enrolments = sorted(known.enrolments.get(student, ()))
    _, school, level = enrolments[0] if enrolments else (False, "", "")
    if school and school not in known.schools:
        place.reject("SchoolReference", f"{school!r} is no school in the files")
    grade = grades.canonical(level[: cells.GRADE * 2])[: cells.GRADE]
    yield StudentFact(student, _name(node), known.schools.get(school, ""), grade)


def _of_age(node: Node, known: _Known, place: Place) -> Iterator[Fact]:
    """A student's own addresses stand beside their home language. Who is 18 is a contact of their own."""
    student = known.named_by(node, "Student")
    if student in known.of_age:
        yield from of_age.facts(student, known.of_age[student], _language(node), _points(node, place))


def _contact(node: Node, _known: _Known, place: Place) -> Iterator[Fact]:
    if contact := _id(node, place):
        yield ContactFact(False, contact, _name(node), _language(node), _points(node, place))


def _staff(node: Node, known: _Known, place: Place) -> Iterator[Fact]:
    if staff := _id(node, place):
        # a post at a school before one at the district, and one with a title before one without
        posts = sorted(known.posts.get(staff, ()), key=lambda post: (not post[0], not post[1], post))
        school = posts[0][0] if posts else ""
        role = next((role for _, role in posts if role), "")
        yield ContactFact(True, staff, _name(node), _language(node), _points(node, place), school, role)


def _tie(node: Node, known: _Known, place: Place) -> Iterator[Fact]:
    student, contact = known.named_by(node, "Student"), known.named_by(node, "Contact", "Parent")
    for sort, source in (("Student", student), ("Contact", contact)):
        if (sort, source) not in known.people:
            place.reject(f"{sort}Reference", f"{source!r} is no {sort.lower()} in the files" if source else "is empty")
            return
    relation = cells.text(_word(node.value("Relation")), cells.RELATIONSHIP)
    lives_with = _flag(node, "LivesWith", place)
    yield TieFact(student, contact, relation, _may_contact(node, relation, lives_with, place), lives_with)
    if language := known.languages.get(student):  # the child's, for a contact whose own record names none
        yield ContactFact(False, contact, "", language, ())


_FACTS: Mapping[str, Callable[[Node, _Known, Place], Iterator[Fact]]] = {
    "Student": _student,
    "StudentEducationOrganizationAssociation": _of_age,
    "Contact": _contact,
    "Parent": _contact,
    "Staff": _staff,
    "StudentContactAssociation": _tie,
    "StudentParentAssociation": _tie,
}


def _may_contact(node: Node, relation: str, lives_with: bool | None, place: Place) -> bool:
    """Not where there is any restriction, nor for somebody who is for emergencies alone and no parent."""
    if restrictions := cells.text(node.value("ContactRestrictions"), 80):
        place.warn("ContactRestrictions", f"{restrictions!r}: this contact is not written to about this student")
        return False
    primary, emergency = _flag(node, "PrimaryContactStatus", place), _flag(node, "EmergencyContactStatus", place)
    legal = _flag(node, "LegalGuardian", place) or _PARENTAL.search(relation)
    return bool(not emergency or primary is not False or lives_with or legal)


def _flag(node: Node, name: str, place: Place) -> bool | None:
    try:
        return cells.yes_or_no(node.value(name))
    except cells.NotYesOrNo as error:
        place.reject(name, str(error))
        return None


def _id(node: Node, place: Place) -> str:
    column = f"{node.name}UniqueId"
    found = cells.text(node.value(column), cells.ID + 1)
    if found and len(found) <= cells.ID:
        return found
    place.reject(column, f"is longer than {cells.ID} characters" if found else "is empty")
    return ""


def _name(node: Node) -> str:
    """First, middle and last name; what the person prefers to be called instead, where it is given."""
    name = node.first("Name") or node
    preferred = name.value("PreferredFirstName")
    first = preferred or name.value("FirstName")
    middle = "" if preferred else name.value("MiddleName")
    last = name.value("PreferredLastSurname") or name.value("LastSurname")
    return cells.person_name("", (cells.text(part, cells.NAME) for part in (first, middle, last)))[: cells.NAME]


def _points(node: Node, place: Place) -> tuple[Point, ...]:
    """Emails, then phones: the primary first, emergency numbers last."""
    mails = sorted(node.all("ElectronicMail"), key=lambda one: one.value("PrimaryEmailAddressIndicator") != "true")
    given = [Given("ElectronicMailAddress", one.value("ElectronicMailAddress"), Channel.EMAIL) for one in mails]
    for one in sorted(node.all("Telephone"), key=_priority):
        sort = _word(one.value("TelephoneNumberType"))
        given.append(Given("TelephoneNumber", one.value("TelephoneNumber"), Channel.SMS, sort))
    return addresses.usable(given, place)


def _priority(phone: Node) -> tuple[bool, int]:
    order = phone.value("OrderOfPriority")
    late = _EMERGENCY_LAST.search(phone.value("TelephoneNumberType")) is not None
    return late, int(order) if order.isdecimal() else 99


def _language(node: Node) -> str:
    """The home language before others. Each language is a code of ISO 639 behind a `#`."""
    found = {
        _word(use.value("LanguageUse") or use.text).lower(): languages.recognise(_word(one.value("Language")))
        for one in node.all("Language")
        for use in (list(one.all("LanguageUse")) or [one])
    }
    return next((found[use] for use in _HOME if found.get(use)), next(filter(None, found.values()), ""))


def _word(descriptor: str) -> str:
    """What a descriptor says: the part behind the `#` of `uri://ed-fi.org/RelationDescriptor#Mother`."""
    return descriptor.rpartition("#")[2].strip()
