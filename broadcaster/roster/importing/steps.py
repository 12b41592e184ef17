"""An import from the path to the result: read, compare, guard, apply."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Q

from broadcaster.roster.importing import applying, files, guard, plain_csv, plan, present
from broadcaster.roster.importing.errors import ImportRefused, Rejected
from broadcaster.roster.importing.wanted import Wanted
from broadcaster.roster.models import Contact, ContactKind, Guardianship, Student

Progress = Callable[[str, int], None]

FORMATS = ("auto", "csv")  # each format is a module that turns files into facts
_ROWS_PER_STEP = 1000  # between two words of progress


@dataclass(frozen=True, slots=True)
class RosterCounts:
    """The roster, of people who have not left. `schools` are those that anybody belongs to."""

    schools: int
    students: int
    guardians: int
    staff: int
    guardianships: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did (or, dry, would do) in counts of contacts of both kinds, and the roster as it stands now."""

    created: int
    updated: int
    removed: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    roster: RosterCounts


def run(
    path: Path,
    *,
    region: str,
    removal_share: float,
    actor: str,
    dry_run: bool = False,
    force: bool = False,
    format: str = "auto",  # noqa: A002 - the name of the option on the command line
    progress: Progress | None = None,
) -> ImportResult:
    """Make the roster what the file or the folder's files say, all or nothing; rows that can't be read are left out.

    People of a kind (students and guardians; staff) who are in no file of their kind have left. More than
    `removal_share` (0 to 1) of them at once is refused unless `force`. `dry_run` changes nothing. `region` is the
    country of phone numbers without a prefix; `actor` is kept with the import; `progress` gets a stage and a number.

    Raises ImportRefused, with nothing changed, if a file or its header can't be read, or too many would be removed.
    """
    if format not in FORMATS:
        raise ImportRefused(f"unknown format {format!r}; known: {', '.join(FORMATS)}")
    say = progress or (lambda _stage, _rows: None)
    version = applying.version()
    sources = [plain_csv.recognised(file) for file in files.found_at(path)]
    wanted, rejected = _read(sources, region, say)
    kinds = frozenset(ContactKind.STAFF if source.staff else ContactKind.GUARDIAN for source in sources)
    say("comparing", len(wanted.guardians) + len(wanted.staff))
    on_file = present.read(kinds)
    changes = plan.compare(on_file, wanted, kinds)
    if not force:
        guard.check(changes, on_file, removal_share, str(path))
    if not dry_run:
        say("writing", changes.created + changes.updated + changes.removed)
        applying.apply(changes, on_file, planned_on=version, actor=actor, source=path.name)
    return ImportResult(
        changes.created, changes.updated, changes.removed, changes.unchanged, tuple(rejected), roster_counts()
    )


def _read(sources: list[plain_csv.PlainFile], region: str, say: Progress) -> tuple[Wanted, list[Rejected]]:
    wanted, rejected, rows = Wanted(), list[Rejected](), 0

    def count() -> None:
        nonlocal rows
        rows += 1
        if rows % _ROWS_PER_STEP == 0:
            say("reading", rows)

    for source in sources:
        wanted.take(source.facts(region, rejected.append, count))
    return wanted, rejected


def roster_counts() -> RosterCounts:
    """The roster as it stands."""
    students, contacts = Student.objects.filter(left_at=None), Contact.objects.filter(left_at=None)
    by_kind = {kind: contacts.filter(kind=kind) for kind in ContactKind}
    schools = (
        students.exclude(school=None)
        .values("school_id")
        .union(by_kind[ContactKind.STAFF].exclude(school=None).values("school_id"))
    )
    return RosterCounts(
        schools=schools.count(),
        students=students.count(),
        guardians=by_kind[ContactKind.GUARDIAN].count(),
        staff=by_kind[ContactKind.STAFF].count(),
        guardianships=Guardianship.objects.filter(Q(student__left_at=None) & Q(contact__left_at=None)).count(),
    )
