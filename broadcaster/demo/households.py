"""Made-up families, a row per child and adult, with the faults that real rosters have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from broadcaster.demo.addresses import WRONG_EMAILS, WRONG_PHONES, Addresses
from broadcaster.demo.names import PEOPLE, RELATIONSHIPS, People
from broadcaster.demo.sites import GRADES, Sites
from broadcaster.kinds import Channel, Purpose

# Shares of families, and of addresses within families that are reached
_NOBODY_ON_FILE, _OUT_OF_REACH = 0.003, 0.022
_LIVE_APART, _SHARE_A_PHONE, _SHARE_MAIL = 0.08, 0.06, 0.02
_NO_PHONE, _NO_MAIL, _WRONG, _MAGIC, _OPTED_OUT = 0.05, 0.1, 0.01, 0.025, 0.015
_MAY_NOT_BE_CONTACTED, _TWO_PHONES = 0.008, 0.02


@dataclass(slots=True)
class Adult:
    """A guardian. `phone` is E.164 or a wrong value; `reached` says that a message to somebody here arrives."""

    id: str
    name: str
    relationship: str
    language: str
    email: str = ""
    phone: str = ""
    second_phone: str = ""
    may_contact: str = ""
    lives_with: str = ""
    reached: bool = False


@dataclass(frozen=True, slots=True)
class Child:
    """A student."""

    id: str
    name: str
    school: str
    grade: str


class Households:
    """Makes families until all students have one, and counts what it made."""

    def __init__(self, dice: Random, sites: Sites, addresses: Addresses) -> None:
        self._dice, self._sites, self._addresses = dice, sites, addresses
        self.families = self.unreachable = self.children = self.guardians = self.wrong_values = 0
        self.opted_out: list[tuple[Channel, str, Purpose]] = []
        self.parents_on_staff: list[Adult] = []

    def rows(self, students: int) -> Iterator[list[str]]:
        """The rows of so many students, family by family."""
        while left := students - self.children:
            number = self._dice.choices((1, 2, 3, 4), (68, 24, 6, 2))[0]
            yield from self._household(min(left, number))

    def _household(self, number: int) -> Iterator[list[str]]:
        people = self._dice.choices(PEOPLE, [group.share for group in PEOPLE])[0]
        surname = self._dice.choice(people.family)
        children = self._children(number, people, surname)
        luck = self._dice.random()
        if luck < _NOBODY_ON_FILE:
            self.families += number  # each child counts as a family of their own
            self.unreachable += number
            yield from ([child.id, child.name, child.school, child.grade, *[""] * 8] for child in children)
            return
        adults = self._adults(people, surname)
        if luck < _NOBODY_ON_FILE + _OUT_OF_REACH:
            self._put_out_of_reach(adults)
        else:
            self._give_addresses(adults)
        self._count(adults)
        yield from (self._row(child, adult) for child in children for adult in adults)

    def _children(self, number: int, people: People, surname: str) -> list[Child]:
        neighbourhood = self._dice.randrange(10_000)
        children = []
        for _ in range(number):
            self.children += 1
            grade = self._dice.choices(GRADES, (3, *[8] * 13))[0]
            name = f"{self._dice.choice(people.given)} {surname}"
            children.append(
                Child(str(1_000_000 + self.children), name, self._sites.school(neighbourhood, grade), grade)
            )
        return children

    def _adults(self, people: People, surname: str) -> list[Adult]:
        language = self._dice.choice(people.written)
        adults = []
        for relationship in RELATIONSHIPS[: self._dice.choices((1, 2, 3), (24, 69, 7))[0]]:
            self.guardians += 1
            family = surname if self._dice.random() < 0.7 else self._dice.choice(people.family)
            name = f"{self._dice.choice(people.given)} {family}"
            adults.append(Adult(f"G{200_000 + self.guardians}", name, relationship, language))
        return adults

    def _give_addresses(self, adults: Sequence[Adult]) -> None:
        """The first adult has a phone that works; anything may be wrong with the other addresses."""
        first, *others = adults
        first.phone, first.reached = self._addresses.phone(), True
        self._give_email(first)
        if self._dice.random() < _TWO_PHONES:
            first.second_phone = self._addresses.phone()
        for adult in others:
            self._give_email(adult)
            self._give_phone(adult)
        if others:
            self._live_together_or_not(first, others[0])
        if len(self.parents_on_staff) * 40 < self.families:
            self.parents_on_staff.append(first)

    def _give_phone(self, adult: Adult) -> None:
        luck = self._dice.random()
        if luck < _NO_PHONE:
            return
        if luck < _NO_PHONE + _WRONG:
            adult.phone = self._dice.choice(WRONG_PHONES)
        elif luck < _NO_PHONE + _WRONG + _MAGIC:
            adult.phone = self._addresses.magic_phone()
        elif luck < _NO_PHONE + _WRONG + _MAGIC + _OPTED_OUT:
            adult.phone = self._addresses.phone()
            self._opt_out(Channel.SMS, adult.phone, tuple(Purpose))  # a STOP is for everything
        else:
            adult.phone, adult.reached = self._addresses.phone(), True

    def _give_email(self, adult: Adult) -> None:
        luck = self._dice.random()
        if luck < _NO_MAIL:
            return
        if luck < _NO_MAIL + _WRONG:
            adult.email = self._dice.choice(WRONG_EMAILS)
        elif luck < _NO_MAIL + _WRONG + _MAGIC:
            adult.email = self._addresses.magic_email(adult.name)
        elif luck < _NO_MAIL + _WRONG + _MAGIC + _OPTED_OUT:
            adult.email = self._addresses.email(adult.name)
            self._opt_out(Channel.EMAIL, adult.email, (Purpose.GENERAL,))
        else:
            adult.email, adult.reached = self._addresses.email(adult.name), True

    def _live_together_or_not(self, first: Adult, second: Adult) -> None:
        luck = self._dice.random()
        if luck < _LIVE_APART:
            first.lives_with, second.lives_with = "yes", "no"
        elif luck < _LIVE_APART + _SHARE_A_PHONE:
            second.phone, second.reached = first.phone, True
        elif luck < _LIVE_APART + _SHARE_A_PHONE + _SHARE_MAIL:
            second.email = first.email
        elif luck < _LIVE_APART + _SHARE_A_PHONE + _SHARE_MAIL + _MAY_NOT_BE_CONTACTED:
            second.may_contact = "no"

    def _put_out_of_reach(self, adults: Sequence[Adult]) -> None:
        how = self._dice.choices(("nothing", "wrong", "opted out", "dead"), (45, 20, 20, 15))[0]
        for adult in adults:
            if how == "wrong":
                adult.phone, adult.email = self._dice.choice(WRONG_PHONES), self._dice.choice(WRONG_EMAILS)
            elif how == "opted out":
                adult.phone = self._addresses.phone()
                self._opt_out(Channel.SMS, adult.phone, tuple(Purpose))
            elif how == "dead":
                adult.phone = self._addresses.magic_phone()

    def _opt_out(self, channel: Channel, address: str, purposes: Sequence[Purpose]) -> None:
        self.opted_out += [(channel, address, purpose) for purpose in purposes]

    def _count(self, adults: Sequence[Adult]) -> None:
        """Who lives apart is a family of their own."""
        homes = [[adult for adult in adults if adult.lives_with != "no"]]
        homes += [[adult] for adult in adults if adult.lives_with == "no"]
        self.families += len(homes)
        self.unreachable += sum(not any(adult.reached for adult in home) for home in homes)

    def _row(self, child: Child, adult: Adult) -> list[str]:
        """A phone is typed anew, and in another way, on every row."""
        phone = self._addresses.written(adult.phone) if adult.phone.startswith("+") else adult.phone
        if adult.second_phone:
            phone = f"{phone}; {self._addresses.written(adult.second_phone)}"
        self.wrong_values += (adult.phone in WRONG_PHONES) + (adult.email in WRONG_EMAILS)
        who = [child.id, child.name, child.school, child.grade, adult.id, adult.name, adult.relationship]
        return [*who, adult.language, adult.email, phone, adult.may_contact, adult.lives_with]
