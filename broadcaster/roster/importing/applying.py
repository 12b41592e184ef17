"""Writes a plan, all or nothing. Everything that can be worked out before is: the transaction only writes."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, transaction

from broadcaster import clock
from broadcaster.roster import bulk, families
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.plan import Plan
from broadcaster.roster.importing.present import Present
from broadcaster.roster.models import (
    Contact,
    ContactKind,
    ContactPoint,
    Guardianship,
    RosterImport,
    School,
    Student,
)


def version() -> int:
    """The roster version: the id of the newest import that was applied, 0 before the first."""
    return RosterImport.objects.order_by("-id").values_list("id", flat=True).first() or 0


def apply(plan: Plan, present: Present, *, planned_on: int, actor: str, source: str) -> None:
    """Write the plan in one transaction, rebuild the families, and keep the import as the new roster version.

    Raises ImportRefused if another import was applied since the roster was read (at version `planned_on`).
    """
    with transaction.atomic():
        _shut_out_other_imports()
        if version() != planned_on:
            raise ImportRefused(f"{source}: another import was applied meanwhile; nothing was changed, import it again")
        schools = _schools(plan, present)
        _students(plan, schools)
        _contacts(plan, schools)
        _points(plan, present)
        _ties(plan, present)
        if plan.moves_families:
            families.rebuild()
        RosterImport.objects.create(at=clock.now(), actor=actor[:100], source=source[:300], counts=plan.counts())
    if plan.created or plan.removed:
        bulk.refresh_statistics(Student, Contact, ContactPoint, Guardianship)


def _shut_out_other_imports() -> None:
    """On PostgreSQL, let one import write at a time; readers go on. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {RosterImport._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _schools(plan: Plan, present: Present) -> dict[str, int | None]:
    """Ids by key, the new schools' among them; the empty key is no school."""
    made = School.objects.bulk_create([School(name=name) for name in plan.schools.values()])
    ids: dict[str, int | None] = {key: school.id for key, school in present.schools.items()}
    ids |= {key: school.pk for key, school in zip(plan.schools, made, strict=True)}
    return ids | {"": None}


def _students(plan: Plan, schools: Mapping[str, int | None]) -> None:
    columns = ("name", "school_id", "grade")
    bulk.insert(
        Student,
        ("source_id", *columns),
        ((source, row.name, schools[row.school], row.grade) for source, row in plan.new_students.items()),
    )
    bulk.update(
        Student,
        (*columns, "left_at"),
        ((row.name, schools[row.school], row.grade, None, pk) for pk, row in plan.changed_students.items()),
    )
    now = clock.now()
    bulk.update(Student, ("left_at",), ((now, pk) for pk in plan.gone_students))


def _contacts(plan: Plan, schools: Mapping[str, int | None]) -> None:
    columns = ("name", "language", "school_id", "role")
    bulk.insert(
        Contact,
        ("kind", "source_id", *columns),
        (
            (kind.value, source, row.name, row.language, schools[row.school], row.role)
            for (kind, source), row in plan.new_contacts.items()
        ),
    )
    bulk.update(
        Contact,
        (*columns, "left_at"),
        (
            (row.name, row.language, schools[row.school], row.role, None, pk)
            for pk, row in plan.changed_contacts.items()
        ),
    )
    now = clock.now()
    bulk.update(Contact, ("left_at",), ((now, pk) for pk in plan.gone_contacts))


def _points(plan: Plan, present: Present) -> None:
    bulk.delete(ContactPoint, plan.gone_points)
    bulk.update(ContactPoint, ("as_given", "rank"), ((*row, pk) for pk, row in plan.changed_points.items()))
    if plan.new_points:
        ids = {kind: _contact_ids(kind, present, plan) for kind in plan.kinds}
        bulk.insert(
            ContactPoint,
            ("contact_id", "channel", "address", "as_given", "rank"),
            ((ids[new.kind][new.contact], new.channel.value, new.address, *new.row) for new in plan.new_points),
        )


def _ties(plan: Plan, present: Present) -> None:
    bulk.delete(Guardianship, plan.gone_ties)
    columns = ("relationship", "may_contact", "lives_with")
    bulk.update(
        Guardianship,
        columns,
        ((tie.relationship, tie.may_contact, tie.lives_with, pk) for pk, tie in plan.changed_ties.items()),
    )
    if plan.new_ties:
        bulk.insert(Guardianship, ("student_id", "contact_id", *columns), _new_ties(plan, present))


def _new_ties(plan: Plan, present: Present) -> Iterator[tuple[Any, ...]]:
    contacts = _contact_ids(ContactKind.GUARDIAN, present, plan)
    students = {source: student.id for source, student in present.students.items()}
    if plan.new_students:
        students |= dict(Student.objects.filter(family=None).values_list("source_id", "id").iterator())
    for (student, contact), tie in plan.new_ties.items():
        yield students[student], contacts[contact], tie.relationship, tie.may_contact, tie.lives_with


def _contact_ids(kind: ContactKind, present: Present, plan: Plan) -> dict[str, int]:
    """Ids by the district's ids, those of the contacts that were just written among them."""
    ids = {source: contact.id for source, contact in present.contacts[kind].items()}
    if any(new_kind is kind for new_kind, _ in plan.new_contacts):
        new = Contact.objects.filter(kind=kind, family=None).values_list("source_id", "id")
        ids |= dict(new.iterator())
    return ids
