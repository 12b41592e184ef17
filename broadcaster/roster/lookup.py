"""Looking a family up: by a name, a phone, an email, a student's number; and all that is known of it, on one page.

Personal: for the eyes of who may see families, never for a log. `schools` are ids of those whose families somebody may
see; None: all.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from broadcaster.kinds import Channel, Purpose
from broadcaster.roster.models import (
    Consent,
    ConsentState,
    Contact,
    ContactKind,
    ContactPoint,
    Correction,
    Guardianship,
    Student,
    Suppression,
)

_MOST_FOUND = 50
_FEWEST_DIGITS = 4  # of a phone, to be looked for


@dataclass(frozen=True, slots=True)
class Found:
    """A family (or, without a family, a staff member) whom a search fits: who is in it, and at which schools."""

    family_id: int | None
    contact_id: int | None
    contacts: tuple[str, ...]
    students: tuple[str, ...]
    schools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """An address with what stands in its way: `dead` is why it is suppressed (empty: it is not), `choices` what the
    family chose; a purpose that is not in it is unknown. `corrected`: a person put it here.
    """

    point_id: int
    channel: Channel
    address: str
    as_given: str
    rank: int
    dead: str
    dead_since: float | None
    choices: Mapping[Purpose, Consent]
    corrected: bool

    def usable(self, purpose: Purpose) -> bool:
        """Whether a message of this purpose may go there."""
        choice = self.choices.get(purpose)
        return not self.dead and (choice is None or choice.state != ConsentState.OPTED_OUT)


@dataclass(frozen=True, slots=True)
class Child:
    """A student of a family."""

    student_id: int
    source_id: str
    name: str
    grade: str
    school: str


@dataclass(frozen=True, slots=True)
class Tie:
    """What a contact is to a child.."""

    student_id: int
    relationship: str
    may_contact: bool
    lives_with: bool | None


@dataclass(frozen=True, slots=True)
class Person:
    """A guardian or staff member with their addresses, the best first."""

    contact_id: int
    kind: ContactKind
    source_id: str
    name: str
    language: str
    role: str
    school: str
    addresses: tuple[Address, ...]
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """A family: its people, its children, and the ids of other families that share a child with it."""

    family_id: int
    people: tuple[Person, ...]
    children: tuple[Child, ...]
    other_families: tuple[int, ...]


def search(text: str, schools: Collection[int] | None = None) -> list[Found]:
    """The families and staff members whom a name, phone, email or student's number fits; at most 50, by name."""
    words = text.split()
    if not words:
        return []
    contacts, students = _contacts(text, words, schools), _students(text, words, schools)
    families = dict.fromkeys(
        [
            *contacts.exclude(family=None).values_list("family_id", flat=True)[:_MOST_FOUND],
            *students.exclude(family=None).values_list("family_id", flat=True)[:_MOST_FOUND],
            *Contact.objects.filter(left_at=None, guardianships__student__in=students.values("pk"))
            .exclude(family=None)
            .values_list("family_id", flat=True)[:_MOST_FOUND],
        ]
    )
    staff = contacts.filter(kind=ContactKind.STAFF).select_related("school")[:_MOST_FOUND]
    found = _households(list(families)) + [
        Found(None, one.pk, (one.name,), (), (one.school.name,) if one.school else ()) for one in staff
    ]
    return sorted(found, key=lambda one: (one.contacts or one.students or ("",))[0].casefold())[:_MOST_FOUND]


def family(family_id: int) -> FamilyPage | None:
    """All that is known of a family; None where nobody here is in it."""
    return next(iter(families([family_id])), None)


def families(ids: Sequence[int]) -> list[FamilyPage]:
    """All that is known of some families, in this order, without those in which nobody is here."""
    contacts = Contact.objects.filter(family__in=ids, left_at=None).select_related("school").order_by("pk")
    ties = list(Guardianship.objects.filter(contact__in=contacts, student__left_at=None).order_by("pk"))
    people = {one.contact_id: one for one in _persons(list(contacts), ties)}
    of_contact = {one.pk: one.family_id for one in contacts}
    tied = {tie.student_id for tie in ties}
    students = Student.objects.filter(Q(pk__in=tied) | Q(family__in=ids), left_at=None).select_related("school")
    everybody = list(students.order_by("name", "pk"))
    elsewhere = _ties_to_families(tied)
    found = []
    for one in ids:
        mine = tuple(people[pk] for pk, family_id in of_contact.items() if family_id == one)
        with_mine = {tie.student_id for person in mine for tie in person.ties}
        children = [child for child in everybody if child.pk in with_mine or child.family_id == one]
        if mine or children:
            others = {other for child in with_mine for other in elsewhere.get(child, ())} - {one}
            found.append(FamilyPage(one, mine, tuple(map(_child, children)), tuple(sorted(others))))
    return found


def _child(student: Student) -> Child:
    school = student.school.name if student.school else ""
    return Child(student.pk, student.source_id, student.name, student.grade, school)


