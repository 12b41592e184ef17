"""A small district that lives: households, and what a summer does to them."""

from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any

from django.db.models import Q

from broadcaster.roster.models import Contact, ContactPoint, Guardianship, Student
from tests.roster.rosters import pair

#: everything that is told of each person, by their id
View = dict[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Household:
    """Children and adults, each adult on file for each child. `silent` adults may not be contacted."""

    children: tuple[str, ...]
    adults: tuple[str, ...]
    mail: dict[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    school: str = "Elm School"

    def rows(self) -> list[list[str]]:
        """Its rows of a families file."""
        return [
            pair(
                child,
                adult,
                school=self.school,
                email=self.mail.get(adult, f"{adult.lower()}@example.org"),
                may_contact="no" if adult in self.silent else "",
            )
            for child in self.children
            for adult in self.adults
        ]


class District:
    """Households by one seed: the same on every run."""

    def __init__(self, seed: int, households: int = 18) -> None:
        self._dice = Random(seed)
        self._ids = count(1)
        self.households = [self._household() for _ in range(households)]

    def rows(self) -> list[list[str]]:
        """The families file."""
        return [row for household in self.households for row in household.rows()]

    def summer(self) -> None:
        """Some move in or away, marry, part, change their address, are forbidden to be written to."""
        self.households = [after for household in self.households for after in self._after(household)]
        self.households += [self._household() for _ in range(self._dice.randint(0, 4))]

    def _name(self, letter: str) -> str:
        return f"{letter}{next(self._ids)}"

    def _household(self) -> Household:
        dice = self._dice
        children = tuple(self._name("S") for _ in range(dice.randint(1, 3)))
        adults = tuple(self._name("C") for _ in range(dice.randint(1, 2)))
        return Household(children, adults, school=dice.choice(["Elm School", "Oak School", "Ash School"]))

    def _after(self, home: Household) -> list[Household]:
        first, last = home.adults[0], home.adults[-1]
        return self._dice.choice(
            [
                [home],
                [home],
                [],
                [replace(home, mail={first: f"new.{first.lower()}@example.org"})],
                [replace(home, silent=frozenset({last}))],
                [replace(home, adults=(*home.adults, self._name("C")))],
                [replace(home, adults=home.adults[:1])],
                [replace(home, children=(*home.children, self._name("S")))],
                [replace(home, adults=(self._name("C"),))],
                [replace(home, school="Birch School")],
                [replace(home, children=home.children[:1]), Household(home.children[1:], (self._name("C"),))],
            ]
        )


def view() -> View:
    """What is told of each who is here: facts, addresses, ties, and with whom they are a family."""
    contacts, students = Contact.objects.filter(left_at=None), Student.objects.filter(left_at=None)
    addresses, tied, members = dict[str, set[object]](), dict[str, set[object]](), dict[int | None, set[str]]()
    for owner, *point in ContactPoint.objects.values_list("contact__source_id", "channel", "address", "rank"):
        addresses.setdefault(owner, set()).add(tuple(point))
    both_here = Guardianship.objects.filter(Q(student__left_at=None) & Q(contact__left_at=None))
    for student, contact, *tie in both_here.values_list(
        "student__source_id", "contact__source_id", "may_contact", "lives_with"
    ):
        tied.setdefault(student, set()).add((contact, *tie))
        tied.setdefault(contact, set()).add((student, *tie))
    people = [
        *contacts.values_list("source_id", "family_id", "name", "language"),
        *students.values_list("source_id", "family_id", "name", "school__name"),
    ]
    for source, family, *_ in people:
        members.setdefault(family, set()).add(source)
    return {
        source: (facts, addresses.get(source), tied.get(source), family is not None and members[family])
        for source, family, *facts in people
    }


def communities(*views: View) -> list[set[str]]:
    """Who hangs together in any of the views: by a tie, or as a family."""
    found: list[set[str]] = []
    for one in views:
        for source, (_, _, tied, family) in one.items():
            together = {source, *(other for other, *_ in tied or ()), *(family or ())}
            touching = [community for community in found if community & together]
            found = [community for community in found if not community & together]
            found.append(together.union(*touching))
    return found


def halfway(seen: View, before: View, after: View) -> list[set[str]]:
    """The communities that are neither as they were nor as they will be."""

    def of(some: View, community: set[str]) -> View:
        return {source: some[source] for source in community if source in some}

    return [
        community
        for community in communities(before, after)
        if of(seen, community) not in (of(before, community), of(after, community))
    ]
