"""A chunk of an import: the rows it changes, as they are staged (in JSON) and as they are written.

Who is on file is named by our id, which is last in a row; who may be new by the district's id; a school by its name,
empty for none. Writing a chunk twice would be wrong: `forward.py` sees to it that each is written once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

from broadcaster.roster import bulk
from broadcaster.roster.models import (
    ROSTERED,
    Contact,
    ContactKind,
    ContactPoint,
    Family,
    Guardianship,
    School,
    Student,
)

Row = Sequence[Any]


@dataclass(slots=True)
class Changes:
    """Rows by what is done with them. What is gone of addresses and ties is deleted, people are kept as having left."""

    new_contacts: list[Row] = field(default_factory=list)  # kind, source_id, name, language, school, role
    changed_contacts: list[Row] = field(default_factory=list)  # name, language, school, role, id: and they are here
    gone_points: list[Row] = field(default_factory=list)  # id
    changed_points: list[Row] = field(default_factory=list)  # as_given, rank, id
    new_points: list[Row] = field(default_factory=list)  # kind, contact's source_id, channel, address, as_given, rank
    homes: list[Row] = field(
        default_factory=list
    )  # family or null for a new one, its contacts' source_ids, its lone student's or null
    new_students: list[Row] = field(default_factory=list)  # source_id, name, school, grade
    changed_students: list[Row] = field(default_factory=list)  # name, school, grade, id: and they are here
    no_longer_alone: list[Row] = field(default_factory=list)  # id of a student
    gone_ties: list[Row] = field(default_factory=list)  # id
    changed_ties: list[Row] = field(default_factory=list)  # relationship, may_contact, lives_with, id
    new_ties: list[Row] = field(
        default_factory=list
    )  # student's source_id, contact's source_id, relationship, may_contact, lives_with
    gone_contacts: list[Row] = field(default_factory=list)  # id
    gone_students: list[Row] = field(default_factory=list)  # id

    @classmethod
    def staged(cls, payload: Mapping[str, list[Row]]) -> Self:
        """What `payload` was made of."""
        return cls(**payload)

    @property
    def payload(self) -> dict[str, list[Row]]:
        """As JSON takes it, without what is empty."""
        return {each.name: rows for each in fields(self) if (rows := getattr(self, each.name))}

    @property
    def size(self) -> int:
        """How many rows it has."""
        return sum(len(getattr(self, each.name)) for each in fields(self))

    def add(self, rows: Iterable[tuple[str, Row]]) -> None:
        """Add rows, each with the name of its list."""
        for name, row in rows:
            getattr(self, name).append(row)

    def write(self, left_at: float) -> None:
        """Make the roster so. Who is gone left at `left_at`. Call it inside a transaction."""
        writing = _Writing(self)
        writing.contacts()
        writing.points()
        writing.students()
        writing.ties()
        bulk.update(Contact, ("left_at",), ((left_at, pk) for (pk,) in self.gone_contacts))
        bulk.update(Student, ("left_at",), ((left_at, pk) for (pk,) in self.gone_students))


class _Writing:
    """The writing of one chunk, with the ids of what it names."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._schools = _schools(
            row[column]
            for rows, column in (
                (changes.new_contacts, 4),
                (changes.changed_contacts, 2),
                (changes.new_students, 2),
                (changes.changed_students, 1),
            )
            for row in rows
        )
        self._family_of_contact, self._family_of_student = _families(changes.homes)

    def contacts(self) -> None:
        columns = ("name", "language", "school_id", "role")
        bulk.insert(
            Contact,
            ("kind", "source_id", *columns, "family_id"),
            (
                (kind, source, name, language, self._schools[school], role, self._new_home(kind, source))
                for kind, source, name, language, school, role in self._changes.new_contacts
            ),
        )
        bulk.update(
            Contact,
            (*columns, "left_at"),
            (
                (name, language, self._schools[school], role, None, pk)
                for name, language, school, role, pk in self._changes.changed_contacts
            ),
        )
        ids = _ids(Contact, self._family_of_contact, kind=ContactKind.GUARDIAN)
        moved = ((family, ids[source]) for source, family in self._family_of_contact.items())
        bulk.update(Contact, ("family_id",), moved)

    def _new_home(self, kind: str, source: str) -> int | None:
        """The family of a new contact; with that it is written."""
        return self._family_of_contact.pop(source, None) if kind == ContactKind.GUARDIAN else None

    def points(self) -> None:
        bulk.delete(ContactPoint, (pk for (pk,) in self._changes.gone_points))
        bulk.update(ContactPoint, ("as_given", "rank"), self._changes.changed_points)
        new = self._changes.new_points
        ids = {kind: _ids(Contact, {row[1] for row in new if row[0] == kind}, kind=kind) for kind in ROSTERED}
        bulk.insert(
            ContactPoint,
            ("contact_id", "channel", "address", "as_given", "rank"),
            ((ids[ContactKind(kind)][contact], *row) for kind, contact, *row in new),
        )

    def students(self) -> None:
        columns = ("name", "school_id", "grade")
        bulk.insert(
            Student,
            ("source_id", *columns, "family_id"),
            (
                (source, name, self._schools[school], grade, self._family_of_student.pop(source, None))
                for source, name, school, grade in self._changes.new_students
            ),
        )
        bulk.update(
            Student,
            (*columns, "left_at"),
            (
                (name, self._schools[school], grade, None, pk)
                for name, school, grade, pk in self._changes.changed_students
            ),
        )
        ids = _ids(Student, self._family_of_student)
        bulk.update(
            Student,
            ("family_id",),
            (
                *((family, ids[source]) for source, family in self._family_of_student.items()),
                *((None, pk) for (pk,) in self._changes.no_longer_alone),
            ),
        )

    def ties(self) -> None:
        columns = ("relationship", "may_contact", "lives_with")
        bulk.delete(Guardianship, (pk for (pk,) in self._changes.gone_ties))
        bulk.update(Guardianship, columns, self._changes.changed_ties)
        new = self._changes.new_ties
        students = _ids(Student, {row[0] for row in new})
        contacts = _ids(Contact, {row[1] for row in new}, kind=ContactKind.GUARDIAN)
        bulk.insert(
            Guardianship,
            ("student_id", "contact_id", *columns),
            (
                (students[student], contacts[contact], *row)
                for student, contact, *row in new
                # an incomplete file may tie somebody to one who left, and who is no longer kept
                if student in students and contact in contacts
            ),
        )


def _schools(named: Iterable[str]) -> dict[str, int | None]:
    """Ids of schools by name, the new ones made; the empty name is no school."""
    names = set(named) - {""}
    known = dict(School.objects.filter(name__in=names).values_list("name", "pk")) if names else {}
    made = School.objects.bulk_create([School(name=name) for name in sorted(names - known.keys())])
    return {"": None, **known, **{school.name: school.pk for school in made}}


def _families(homes: Sequence[Row]) -> tuple[dict[str, int], dict[str, int]]:
    """Families by the district's ids of their contacts and of their lone students, the new ones made."""
    made = iter(Family.objects.bulk_create([Family() for family, _, _ in homes if family is None]))
    contacts, students = dict[str, int](), dict[str, int]()
    for family, members, student in homes:
        pk = next(made).pk if family is None else family
        contacts |= dict.fromkeys(members, pk)
        if student is not None:
            students[student] = pk
    return contacts, students


def _ids(model: type[Contact] | type[Student], sources: Iterable[str], **kind: str) -> dict[str, int]:
    """Our ids by the district's, of those who are on file."""
    named = list(sources)
    if not named:
        return {}
    return dict(model._default_manager.filter(source_id__in=named, **kind).values_list("source_id", "pk"))