def _ties_to_families(students: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    ties = Guardianship.objects.filter(student__in=students, contact__left_at=None).exclude(contact__family=None)
    for student, family_id in ties.values_list("student_id", "contact__family_id"):
        found.setdefault(student, set()).update({family_id} - {None})
    return found


def person(contact_id: int) -> Person | None:
    """A guardian or a staff member who is here."""
    found = list(Contact.objects.filter(pk=contact_id, left_at=None).select_related("school"))
    return next(iter(_persons(found, list(Guardianship.objects.filter(contact__in=found)))), None)


def by_address(channel: Channel, address: str) -> list[Person]:
    """Everybody here who has a (normalised) address."""
    found = Contact.objects.filter(left_at=None, points__channel=channel, points__address=address)
    people = list(found.select_related("school").order_by("pk"))
    return _persons(people, list(Guardianship.objects.filter(contact__in=people)))


def _persons(people: Sequence[Contact], ties: Sequence[Guardianship]) -> list[Person]:
    addresses = _addresses(people)
    return [
        Person(
            one.pk,
            ContactKind(one.kind),
            one.source_id,
            one.name,
            one.language,
            one.role,
            one.school.name if one.school else "",
            tuple(addresses[one.pk]),
            tuple(
                Tie(tie.student_id, tie.relationship, tie.may_contact, tie.lives_with)
                for tie in ties
                if tie.contact_id == one.pk
            ),
        )
        for one in people
    ]


def _addresses(people: Sequence[Contact]) -> dict[int, list[Address]]:
    points = list(ContactPoint.objects.filter(contact__in=people).order_by("channel", "rank"))
    named = {point.address for point in points}
    dead = {(s.channel, s.address): s for s in Suppression.objects.filter(address__in=named, lifted_at=None)}
    choices: dict[tuple[str, str], dict[Purpose, Consent]] = {}
    for choice in Consent.objects.filter(address__in=named):
        choices.setdefault((choice.channel, choice.address), {})[Purpose(choice.purpose)] = choice
    right = set(
        Correction.objects.filter(source_id__in=[one.source_id for one in people]).values_list(
            "kind", "source_id", "channel", "address"
        )
    )
    found: dict[int, list[Address]] = {one.pk: [] for one in people}
    whose = {one.pk: (one.kind, one.source_id) for one in people}
    for point in points:
        key = point.channel, point.address
        held = dead.get(key)
        found[point.contact_id].append(
            Address(
                point.pk,
                Channel(point.channel),
                point.address,
                point.as_given,
                point.rank,
                held.cause if held else "",
                held.at if held else None,
                choices.get(key, {}),
                (*whose[point.contact_id], *key) in right,
            )
        )
    return found


def _contacts(text: str, words: Sequence[str], schools: Collection[int] | None) -> QuerySet[Contact]:
    fits = _named("name", words) | Q(source_id=text.strip())
    if "@" in text:
        fits |= Q(points__address__contains=text.strip().lower())
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) >= _FEWEST_DIGITS and not any(char.isalpha() for char in text):
        fits |= Q(points__channel=Channel.SMS, points__address__contains=digits)
    found = Contact.objects.filter(fits, left_at=None)
    if schools is not None:
        found = found.filter(Q(school__in=schools) | Q(guardianships__student__school__in=schools))
    return found.distinct().order_by("name", "pk")


def _students(text: str, words: Sequence[str], schools: Collection[int] | None) -> QuerySet[Student]:
    found = Student.objects.filter(_named("name", words) | Q(source_id=text.strip()), left_at=None)
    return (found if schools is None else found.filter(school__in=schools)).order_by("name", "pk")


def _named(column: str, words: Sequence[str]) -> Q:
    """Every word is in the name. SQLite knows capitals of ASCII only, so accented ones are tried as names have them."""
    fits = Q()
    for word in words:
        fits &= Q(**{f"{column}__icontains": word}) | Q(**{f"{column}__contains": word.capitalize()})
    return fits


def _households(ids: Sequence[int]) -> list[Found]:
    people: dict[int, list[str]] = {family: [] for family in ids}
    children: dict[int, dict[str, None]] = {family: {} for family in ids}
    schools: dict[int, set[str]] = {family: set() for family in ids}
    for family, name in Contact.objects.filter(family__in=ids, left_at=None).values_list("family_id", "name"):
        people[family or 0].append(name)
    tied = Guardianship.objects.filter(contact__family__in=ids, contact__left_at=None, student__left_at=None)
    lone = Student.objects.filter(family__in=ids, left_at=None)
    for family, name, school in (
        *tied.values_list("contact__family_id", "student__name", "student__school__name"),
        *lone.values_list("family_id", "name", "school__name"),
    ):
        children[family][name] = None
        schools[family].update({school} - {None})
    return [
        Found(one, None, tuple(sorted(people[one])), tuple(sorted(children[one])), tuple(sorted(schools[one])))
        for one in ids
    ]
