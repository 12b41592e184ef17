"""Who is written together: whoever is or will be tied, at one home or not, and whoever has the same family now."""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, groupby
from typing import NamedTuple, TypeVar

from broadcaster.roster.groups import Groups
from broadcaster.roster.importing.plan import Plan
from broadcaster.roster.importing.present import Present, PresentTie
from broadcaster.roster.models import ContactKind

T = TypeVar("T")
_Group = str | tuple[str]  # a guardian who stands for all, or a student of nobody


class Household(NamedTuple):
    """People by the district's ids: those on file in the order of ours, then the new ones. Ties likewise."""

    guardians: list[str]
    students: list[str]
    ties: list[PresentTie]
    new_ties: list[tuple[str, str]]


class Named(NamedTuple):
    """Guardians and students by the district's ids."""

    guardians: Collection[str]
    students: Collection[str]


def of(plan: Plan, present: Present, first: Named, then: Named) -> Iterator[Household]:
    """The households of those that are named, those of the first ones first."""
    if not any((*first, *then)):
        return
    together = _Together(plan, present)
    numbers = dict[_Group, int]()
    for named in (first, then):
        groups = chain(map(together.of_guardian, named.guardians), map(together.of_student, named.students))
        for group in groups:
            numbers.setdefault(group, len(numbers))

    def shared_out(things: Iterable[T], group: Callable[[T], _Group]) -> Iterator[list[T]]:
        """For each household in turn what is its own. Sorting takes a tenth of the memory of a list for each."""

        def number(thing: T) -> int:
            return numbers.get(group(thing), -1)

        waiting = 0  # the household whose turn it is
        for at, own in groupby(sorted(things, key=number), key=number):
            if at >= 0:
                yield from ([] for _ in range(waiting, at))
                yield list(own)
                waiting = at + 1
        yield from ([] for _ in range(waiting, len(numbers)))

    new_guardians = plan.new_contacts.get(ContactKind.GUARDIAN, {})
    yield from map(
        Household,
        shared_out(chain(present.contacts.get(ContactKind.GUARDIAN, {}), new_guardians), together.of_guardian),
        shared_out(chain(present.students, plan.new_students), together.of_student),
        shared_out(present.ties, lambda tie: together.of_student(tie.student)),
        shared_out(plan.new_ties, lambda tie: together.of_student(tie[0])),
    )


class _Together:
    def __init__(self, plan: Plan, present: Present) -> None:
        self._guardians = Groups[str]()
        self._a_guardian_of: dict[str, str] = {}
        for tie in present.ties:
            self._tie(tie.student, tie.contact)
        for student, guardian in plan.new_ties:
            self._tie(student, guardian)
        in_family: dict[int, str] = {}
        for source, one in present.contacts.get(ContactKind.GUARDIAN, {}).items():
            if one.family is not None:
                self._guardians.join(in_family.setdefault(one.family, source), source)
        for source, child in present.students.items():
            if child.family in in_family:
                self._tie(source, in_family[child.family])

    def _tie(self, student: str, guardian: str) -> None:
        self._guardians.join(self._a_guardian_of.setdefault(student, guardian), guardian)

    def of_guardian(self, guardian: str) -> _Group:
        return self._guardians.of(guardian)

    def of_student(self, student: str) -> _Group:
        guardian = self._a_guardian_of.get(student)
        return (student,) if guardian is None else self._guardians.of(guardian)
