"""The call list: every family, and every staff member, that a broadcast has not reached, and what to do about each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import sql
from broadcaster.delivery.erasing import is_erased
from broadcaster.delivery.models import Member, Plan
from broadcaster.kinds import BadInput, Channel
from broadcaster.reports import ledger, reach, sheet
from broadcaster.reports.lookup import find
from broadcaster.reports.report import NO_SCHOOL
from broadcaster.reports.said import explain
from broadcaster.roster.models import Contact, School, Student

HEADER = ("school", "family", "students", "contacts", "phones", "emails", "languages", "tried", "what to do")

#: households looked up at a time: far under the 32,766 parameters that SQLite takes in a statement
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Try:
    """A message that was planned for them: where to, what became of it, and what to do about it, in words."""

    channel: str
    address: str
    happened: str
    do: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """A family, or a staff member (then `family_id` is None), that no message has reached.

    `students` are "name (grade)", those of the audience; `contacts` only who may be contacted, with the addresses that
    the roster has now. `do` is what to do next, in plain words.
    """

    school: str
    family_id: int | None
    students: tuple[str, ...]
    contacts: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    languages: tuple[str, ...]
    tried: tuple[Try, ...]
    do: str


class Erased(BadInput):
    """Names and addresses of the broadcast are gone. The message is one line."""


def unreached(broadcast_id: int, school: School | None = None) -> Iterator[Unreached]:
    """By school, then by name; with a school, its own people alone. Raises UnknownBroadcast, and Erased.

    Holds only the tries of the unreached in memory.
    """
    broadcast = find(broadcast_id)
    if is_erased(broadcast.pk):
        raise Erased(
            f"broadcast {broadcast.pk} is older than names and addresses are kept (keep_messages_days): nobody can be "
            "called for it any more; its counts stay"
        )
    scope = ledger.scope(broadcast.pk, school)
    found = reach.read(scope, broadcast.approved_at)
    places = iter(_families(scope, found) + _staff(scope, found))
    tries = _tries(scope, found)
    while page := list(islice(places, _PAGE)):
        yield from _Page(broadcast, scope, page, tries).rows()


def write_csv(path: Path, broadcast_id: int, school: School | None = None) -> int:
    """Write the call list and give the number of its rows. Raises UnknownBroadcast and whole_file.Unwritable."""
    return sheet.write(path, HEADER, rows(broadcast_id, school), for_excel=True)


def rows(broadcast_id: int, school: School | None = None) -> Iterator[tuple[sheet.Cell, ...]]:
    """The list's rows, as HEADER names their cells. Raises UnknownBroadcast."""
    return map(_cells, unreached(broadcast_id, school))


def _cells(row: Unreached) -> tuple[sheet.Cell, ...]:
    tried = tuple(f"{_CHANNELS[one.channel]} to {one.address}: {one.happened.rstrip('.')}" for one in row.tried)
    people = (row.students, row.contacts, row.phones, row.emails, row.languages, tried)
    return (row.school, row.family_id, *("; ".join(cell) for cell in people), row.do)


_CHANNELS = {Channel.SMS.value: "text", Channel.EMAIL.value: "email"}


class Place(NamedTuple):
    """Where a household stands on the list. `family_id` is None for a staff member, who is then `contact_id`."""

    school: str
    name: str
    family_id: int | None
    contact_id: int | None


def _order(place: Place) -> tuple[bool, str, str, int]:
    return (
        place.school == NO_SCHOOL,
        place.school.casefold(),
        place.name.casefold(),
        place.family_id or place.contact_id or 0,
    )


def _families(scope: ledger.Scope, found: reach.Reach) -> list[Place]:
    rows = sql.rows(
        f"""SELECT m.family_id, MIN(h.name), MIN(t.name) FROM delivery_member m
            LEFT JOIN roster_student t ON t.id = m.student_id LEFT JOIN roster_school h ON h.id = m.school_id
            WHERE {scope.members.sql} AND m.family_id IS NOT NULL GROUP BY m.family_id""",
        scope.members.params,
    )
    places = [
        Place(school or NO_SCHOOL, name or "", family, None)
        for family, school, name in rows
        if family not in found.families
    ]
    return sorted(places, key=_order)


def _staff(scope: ledger.Scope, found: reach.Reach) -> list[Place]:
    rows = sql.rows(
        f"""SELECT m.contact_id, MIN(h.name), MIN(c.name) FROM delivery_member m
            LEFT JOIN roster_contact c ON c.id = m.contact_id LEFT JOIN roster_school h ON h.id = m.school_id
            WHERE {scope.members.sql}
            AND m.family_id IS NULL AND m.student_id IS NULL AND m.contact_id IS NOT NULL GROUP BY m.contact_id""",
        scope.members.params,
    )
    places = [
        Place(school or NO_SCHOOL, name or "", None, contact)
        for contact, school, name in rows
        if contact not in found.people
    ]
    return sorted(places, key=_order)


