"""Which column means what. Headers are matched by the words in them, not by their spelling.

A column has a meaning when its header holds all words that the meaning needs and none that it does not allow. So
"Student Email" is no guardian's address, and "Phone Type" no phone; unknown columns are simply left alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar

_Name = TypeVar("_Name", bound=str)

# Words of headers, folded to ours.
_WORDS: dict[str, str] = {
    **dict.fromkeys(("id", "ids", "number", "no", "nbr", "num", "identifier", "code", "key", "sourcedid"), "id"),
    **dict.fromkeys(("student", "stu", "stud", "pupil", "child", "learner"), "student"),
    **dict.fromkeys(("contact", "guardian", "parent", "caregiver", "carer", "adult"), "contact"),
    **dict.fromkeys(("staff", "employee", "emp", "teacher", "personnel"), "staff"),
    **dict.fromkeys(("name", "fullname"), "name"),
    **dict.fromkeys(("first", "given", "forename"), "first"),
    **dict.fromkeys(("last", "family", "surname"), "last"),
    **dict.fromkeys(("middle", "mi"), "middle"),
    **dict.fromkeys(("school", "building", "site", "campus"), "school"),
    **dict.fromkeys(("grade", "grd", "gr"), "grade"),
    **dict.fromkeys(("relationship", "relation", "rel"), "relationship"),
    **dict.fromkeys(("language", "lang"), "language"),
    **dict.fromkeys(("email", "mail", "emails"), "email"),
    **dict.fromkeys(("phone", "phones", "telephone", "tel", "ph"), "phone"),
    **dict.fromkeys(("mobile", "cell", "sms", "cellular"), "mobile"),
    **dict.fromkeys(("may", "can", "allow", "allowed", "permission", "permitted", "ok"), "may"),
    **dict.fromkeys(("contacted", "contactable"), "contact"),
    **dict.fromkeys(("role", "title", "position"), "role"),
    **dict.fromkeys(("lives", "resides"), "lives"),
    **dict.fromkeys(("custody", "custodial"), "custody"),
    **dict.fromkeys(("type", "kind"), "type"),
    **dict.fromkeys(("fax", "facsimile"), "fax"),
    **dict.fromkeys(("birth", "born", "dob", "birthdate", "birthday"), "birth"),
}
_OTHER_WORDS = (
    "address home level primary preferred personal work legal current local day evening district state sis job "
    "correspondence spoken at to with be do not of the has landline unlisted date"
)
_WORDS |= {word: word for word in _OTHER_WORDS.split()}
_VOCABULARY = sorted(_WORDS, key=len, reverse=True)

_ADDRESS_WORDS = "contact staff id address home primary preferred personal work mobile day evening 1 2 3"
_ID_WORDS = "local district state primary sis legal"
_LANGUAGE_WORDS = "home contact student staff primary preferred id correspondence of spoken at"
_SCHOOL_WORDS = "name home current student staff primary id of"

# "School Name" comes before "School ID", a guardian's language before the student's
_SECOND_CHOICE = frozenset({"id", "student"})


@dataclass(frozen=True, slots=True)
class _Meaning:
    """The words that a header must have, any of the alternatives, and those it may have beside them."""

    needs: tuple[frozenset[str], ...]
    may_have: frozenset[str] = frozenset()

    def distance(self, words: frozenset[str]) -> int | None:
        """How far the header is from the needed words alone; None where it does not mean this."""
        beside = [words - needs for needs in self.needs if needs <= words and words - needs <= self.may_have]
        return min((len(more) + len(more & _SECOND_CHOICE) for more in beside), default=None)


def _any_of(*needs: str, may_have: str = "") -> _Meaning:
    return _Meaning(tuple(frozenset(words.split()) for words in needs), frozenset(may_have.split()))


def _person(who: str) -> dict[str, _Meaning]:
    parts = ("first", "middle", "last")
    return {
        f"{who}_id": _any_of(f"{who} id", may_have=_ID_WORDS),
        f"{who}_name": _any_of(f"{who} name", who, may_have="legal preferred primary"),
        **{f"{who}_{part}": _any_of(f"{who} {part}", may_have="name legal preferred") for part in parts},
    }


_BARE_NAMES = {
    "name": _any_of("name", may_have="legal"),
    **{part: _any_of(f"{part} name", may_have="legal") for part in ("first", "middle", "last")},
}
_ANYBODY = {
    "school": _any_of("school", may_have=_SCHOOL_WORDS),
    "language": _any_of("language", may_have=_LANGUAGE_WORDS),
    "email": _any_of("email", may_have=_ADDRESS_WORDS),
    "phone": _any_of("phone", "mobile", may_have=f"{_ADDRESS_WORDS} phone"),
    "phone_type": _any_of("phone type", "mobile type", may_have=f"{_ADDRESS_WORDS} phone"),
    "never_texted": _any_of("fax", "landline", "unlisted", may_have=f"{_ADDRESS_WORDS} phone"),
}
_FAMILIES = {
    **_person("student"),
    **_person("contact"),
    **_ANYBODY,
    "student_birth_date": _any_of("birth", may_have="date of student the"),
    "student_email": _any_of("student email", may_have="address personal"),
    "student_phone": _any_of("student phone", "student mobile", may_have="phone"),
    "grade": _any_of("grade", may_have="level student current id"),
    "relationship": _any_of("relationship", may_have="contact student to the id"),
    "may_contact": _any_of("may contact", may_have="be to the"),
    "do_not_contact": _any_of("do not contact", may_have="the"),
    "lives_with": _any_of("lives with", "custody", may_have="student contact the has legal"),
}
_STAFF = {**_person("staff"), **_ANYBODY, "role": _any_of("role", may_have="job staff")}

_SEVERAL = {"email", "phone", "phone_type", "never_texted"}  # all columns of the meaning are read, in the file's order


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file's columns mean: positions by meaning. `header` is the header as given.

    `typed` has, for a phone's position, the position of the column that says what sort of phone it is.
    """

    header: tuple[str, ...]
    at: dict[str, tuple[int, ...]]
    typed: dict[int, int] = field(default_factory=dict)

    def has(self, meaning: str) -> bool:
        """Whether any column has the meaning."""
        return meaning in self.at

    def named(self, meaning: str) -> str:
        """The file's own name of the first column of a meaning; our name for it where there is none."""
        return self.header[self.at[meaning][0]] if meaning in self.at else meaning


