"""Households, from who is tied to whom.

Contacts who share a student are one family, unless the roster says that one of them does not live with that student. A
student with nobody on file is a family of their own, which nobody can reach. Ids stay: a household that grows, shrinks
or splits keeps its id where it can, so that reports before and after an import speak of the same families.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from broadcaster.roster.groups import Groups


@dataclass(frozen=True, slots=True)
class Home:
    """A household by the district's ids: contacts, or one student alone. `family` is our id, None where it is new."""

    family: int | None
    contacts: tuple[str, ...]
    student: str | None = None


def homes(
    contacts: Mapping[str, int | None],
    students: Mapping[str, int | None],
    ties: Iterable[tuple[str, str, bool | None]],
) -> Iterator[Home]:
    """All households of guardians and students who are here, given with the family they have now, the oldest first.

    `ties` are (student, contact, lives with); those of people who are not here count for nothing.
    """
    households, tied = _households(contacts, students, ties)
    taken: set[int] = set()
    for members in households:
        yield Home(_kept((contacts[member] for member in members), taken), tuple(members))
    for student, family in students.items():
        if student not in tied:
            yield Home(_kept([family], taken), (), student)


def _households(
    contacts: Mapping[str, object], students: Mapping[str, object], ties: Iterable[tuple[str, str, bool | None]]
) -> tuple[list[list[str]], set[str]]:
    """Contacts joined through shared students, the oldest first; and the students who have a contact."""
    together = Groups[str]()
    tied: set[str] = set()
    first_at_home: dict[str, str] = {}
    for student, contact, lives_with in ties:
        if student not in students or contact not in contacts:
            continue
        tied.add(student)
        if lives_with is not False:
            together.join(first_at_home.setdefault(student, contact), contact)
    households: dict[str, list[str]] = {}
    for contact in contacts:
        households.setdefault(together.of(contact), []).append(contact)
    return list(households.values()), tied


def _kept(had: Iterable[int | None], taken: set[int]) -> int | None:
    """The first family id among the members' that no other household has yet."""
    found = next((family for family in had if family is not None and family not in taken), None)
    if found is not None:
        taken.add(found)
    return found