Tries = dict[tuple[int | None, int | None], list[Try]]


def _tries(scope: ledger.Scope, found: reach.Reach) -> Tries:
    """The deliveries of everybody who was not reached, by (family, None) or (None, contact). Two statements."""
    columns = f"d.channel, d.address, {ledger.STATE}, d.reason, d.code"
    own = sql.rows(
        f"SELECT d.family_id, d.contact_id, {columns} FROM delivery_delivery d {ledger.HELD_BATCH} WHERE {scope.where} "
        "AND d.status <> 'delivered' ORDER BY d.wave, d.id",
        scope.params,
    )
    theirs = scope.contacts("s")
    shared = sql.rows(
        f"SELECT s.family_id, s.contact_id, {columns} FROM delivery_shareddelivery s "
        f"JOIN delivery_delivery d ON d.id = s.delivery_id {ledger.HELD_BATCH} WHERE s.broadcast_id = %s "
        f"AND {theirs.sql} ORDER BY d.wave, d.id",
        (scope.broadcast_id, *theirs.params),
    )
    tries: Tries = defaultdict(list)
    for family, contact, channel, address, status, reason, code in own + shared:
        if (contact not in found.people) if family is None else (family not in found.families):
            said = explain(channel, status, reason, code)
            tries[family, contact if family is None else None].append(Try(channel, address, *said))
    return tries


class _Page:
    """Some households of the list, with their people read from the roster as it is now."""

    def __init__(self, broadcast: Broadcast, scope: ledger.Scope, places: Sequence[Place], tries: Tries) -> None:
        self._broadcast, self._places, self._tries = broadcast, places, tries
        self._planned = Plan.objects.filter(pk=broadcast.pk, done_at__isnull=False).exists()
        families = [place.family_id for place in places if place.family_id is not None]
        staff = [place.contact_id for place in places if place.contact_id is not None]
        self._members: dict[int, list[Member]] = defaultdict(list)
        meant = Member.objects.filter(broadcast_id=broadcast.pk, family_id__in=families).order_by("id")
        for member in meant if scope.school_id is None else meant.filter(school_id=scope.school_id):
            if member.family_id is not None:
                self._members[member.family_id].append(member)
        everyone = [member for members in self._members.values() for member in members]
        allowed = {member.contact_id for member in everyone if member.allowed and member.contact_id is not None}
        self._contacts = Contact.objects.prefetch_related("points").in_bulk([*allowed, *staff])
        self._students = Student.objects.in_bulk(
            {member.student_id for member in everyone if member.student_id is not None}
        )

    def rows(self) -> Iterator[Unreached]:
        for place in self._places:
            members = self._members[place.family_id] if place.family_id is not None else []
            contacts = self._people(place, members)
            tried = tuple(self._tries.get((place.family_id, place.contact_id), ()))
            points = [point for contact in contacts for point in sorted(contact.points.all(), key=lambda one: one.rank)]
            yield Unreached(
                school=place.school,
                family_id=place.family_id,
                students=self._names(members),
                contacts=tuple(contact.name for contact in contacts if contact.name),
                phones=tuple(dict.fromkeys(point.address for point in points if point.channel == Channel.SMS)),
                emails=tuple(dict.fromkeys(point.address for point in points if point.channel == Channel.EMAIL)),
                languages=tuple(dict.fromkeys(contact.language for contact in contacts if contact.language)),
                tried=tried,
                do=self._what_to_do(members, contacts, tried),
            )

    def _people(self, place: Place, members: Sequence[Member]) -> list[Contact]:
        """Who may be called: nobody else was looked up."""
        ids = dict.fromkeys([place.contact_id, *(member.contact_id for member in members)])
        return [self._contacts[contact] for contact in ids if contact is not None and contact in self._contacts]

    def _names(self, members: Sequence[Member]) -> tuple[str, ...]:
        ids = dict.fromkeys(member.student_id for member in members if member.student_id is not None)
        students = [self._students[student] for student in ids if student in self._students]
        return tuple(f"{student.name} ({student.grade})" if student.grade else student.name for student in students)

    def _what_to_do(self, members: Sequence[Member], contacts: Sequence[Contact], tried: Sequence[Try]) -> str:
        if tried:
            return " ".join(dict.fromkeys(one.do for one in tried if one.do))
        if not contacts and not any(member.contact_id for member in members):
            return "Nobody is on file: find out whom to call, and add them to the roster."
        if not contacts:
            return "Nobody on file may be contacted: ask the school before calling anybody."
        if not any(contact.points.all() for contact in contacts):
            return "No phone and no email on file: ask the school for one."
        if not self._planned:
            return "Wait: the messages are still being planned."
        channels = " or ".join(_CHANNELS[channel] for channel in self._broadcast.channel_list)
        return f"Nothing on file for {channels} when this was planned: use the other addresses."
