"""What a plan stages: chunks of changes, each of whole households.

All that changes of a household is written in one transaction, so whoever reads meanwhile finds each family as it was or
as it will be. Families of whom anything is taken away (a person, a tie, an address, the permission to write) come
first: a court's word does not wait for the others. Only a household that is larger than a chunk is cut: into contacts
with their addresses, then the household, then students with their ties, then who left.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from itertools import chain

from broadcaster.roster import families
from broadcaster.roster.changes import Changes, Row
from broadcaster.roster.groups import Groups
from broadcaster.roster.importing.plan import Plan
from broadcaster.roster.importing.present import Present, PresentContact, PresentStudent
from broadcaster.roster.importing.wanted import WantedTie
from broadcaster.roster.models import ContactKind

#: rows in a chunk: its transaction stays under 200 ms on SQLite
ROWS = 2_500

_Node = tuple[str, str | int]  # a student, a contact or a family: its sort and its id
_Unit = list[tuple[str, Row]]  # rows that must not be cut, each with the name of its list in Changes

_GUARDIAN, _STUDENT, _FAMILY = ContactKind.GUARDIAN.value, "student", "family"


def chunks(plan: Plan, present: Present) -> Iterator[Changes]:
    """The plan in chunks, in the order of writing."""
    chunk, size = Changes(), 0
    for household in _Staging(plan, present).households():
        if size and size + sum(map(len, household)) > ROWS:
            yield chunk
            chunk, size = Changes(), 0
        for unit in household:
            chunk.add(unit)
            size += len(unit)
            if size >= ROWS:
                yield chunk
                chunk, size = Changes(), 0
    if size:
        yield chunk


class _Staging:
    """The rows of a plan by whom they are of, and who belongs together."""

    def __init__(self, plan: Plan, present: Present) -> None:
        self._plan, self._present = plan, present
        self._contact_of = {
            contact.id: (kind.value, source)
            for kind in plan.kinds
            for source, contact in present.contacts[kind].items()
        }
        self._student_of = {student.id: source for source, student in present.students.items()}
        self._contacts, self._homes, self._students, self._leavers = (defaultdict[_Node, _Unit](list) for _ in range(4))
        self._taken_from = set[_Node]()
        self._list_contacts()
        self._list_points()
        if ContactKind.GUARDIAN in plan.kinds:
            self._list_students()
            self._list_ties()
            self._list_homes()
        self._list_leavers()

    def households(self) -> Iterator[list[_Unit]]:
        """The units of each household in the order of writing, those first from whom anything is taken."""
        together = self._together()
        households = defaultdict[_Node, list[_Unit]](list)
        for units in (self._contacts, self._homes, self._students, self._leavers):
            for node, unit in units.items():
                households[together.of(node)].append(unit)
        for node in dict.fromkeys(map(together.of, self._taken_from)):
            yield households.pop(node)
        yield from households.values()

    def _together(self) -> Groups[_Node]:
        """Everybody who is or will be tied, at one home or not, and whoever has the same family now."""
        groups = Groups[_Node]()
        for student, contact in chain(self._present_ties().values(), self._plan.new_ties):
            groups.join((_STUDENT, student), (_GUARDIAN, contact))
        for kind, people in self._present.contacts.items():
            for source, person in people.items():
                if person.family is not None:
                    groups.join((kind.value, source), (_FAMILY, person.family))
        for source, child in self._present.students.items():
            if child.family is not None:
                groups.join((_STUDENT, source), (_FAMILY, child.family))
        return groups

    def _present_ties(self) -> dict[int, tuple[str, str]]:
        """(student, contact) by the id of the tie."""
        return {
            tie.id: (self._student_of[student], self._contact_of[contact][1])
            for (student, contact), tie in self._present.ties.items()
        }

    def _school(self, key: str) -> str:
        """The name of a school, as on file or as first spelt."""
        known = self._present.schools.get(key)
        return known.name if known else self._plan.schools.get(key, "")

    def _list_contacts(self) -> None:
        for (kind, source), new in self._plan.new_contacts.items():
            row = (kind.value, source, new.name, new.language, self._school(new.school), new.role)
            self._contacts[kind.value, source].append(("new_contacts", row))
        for pk, now in self._plan.changed_contacts.items():
            changed = (now.name, now.language, self._school(now.school), now.role, pk)
            self._contacts[self._contact_of[pk]].append(("changed_contacts", changed))

    def _list_points(self) -> None:
        plan = self._plan
        owner = {point.id: contact for contact, of_one in self._present.points.items() for point in of_one.values()}
        for pk in plan.gone_points:
            node = self._contact_of[owner[pk]]
            self._contacts[node].append(("gone_points", (pk,)))
            self._taken_from.add(node)
        for pk, (as_given, rank) in plan.changed_points.items():
            self._contacts[self._contact_of[owner[pk]]].append(("changed_points", (as_given, rank, pk)))
        for kind, contact, channel, address, (as_given, rank) in plan.new_points:
            row = (kind.value, contact, channel.value, address, as_given, rank)
            self._contacts[kind.value, contact].append(("new_points", row))

    def _list_students(self) -> None:
        for source, (name, school, grade) in self._plan.new_students.items():
            self._students[_STUDENT, source].append(("new_students", (source, name, self._school(school), grade)))
        for pk, (name, school, grade) in self._plan.changed_students.items():
            row = (name, self._school(school), grade, pk)
            self._students[_STUDENT, self._student_of[pk]].append(("changed_students", row))

    def _list_ties(self) -> None:
        on_file = self._present_ties()
        for pk in self._plan.gone_ties:
            node = (_STUDENT, on_file[pk][0])
            self._students[node].append(("gone_ties", (pk,)))
            self._taken_from.add(node)
        for pk, tie in self._plan.changed_ties.items():
            node = (_STUDENT, on_file[pk][0])
            self._students[node].append(("changed_ties", (*_facts(tie), pk)))
            if not tie.may_contact:
                self._taken_from.add(node)
        for (student, contact), tie in self._plan.new_ties.items():
            self._students[_STUDENT, student].append(("new_ties", (student, contact, *_facts(tie))))

    def _list_leavers(self) -> None:
        for pk in self._plan.gone_contacts:
            self._leavers[self._contact_of[pk]].append(("gone_contacts", (pk,)))
        for pk in self._plan.gone_students:
            self._leavers[_STUDENT, self._student_of[pk]].append(("gone_students", (pk,)))
        self._taken_from.update(self._leavers)

    def _list_homes(self) -> None:
        """Whose family will be another."""
        if not self._plan.moves_families:
            return
        contacts, students = self._guardians_then(), self._students_then()
        alone = set[str]()
        for home in families.homes(contacts, students, self._ties_then()):
            if home.student is not None:
                alone.add(home.student)
                if home.family is None:
                    self._homes[_STUDENT, home.student].append(("homes", (None, (), home.student)))
            elif moved := [each for each in home.contacts if home.family is None or contacts[each] != home.family]:
                self._homes[_GUARDIAN, moved[0]].append(("homes", (home.family, moved, None)))
        for source, family in students.items():
            if family is not None and source not in alone:
                row = (self._present.students[source].id,)
                self._students[_STUDENT, source].append(("no_longer_alone", row))

    def _guardians_then(self) -> dict[str, int | None]:
        """Guardians who will be here, in the order of their ids, with the family they have now."""
        on_file, gone = self._present.contacts[ContactKind.GUARDIAN], set(self._plan.gone_contacts)
        return {
            **_who_stay(on_file, gone, self._plan.changed_contacts),
            **dict.fromkeys(source for kind, source in self._plan.new_contacts if kind is ContactKind.GUARDIAN),
        }

    def _students_then(self) -> dict[str, int | None]:
        """Students who will be here, likewise."""
        gone = set(self._plan.gone_students)
        return {
            **_who_stay(self._present.students, gone, self._plan.changed_students),
            **dict.fromkeys(self._plan.new_students),
        }

    def _ties_then(self) -> Iterator[tuple[str, str, bool | None]]:
        gone, changed = set(self._plan.gone_ties), self._plan.changed_ties
        lives_with = {tie.id: tie.lives_with for tie in self._present.ties.values()}
        for pk, (student, contact) in self._present_ties().items():
            if pk not in gone:
                yield student, contact, changed[pk].lives_with if pk in changed else lives_with[pk]
        for (student, contact), tie in self._plan.new_ties.items():
            yield student, contact, tie.lives_with


def _who_stay(
    on_file: Mapping[str, PresentStudent | PresentContact], gone: Container[int], changed: Container[int]
) -> dict[str, int | None]:
    """Those who are here and do not go, and who comes back: their families, by the order of our ids."""
    staying = (
        (person.id, source, person.family)
        for source, person in on_file.items()
        if (person.id in changed if person.left else person.id not in gone)
    )
    return {source: family for _, source, family in sorted(staying)}


def _facts(tie: WantedTie) -> Row:
    return tie.relationship, tie.may_contact, tie.lives_with
