"""Small random ledgers for property tests, and what a slow reader of them says by hand.

Guardians are numbered within their family; family 0 stands for the staff. A guardian's ties say which child of which
school makes them part of the audience, and whether they may be written to about it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import strategies as st

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Delivery, Member, SharedDelivery
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.roster.models import Contact, ContactKind, ContactPoint, Family, School, Student
from tests.reports import builders

S = DeliveryStatus
STORED = [status for status in S if status is not S.SENDING]
SCHOOLS = range(3)
GRADES = {1: "K", 2: "3", 3: "10", 4: "", 5: "UNGRADED", 6: "2"}
LANGUAGES = ("en", "es", "so", "")

Guardian = tuple[int, int]


@dataclass(frozen=True)
class Tie:
    """A child of a school, and the guardian it ties to the audience; a staff member's tie has child 0."""

    child: int
    guardian: Guardian
    school: int | None
    allowed: bool = True

    @property
    def family(self) -> int:
        return self.guardian[0]


@dataclass(frozen=True)
class Message:
    """A delivery to a guardian, and perhaps to a second one who shares the address."""

    to: Guardian
    also: Guardian | None
    channel: Channel
    status: DeliveryStatus
    language: str
    after: int

    @property
    def people(self) -> tuple[Guardian, ...]:
        return (self.to, self.also) if self.also else (self.to,)


@dataclass(frozen=True)
class Small:
    """A ledger as drawn: who is meant, and what went out to whom."""

    ties: tuple[Tie, ...]
    messages: tuple[Message, ...]

    def of(self, school: int | None) -> tuple[Tie, ...]:
        return tuple(tie for tie in self.ties if school is None or tie.school == school)

    def families(self, school: int | None) -> set[int]:
        return {tie.family for tie in self.of(school) if tie.family}

    def writable(self, school: int | None) -> set[Guardian]:
        return {tie.guardian for tie in self.of(school) if tie.allowed}

    def sent(self, school: int | None) -> list[Message]:
        """What a school may see: messages that went to somebody whom one of its children, or itself, ties."""
        seen = self.writable(school)
        return [one for one in self.messages if school is None or seen.intersection(one.people)]

    def reached(self) -> dict[int, int]:
        """Family to the first second at which a message to anybody in it was delivered."""
        times: dict[int, int] = {}
        for one in self.messages:
            for family, _ in one.people:
                if family and one.status is S.DELIVERED:
                    times[family] = min(one.after, times.get(family, one.after))
        return times

    def reachable(self) -> set[int]:
        return {family for one in self.messages if one.status is not S.SUPPRESSED for family, _ in one.people if family}


guardians = st.tuples(st.integers(0, 4), st.integers(0, 1))
parents = st.tuples(st.integers(1, 4), st.integers(0, 1))
schools = st.none() | st.sampled_from(SCHOOLS)
messages = st.builds(
    Message,
    to=guardians,
    also=st.none() | parents,
    channel=st.sampled_from(Channel),
    status=st.sampled_from(STORED) | st.just(S.DELIVERED),
    language=st.sampled_from(["en", "es", "so"]),
    after=st.integers(0, 30),
)
child_ties = st.builds(Tie, child=st.integers(1, 6), guardian=parents, school=schools, allowed=st.booleans())


@st.composite
def ledgers(draw: st.DrawFn) -> Small:
    """Whoever gets a message is meant: where no tie says why, a tie of some school is added."""
    sent = draw(st.lists(messages, max_size=14))
    ties = set(draw(st.lists(child_ties, max_size=10)))
    sent = [one for one in sent if one.also != one.to]
    for guardian in sorted({each for one in sent for each in one.people}):
        if not any(tie.guardian == guardian and tie.allowed for tie in ties):
            child = draw(st.integers(1, 6)) if guardian[0] else 0
            ties.add(Tie(child, guardian, draw(schools)))
    once = {(tie.child, tie.guardian): tie for tie in sorted(ties, key=repr)}
    return Small(tuple(once.values()), tuple(sent))


@dataclass(frozen=True)
class Written:
    """The ledger in the database: the broadcast, and the ids behind the numbers."""

    sent: Broadcast
    schools: list[School]
    families: dict[int, int]
    contacts: dict[Guardian, int]

    def school(self, number: int | None) -> School | None:
        return None if number is None else self.schools[number]


