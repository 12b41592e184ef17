"""Households, from who is tied to whom.

Contacts who share a student are one family, unless the roster says that one of them does not live with that student. A
student with nobody on file is a family of their own, which nobody can reach. Ids stay: a household that grows, shrinks
or splits keeps its id where it can, so that reports before and after an import speak of the same families.
"""

from collections.abc import Iterable, Mapping

from broadcaster.roster import bulk
from broadcaster.roster.models import Contact, ContactKind, Family, Guardianship, Student

_AT_ONCE = 5000  # rows fetched per step


def rebuild() -> int:
    """Work out all households and write the members whose family changes; gives their number.

    Call it inside the transaction that changed the roster. People who left keep the family that they had.
    """
    guardians = Contact.objects.filter(kind=ContactKind.GUARDIAN, left_at=None).order_by("id")
    contacts: dict[int, int | None] = dict(guardians.values_list("id", "family_id").iterator(_AT_ONCE))
    students: dict[int, int | None] = dict(
        Student.objects.filter(left_at=None).order_by("id").values_list("id", "family_id").iterator(_AT_ONCE)
    )
    ties = Guardianship.objects.values_list("student_id", "contact_id", "lives_with").order_by("id")
    households, tied = _households(contacts, students, ties.iterator(_AT_ONCE))
    lone = [student for student in students if student not in tied]

    taken: set[int] = set()
    kept = [_kept([contacts[member] for member in members], taken) for members in households]
    kept += [_kept([students[student]], taken) for student in lone]
    fresh = iter([family.pk for family in Family.objects.bulk_create(Family() for old in kept if old is None)])
    families = [next(fresh) if old is None else old for old in kept]

    moved_contacts = [
        (family, member)
        for family, members in zip(families, households, strict=False)  # the lone students' families come after
        for member in members
        if contacts[member] != family
    ]
    own = dict(zip(lone, families[len(households) :], strict=True))
    moved_students = [(own.get(student), student) for student, old in students.items() if old != own.get(student)]
    bulk.update(Contact, ("family_id",), moved_contacts)
    bulk.update(Student, ("family_id",), moved_students)
    return len(moved_contacts) + len(moved_students)


def _households(
    contacts: Mapping[int, object], students: Mapping[int, object], ties: Iterable[tuple[int, int, bool | None]]
) -> tuple[list[list[int]], set[int]]:
    """Contacts joined through shared students (union-find), by lowest id; and the students who have a contact."""
    leader = {contact: contact for contact in contacts}

    def find(contact: int) -> int:
        while leader[contact] != contact:
            leader[contact] = contact = leader[leader[contact]]
        return contact

    tied: set[int] = set()
    first_at_home: dict[int, int] = {}
    for student, contact, lives_with in ties:
        if student not in students or contact not in contacts:
            continue
        tied.add(student)
        if lives_with is not False:
            one, other = sorted((find(first_at_home.setdefault(student, contact)), find(contact)))
            leader[other] = one
    households: dict[int, list[int]] = {}
    for contact in contacts:
        households.setdefault(find(contact), []).append(contact)
    return list(households.values()), tied


def _kept(had: Iterable[int | None], taken: set[int]) -> int | None:
    """The first family id among the members' that no other household has yet."""
    found = next((family for family in had if family is not None and family not in taken), None)
    if found is not None:
        taken.add(found)
    return found
