"""What a plan stages: chunks of changes, each of whole households.

All that changes of a household is written in one transaction, so whoever reads meanwhile finds each family as it was or
as it will be. Families of whom anything is taken away (a person, a tie, an address, the permission to write) come
first: a court's word does not wait for the others. Only a household that is larger than a chunk is cut: into contacts
with their addresses, then the household, then students with their ties, then who left.

The rows of a household are made when its turn comes: those of everybody would take as much memory as the roster.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from broadcaster.roster import families
from broadcaster.roster.changes import Changes, Row
from broadcaster.roster.importing import households
from broadcaster.roster.importing.households import Household, Named
from broadcaster.roster.importing.plan import Plan
from broadcaster.roster.importing.present import OnFile, Present, school_key
from broadcaster.roster.models import ROSTERED, ContactKind

#: rows in a chunk: its transaction stays under 200 ms on SQLite
ROWS = 2_500

_GUARDIAN, _STAFF = ROSTERED
_Unit = list[tuple[str, Row]]  # rows that must not be cut, each with the name of its list in Changes
_Units = defaultdict[str, _Unit]  # by the district's id of the person


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
    """The rows of a plan by whom they are of. What changes of people on file is listed; rows of who is new are made."""

    def __init__(self, plan: Plan, present: Present) -> None:
        self._plan, self._present = plan, present
        self._moves = plan.moves_families
        self._guardians = present.contacts.get(_GUARDIAN, {})
        self._contacts: dict[ContactKind, _Units] = {kind: defaultdict(list) for kind in ROSTERED}
        self._students: _Units = defaultdict(list)
        self._gone_contacts, self._gone_students = set(plan.gone_contacts), set(plan.gone_students)
        # of whom anything is taken away: sets in the order of their making
        self._taken_from: dict[ContactKind, dict[str, None]] = {kind: {} for kind in ROSTERED}
        self._taken_from_students = dict[str, None]()
        self._list_contacts()
        self._list_students()

    def households(self) -> Iterator[list[_Unit]]:
        """The units of each household in the order of writing, those first from whom anything is taken."""
        new, taken_from = self._plan.new_contacts, self._taken_from
        staff = dict.fromkeys((*taken_from[_STAFF], *new.get(_STAFF, ()), *self._contacts[_STAFF]))
        students = (*self._plan.new_students, *self._students, *(student for student, _ in self._plan.new_ties))
        first = Named(taken_from[_GUARDIAN], self._taken_from_students)
        then = Named((*new.get(_GUARDIAN, ()), *self._contacts[_GUARDIAN]), students)
        yield from (self._of_staff(source) for source in staff if source in taken_from[_STAFF])
        yield from map(self._of_household, households.of(self._plan, self._present, first, then))
        yield from (self._of_staff(source) for source in staff if source not in taken_from[_STAFF])

    def _list_contacts(self) -> None:
        plan, owner = self._plan, self._owners()
        for pk, now in plan.changed_contacts.items():
            row = (now.name, now.language, self._school(now.school), now.role, pk)
            owner[pk].append(("changed_contacts", row))
        for pk, contact in plan.gone_points.items():
            owner[contact].append(("gone_points", (pk,)))
        for pk, (contact, point) in plan.changed_points.items():
            owner[contact].append(("changed_points", (*point, pk)))
        for kind, source, channel, address, point in plan.new_points:
            self._contacts[kind][source].append(("new_points", (kind.value, source, channel.value, address, *point)))

    def _owners(self) -> dict[int, _Unit]:
        """The list for the rows of each contact on file of whom a row or an address changes, by our id."""
        plan = self._plan
        less = {*plan.gone_contacts, *plan.gone_points.values()}
        other = {*plan.changed_contacts, *(point.contact for point in plan.changed_points.values())}
        units = dict[int, _Unit]()
        for kind, people in self._present.contacts.items():
            for source, one in people.items():
                if one.id in less:
                    self._taken_from[kind][source] = None
                if one.id in less or one.id in other:
                    units[one.id] = self._contacts[kind][source]
        return units

    def _list_students(self) -> None:
        plan = self._plan
        for source, child in self._present.students.items():
            if child.id in plan.changed_students:
                now = plan.changed_students[child.id]
                row = (now.name, self._school(now.school), now.grade, child.id)
                self._students[source].append(("changed_students", row))
            if child.id in self._gone_students:
                self._taken_from_students[source] = None
        for pk, student in plan.gone_ties.items():
            self._students[student].append(("gone_ties", (pk,)))
            self._taken_from_students[student] = None
        for pk, (student, tie) in plan.changed_ties.items():
            self._students[student].append(("changed_ties", (*tie, pk)))
            if not tie.may_contact:
                self._taken_from_students[student] = None

    def _of_staff(self, source: str) -> list[_Unit]:
        on_file = self._present.contacts[_STAFF]
        return [self._contact(_STAFF, source), *_leavers("gone_contacts", on_file, [source], self._gone_contacts)]

    def _of_household(self, household: Household) -> list[_Unit]:
        students = {source: self._student(source) for source in household.students}
        for student, contact in household.new_ties:
            tie = self._plan.new_ties[student, contact]
            students.setdefault(student, []).append(("new_ties", (student, contact, *tie)))
        homes = list(self._homes(household, students)) if self._moves else []
        return [
            *(self._contact(_GUARDIAN, source) for source in household.guardians),
            *homes,
            *students.values(),
            *_leavers("gone_contacts", self._guardians, household.guardians, self._gone_contacts),
            *_leavers("gone_students", self._present.students, household.students, self._gone_students),
        ]

    def _contact(self, kind: ContactKind, source: str) -> _Unit:
        """What changes of a contact and their addresses."""
        new = self._plan.new_contacts[kind].get(source)
        if new is None:
            return self._contacts[kind].get(source, [])
        row = (kind.value, source, new.name, new.language, self._school(school_key(new.school)), new.role)
        unit: _Unit = [("new_contacts", row)]
        ranks = defaultdict[str, int](int)
        for channel, address, as_given in new.points:
            ranks[channel] += 1
            unit.append(("new_points", (kind.value, source, channel.value, address, as_given, ranks[channel])))
        return unit

    def _student(self, source: str) -> _Unit:
        """What changes of a student and of ties on file."""
        new = self._plan.new_students.get(source)
        if new is None:
            return self._students.get(source, [])
        return [("new_students", (source, new.name, self._school(school_key(new.school)), new.grade))]

    def _school(self, key: str) -> str:
        """The name of a school, as on file or as first spelt."""
        known = self._present.schools.get(key)
        return known.name if known else self._plan.schools.get(key, "")

    def _homes(self, household: Household, units: Mapping[str, _Unit]) -> Iterator[_Unit]:
        """Whose family will be another. That a student is no longer alone goes into the student's own unit."""
        plan, on_file = self._plan, self._present.students
        contacts = _who_stay(self._guardians, household.guardians, self._gone_contacts, plan.changed_contacts)
        students = _who_stay(on_file, household.students, self._gone_students, plan.changed_students)
        alone = set[str]()
        for home in families.homes(contacts, students, self._ties_then(household)):
            if home.student is not None:
                alone.add(home.student)
                if home.family is None:
                    yield [("homes", (None, (), home.student))]
            elif moved := [each for each in home.contacts if home.family is None or contacts[each] != home.family]:
                yield [("homes", (home.family, moved, None))]
        for source, family in students.items():
            if family is not None and source not in alone:
                units[source].append(("no_longer_alone", (on_file[source].id,)))

    def _ties_then(self, household: Household) -> Iterator[tuple[str, str, bool | None]]:
        gone, changed = self._plan.gone_ties, self._plan.changed_ties
        for tie in household.ties:
            if tie.id not in gone:
                now = changed[tie.id].row if tie.id in changed else tie
                yield tie.student, tie.contact, now.lives_with
        for student, contact in household.new_ties:
            yield student, contact, self._plan.new_ties[student, contact].lives_with


def _leavers(name: str, on_file: Mapping[str, OnFile], sources: Iterable[str], gone: Container[int]) -> Iterator[_Unit]:
    for source in sources:
        if source in on_file and on_file[source].id in gone:
            yield [(name, (on_file[source].id,))]


def _who_stay(
    on_file: Mapping[str, OnFile], sources: Iterable[str], gone: Container[int], changed: Container[int]
) -> dict[str, int | None]:
    """Those who are here and do not go, who comes back, and who is new: their families, in the order given."""
    found = dict[str, int | None]()
    for source in sources:
        one = on_file.get(source)
        if one is None:
            found[source] = None
        elif one.id in changed if one.left else one.id not in gone:
            found[source] = one.family
    return found
