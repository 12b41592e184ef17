"""Families made anew around some contacts, after a person changed who is who. Imports do the same for everybody."""

from collections.abc import Collection

from django.db.models import Q

from broadcaster.roster import bulk, families
from broadcaster.roster.models import Contact, ContactKind, Family, Guardianship, Student


def settle(family_ids: Collection[int]) -> None:
    """Make the households anew of everybody in these families, and of whoever is tied to any of them. Call it inside a
    transaction.
    """
    contacts, students = _concerned(set(family_ids))
    here = {contact.source_id: contact.family_id for contact in contacts}
    children = {student.source_id: student.family_id for student in students}
    contact_ids = {contact.source_id: contact.pk for contact in contacts}
    student_ids = {student.source_id: student.pk for student in students}
    ties = Guardianship.objects.filter(student__in=students, contact__in=contacts).order_by("pk")
    alone = set[str]()
    for home in families.homes(
        here, children, ties.values_list("student__source_id", "contact__source_id", "lives_with")
    ):
        family = Family.objects.create().pk if home.family is None else home.family
        bulk.update(
            Contact, ("family_id",), ((family, contact_ids[each]) for each in home.contacts if here[each] != family)
        )
        if home.student is not None:
            alone.add(home.student)
            bulk.update(Student, ("family_id",), [(family, student_ids[home.student])])
    bulk.update(Student, ("family_id",), ((None, student_ids[each]) for each in children.keys() - alone))


def _concerned(family_ids: set[int]) -> tuple[list[Contact], list[Student]]:
    """All guardians and students who are here and hang together with these families, in the order of our ids."""
    while True:
        students = Student.objects.filter(
            Q(family__in=family_ids) | Q(guardianships__contact__family__in=family_ids), left_at=None
        )
        children = list(students.distinct().order_by("pk"))
        guardians = Contact.objects.filter(
            Q(family__in=family_ids) | Q(guardianships__student__in=children),
            kind=ContactKind.GUARDIAN,
            left_at=None,
        )
        contacts = list(guardians.distinct().order_by("pk"))
        families_of = (*(one.family_id for one in contacts), *(one.family_id for one in children))
        found = {family for family in families_of if family is not None}
        if found <= family_ids:
            return contacts, children
        family_ids |= found