def write(small: Small) -> Written:
    """Write it, beside another broadcast that must not be counted. Each name and address tells whose it is."""
    sent, other = builders.broadcast(), builders.broadcast()
    found = [School.objects.create(name=f"School {number}") for number in SCHOOLS]
    families = {number: Family.objects.create().pk for number in range(1, 5)}
    contacts = {guardian: _contact(guardian, families) for guardian in sorted(_everybody(small))}
    students = _students(small)
    for broadcast in (sent, other):
        _write_members(broadcast, small, students, found, families, contacts)
        _write_messages(broadcast, small, found, families, contacts)
    return Written(sent, found, families, contacts)


def _everybody(small: Small) -> set[Guardian]:
    return {tie.guardian for tie in small.ties}


def _contact(guardian: Guardian, families: dict[int, int]) -> int:
    family, number = guardian
    made = Contact.objects.create(
        kind=ContactKind.GUARDIAN if family else ContactKind.STAFF,
        source_id=f"{family}-{number}",
        name=person(guardian),
        language=LANGUAGES[(family + number) % len(LANGUAGES)],
        family_id=families.get(family),
    )
    address = f"point-{family}-{number}@example.org"
    ContactPoint.objects.create(contact=made, channel=Channel.EMAIL, address=address, as_given=address)
    return made.pk


def person(guardian: Guardian) -> str:
    return f"Guardian {guardian[0]}-{guardian[1]}."


def child(tie: Tie) -> tuple[int, int | None]:
    """Children are told apart by number and school: the same child at two schools is two."""
    return tie.child, tie.school


def child_name(key: tuple[int, int | None]) -> str:
    return f"Child {key[0]} of {key[1]}."


def _students(small: Small) -> dict[tuple[int, int | None], int]:
    keys = sorted({child(tie) for tie in small.ties if tie.child}, key=repr)
    return {
        key: Student.objects.create(source_id=repr(key), name=child_name(key), grade=GRADES[key[0]]).pk for key in keys
    }


def _write_members(
    broadcast: Broadcast,
    small: Small,
    students: dict[tuple[int, int | None], int],
    found: list[School],
    families: dict[int, int],
    contacts: dict[Guardian, int],
) -> None:
    Member.objects.bulk_create(
        Member(
            broadcast_id=broadcast.pk,
            student_id=students.get(child(tie)),
            contact_id=contacts[tie.guardian],
            family_id=families.get(tie.family),
            school_id=None if tie.school is None else found[tie.school].pk,
            allowed=tie.allowed,
        )
        for tie in small.ties
    )


def school_of(small: Small, to: Guardian) -> int | None:
    """The school that a delivery is counted at: the first of those that tie its guardian, as planning takes it."""
    return min((tie.school for tie in small.ties if tie.guardian == to and tie.school is not None), default=None)


def address(place: int, one: Message) -> str:
    return f"to{place}-" + "-and-".join(f"{family}-{number}" for family, number in one.people) + "@example.org"


def _write_messages(
    broadcast: Broadcast, small: Small, found: list[School], families: dict[int, int], contacts: dict[Guardian, int]
) -> None:
    for place, one in enumerate(small.messages):
        school = school_of(small, one.to)
        row = Delivery.objects.create(
            broadcast_id=broadcast.pk,
            channel=one.channel,
            address=address(place, one),
            contact_id=contacts[one.to],
            family_id=families.get(one.to[0]),
            school_id=None if school is None else found[school].pk,
            language=one.language,
            wave=1,
            segments=2,
            status=one.status,
            ended_at=builders.APPROVED + one.after if one.status is S.DELIVERED else None,
        )
        if one.also:
            SharedDelivery.objects.create(
                broadcast_id=broadcast.pk,
                delivery_id=row.pk,
                contact_id=contacts[one.also],
                family_id=families[one.also[0]],
            )


def time_by_hand(times: Iterable[int], reachable: int, percent: int) -> float | None:
    """The first instant at which so many percent of the reachable had been reached."""
    reached = sorted(times)
    return next((float(at) for place, at in enumerate(reached, start=1) if 100 * place >= percent * reachable), None)
