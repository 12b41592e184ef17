"""Lists of people with values of their own: taken in from a file (`list_file.py`) once, and then never changed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from broadcaster import clock
from broadcaster.audiences import list_file
from broadcaster.audiences.errors import AudienceError, unknown
from broadcaster.audiences.list_file import ListFile
from broadcaster.audiences.models import Listed, PeopleList
from broadcaster.kinds import BadInput
from broadcaster.roster import acts
from broadcaster.roster.importing.errors import Rejected
from broadcaster.roster.importing.files import File
from broadcaster.roster.models import Contact, Guardianship, Student

_AT_ONCE = 2_000  # rows written in one transaction
_UNFINISHED = "unfinished"  # stands where the digest will be


@dataclass(frozen=True, slots=True)
class Taken:
    """A list that was taken in: what to ask for it with, its rows in number, and what of the file could not be used."""

    name: str
    rows: int
    fields: tuple[str, ...]
    rejected: tuple[Rejected, ...]


def take_in(file: File, *, by: str) -> Taken:
    """Keep the list of a file; the same file again is the same list. Rows that name nobody who is here are rejected.

    Raises ImportRefused for a file that can't be read, and BadInput for one that names nobody.
    """
    found = list_file.read(file)
    if not found.people:
        raise BadInput(f"{file.where}: names nobody who is on file")
    kept = keep(found, by=by)
    return Taken(asked_for_by(kept), found.people, found.fields, found.rejected)


def keep(found: ListFile, *, by: str) -> PeopleList:
    """Keep what was read; what is kept already under the name is that one.

    Written in steps; before the last of them the list has no digest, and nobody finds it.
    """
    digest = digest_of(found)
    if known := same(found.name, digest):
        return known
    made = PeopleList.objects.create(
        name=found.name, digest=f"{_UNFINISHED} {clock.now()}", fields=list(found.fields), by=by, at=clock.now()
    )
    listed = _listed(found)
    for some in _steps(listed):
        for one in some:
            one.people_list = made
        Listed.objects.bulk_create(some)
    with transaction.atomic():
        PeopleList.objects.filter(pk=made.pk).update(digest=digest)
        acts.done(by, "took in a list", {"list": made.pk, "rows": len(listed), "fields": list(found.fields)})
    return made


def digest_of(found: ListFile) -> str:
    """What two lists have in common that say the same of the same people."""
    content = repr([(one.student_id, one.contact_id, sorted(one.own.items())) for one in _listed(found)])
    return hashlib.sha256(content.encode()).hexdigest()


def same(name: str, digest: str) -> PeopleList | None:
    """The list of that name that says the same."""
    return PeopleList.objects.filter(name=name, digest=digest).first()


def newest(number: int, school_id: int | None = None) -> list[PeopleList]:
    """So many lists, the newest first; of a school those that one of its people is on."""
    return list(_seen_by(school_id)[:number])


def asked_for_by(one: PeopleList) -> str:
    """What a `list:` term asks for this very list with."""
    return f"{one.name}#{one.pk}"


def find(value: str, school_id: int | None = None) -> PeopleList | None:
    """As `called`; None where there is none, and for a school where none of its people is on it."""
    try:
        one = called(value)
    except AudienceError:
        return None
    return one if school_id is None else _seen_by(school_id).filter(pk=one.pk).first()


def rows_of(pk: int) -> int:
    """How many are on a list."""
    return Listed.objects.filter(people_list=pk).count()


def called(value: str) -> PeopleList:
    """The list that a term asks for: by `name#id`, or the newest of the name. Raises AudienceError."""
    lists = _finished()
    name, mark, number = value.rpartition("#")
    if mark and number.isdigit():
        found = lists.filter(pk=int(number)).first()
    else:
        name = value
        found = newest_called(value)
    if found is not None:
        return found
    names = list(lists.order_by("name").values_list("name", flat=True).distinct())
    if not names:
        raise AudienceError(f"unknown list {value!r}: there is no such file, and no list was taken in yet")
    raise unknown("list", name, names)


def newest_called(name: str) -> PeopleList | None:
    """The newest list of a name, which that name alone means."""
    return _finished().filter(name=name).first()


def _finished() -> QuerySet[PeopleList]:
    return PeopleList.objects.exclude(digest__startswith=_UNFINISHED).order_by("-pk")


def _seen_by(school_id: int | None) -> QuerySet[PeopleList]:
    """All of them, or those with a student of a school, who is tied to one, or somebody of its staff."""
    if school_id is None:
        return _finished()
    children = Student.objects.filter(school_id=school_id, left_at=None).values("pk")
    tied = Guardianship.objects.filter(student__in=children).values("contact")
    staff = Contact.objects.filter(school_id=school_id, left_at=None).values("pk")
    theirs = Q(student_id__in=children) | Q(contact_id__in=tied) | Q(contact_id__in=staff)
    return _finished().filter(Exists(Listed.objects.filter(theirs, people_list=OuterRef("pk"))))


def _listed(found: ListFile) -> list[Listed]:
    listed = [Listed(student_id=pk, own=values) for pk, values in sorted(found.students.items())]
    return listed + [Listed(contact_id=pk, own=values) for pk, values in sorted(found.contacts.items())]


def _steps(listed: list[Listed]) -> Iterator[list[Listed]]:
    rest = iter(listed)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
