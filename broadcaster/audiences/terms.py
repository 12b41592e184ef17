"""The terms of an audience, each compiled to a condition on one row of people (see `rows.py`).

A room above adds a term of its own with `register` when it is loaded, for example delivery's `broadcast:17`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from broadcaster.audiences.errors import AudienceError, unknown
from broadcaster.roster import grades
from broadcaster.roster.models import Contact, School, Student
from broadcaster.text import languages


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL that is true or false, never null, on the columns of a row of people; `%s` stands for each parameter.

    The columns: kind ('student' | 'staff'), student_id, contact_id, family_id, school_id, allowed, grade, language.
    """

    sql: str
    params: tuple[Any, ...] = ()


Compiler = Callable[[str | None], Condition]


@dataclass(frozen=True, slots=True)
class _Known:
    compile: Compiler
    means_staff: bool
    beyond: bool


_TERMS: dict[str, _Known] = {}


def register(name: str, compiler: Compiler, *, means_staff: bool = False, beyond: bool = False) -> None:
    """Add a term. The compiler gets the value after the colon (None without one) and raises AudienceError.

    An audience has staff in it only where a term with `means_staff` is in its expression. A term `beyond` means people
    one by one: whom it means is in the audience though they are staff, guests, or have left.
    """
    _TERMS[name] = _Known(compiler, means_staff, beyond)


def compiled(name: str, value: str | None) -> Condition:
    """The condition of a term. Raises AudienceError for an unknown term or value."""
    known = _TERMS.get(name.casefold())
    if known is None:
        raise unknown("audience term", name if value is None else f"{name}:", [*_TERMS, "saved"])
    return known.compile(value)


def means_staff(name: str) -> bool:
    """Whether the term lets staff into an audience."""
    known = _TERMS.get(name.casefold())
    return known is not None and known.means_staff


def is_beyond(name: str) -> bool:
    """Whether the term means people one by one."""
    known = _TERMS.get(name.casefold())
    return known is not None and known.beyond


def one_of(column: str, values: Sequence[Any]) -> Condition:
    """The condition that a column has one of the values; false where it is null."""
    marks = ", ".join(["%s"] * len(values))
    return Condition(f"({column} IS NOT NULL AND {column} IN ({marks}))", tuple(values))


def _of_kind(term: str, kind: str) -> Compiler:
    def compile_(value: str | None) -> Condition:
        if value is not None:
            raise AudienceError(f"audience term {term!r} takes no value, found {value!r}")
        return Condition("kind = %s", (kind,))

    return compile_


def _school(value: str | None) -> Condition:
    wanted = _given("school", value)
    schools = {name.casefold(): (pk, name) for pk, name in School.objects.order_by("name").values_list("id", "name")}
    found = schools.get(" ".join(wanted.split()).casefold())
    if found is None:
        raise unknown("school", wanted, (name for _, name in schools.values()))
    return one_of("school_id", [found[0]])


def _grade(value: str | None) -> Condition:
    wanted = _given("grade", value)
    students = Student.objects.filter(left_at=None).exclude(grade="")
    existing = sorted(students.values_list("grade", flat=True).distinct(), key=_in_school_order)
    first, last = (grades.canonical(end) for end in (wanted.partition("-")[::2]))
    asked = {grades.canonical(wanted), *grades.between(first, last)}
    found = [grade for grade in existing if grade in asked]
    if not found:
        raise unknown("grade", wanted, existing)
    return one_of("grade", found)


def _in_school_order(grade: str) -> tuple[int, str]:
    return (grades.ORDER.index(grade) if grade in grades.ORDER else len(grades.ORDER), grade)


def _language(value: str | None) -> Condition:
    """Contacts who read the language: its varieties too, and for English those whose language nobody knows."""
    wanted = _given("language", value)
    spoken = set(Contact.objects.filter(left_at=None).values_list("language", flat=True).distinct())
    tag = languages.recognise(wanted)
    readers = sorted(language for language in spoken if tag and tag in _read_by(language))
    if not readers and tag != languages.DEFAULT:
        raise unknown("language", wanted, sorted(spoken - {""}))
    return one_of("language", readers or [languages.DEFAULT])


def _read_by(language: str) -> tuple[str, ...]:
    """The chain of a language without the English that ends every chain."""
    if not language:
        return (languages.DEFAULT,)
    chain = languages.chain(language)
    return chain if language.partition("-")[0] == languages.DEFAULT else chain[:-1]


def _given(term: str, value: str | None) -> str:
    if value is None:
        raise AudienceError(f"audience term {term!r} needs a value after a colon, for example {_EXAMPLES[term]}")
    return value


_EXAMPLES = {"school": 'school:"South High"', "grade": "grade:9-12", "language": "language:so"}

register("district", _of_kind("district", "student"))
register("staff", _of_kind("staff", "staff"), means_staff=True)
register("school", _school)
register("grade", _grade)
register("language", _language)