def families_columns(header: Sequence[str]) -> Columns:
    """Read the header as that of a families file. Bare names ("First Name") are the student's."""
    return _columns(header, _FAMILIES, bare="student")


def staff_columns(header: Sequence[str]) -> Columns:
    """Read the header as that of a staff file. Bare names are the staff member's."""
    return _columns(header, _STAFF, bare="staff")


def group_columns(row: Columns, names: Mapping[_Name, str | tuple[str, ...]], shared: Sequence[str]) -> Columns:
    """The columns of one guardian of several: those that are named, and of the row's own the `shared` meanings.

    Raises LookupError as `mapped` does.
    """
    of_a_person = ("id", "name", "first", "middle", "last")
    meanings = {f"contact_{key}" if key in of_a_person else key: name for key, name in names.items()}
    return mapped(Columns(row.header, {meaning: row.at[meaning] for meaning in shared if meaning in row.at}), meanings)


def mapped(columns: Columns, names: Mapping[_Name, str | tuple[str, ...]]) -> Columns:
    """The columns with some meanings given by the header's own names. Raises LookupError with a name it lacks."""
    by_name = {cell.casefold(): place for place, cell in reversed(list(enumerate(columns.header)))}
    given = dict[str, tuple[int, ...]]()
    for meaning, named in names.items():
        wanted = (named,) if isinstance(named, str) else named
        missing = [name for name in wanted if name.strip().casefold() not in by_name]
        if missing:
            raise LookupError(missing[0])
        given[meaning] = tuple(by_name[name.strip().casefold()] for name in wanted)
    taken = {place for places in given.values() for place in places}
    others = {meaning: tuple(place for place in places if place not in taken) for meaning, places in columns.at.items()}
    at = {meaning: places for meaning, places in others.items() if places} | given
    return Columns(columns.header, at, _typed([words_of(cell) for cell in columns.header], at))


def _columns(header: Sequence[str], meanings: dict[str, _Meaning], bare: str) -> Columns:
    words = [words_of(cell) for cell in header]
    at = {name: found for name, meaning in meanings.items() if (found := _positions(words, meaning, name in _SEVERAL))}
    for name, meaning in _BARE_NAMES.items():
        if found := _positions(words, meaning, several=False):
            at.setdefault(f"{bare}_{name}", found)
    return Columns(tuple(cell.strip() for cell in header), at, _typed(words, at))


def _typed(words: list[frozenset[str]], at: dict[str, tuple[int, ...]]) -> dict[int, int]:
    """The type of each phone: the column of the same words and `type`, else of the phone next before it."""
    phones, found = at.get("phone", ()), dict[int, int]()
    for place in at.get("phone_type", ()):
        namesakes = [phone for phone in phones if words[phone] == words[place] - {"type"}]
        before = [phone for phone in phones if phone < place] or list(phones)
        if before:
            found[namesakes[0] if namesakes else before[-1]] = place
    return found


def _positions(words: list[frozenset[str]], meaning: _Meaning, several: bool) -> tuple[int, ...]:
    fits = [(distance, place) for place, them in enumerate(words) if (distance := meaning.distance(them)) is not None]
    if several:
        return tuple(sorted(place for _, place in fits))
    return (min(fits)[1],) if fits else ()


def words_of(header: str) -> frozenset[str]:
    """The words of a header in our vocabulary; a word that we don't know stays as it is, and so matches nothing."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", header).casefold().replace("e-mail", "email").replace("#", " id ")
    spaced = re.sub(r"(phone|email|mobile|cell)([1-9])\b", r"\1 \2", spaced)
    # "Guardian 2 Email" is another person's than the row's: its "guardian2" matches nothing
    spaced = re.sub(r"(guardian|parent|contact)\W*([2-9])\b", r"\1\2", spaced)
    found: list[str] = []
    for word in re.findall(r"[^\W_]+", spaced):
        parts = [word] if word in _WORDS else _split(word)
        found += [_WORDS.get(part, part) for part in parts]
    return frozenset(found)


def _split(word: str) -> list[str]:
    """`studentnumber` as `student`, `number`; the word itself where it is not made of two or three that we know."""
    for size in (2, 3):
        for parts in product(*[[known for known in _VOCABULARY if known in word]] * size):
            if "".join(parts) == word:
                return list(parts)
    return [word]
