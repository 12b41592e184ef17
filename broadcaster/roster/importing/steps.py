"""An import from the path to the result: read, compare, guard, apply."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Q

from broadcaster import turns
from broadcaster.district import Roster
from broadcaster.roster.importing import applying, formats, guard, kept, plan, present
from broadcaster.roster.importing.errors import Rejected, Warned
from broadcaster.roster.importing.facts import Fact, Who
from broadcaster.roster.importing.reading import Place, Progress, Reading
from broadcaster.roster.importing.wanted import Wanted
from broadcaster.roster.models import ROSTERED, Contact, ContactKind, Guardianship, Student


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
    warnings: tuple[Warned, ...]
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
    columns: Roster | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Make the roster what the file, the folder or the zip says, all or nothing; rows that can't be read are left out.

    People of a kind (students and guardians; staff) who are in no file of their kind have left, unless the files say
    that they are not complete. More than `removal_share` (0 to 1) of them at once is refused unless `force`. `dry_run`
    changes nothing. `region` is the country of phone numbers without a prefix; `format` is one of `formats.NAMES`;
    `columns` names the columns of a plain CSV; `actor` is kept with the import; `progress` gets a stage and a number.

    Raises ImportRefused, with nothing changed, if a file or its header can't be read, or too many would be removed.
    """
    say = progress or (lambda _stage, _rows: None)
    version = applying.version()
    source = formats.recognised(path, format, columns or Roster())
    reading = Reading(region, say)
    with turns.without_pauses():
        changes, on_file = _planned(reading, source.facts(reading), path)
        if not force:
            guard.check(changes, on_file, removal_share, str(path))
        counts = changes.counts()
        staged = None if dry_run else applying.stage(changes, on_file, say)
        del changes, on_file  # nothing of them is needed while they are written
    if staged:
        applying.write(staged, planned_on=version, actor=actor, source=path.name, say=say)
    return ImportResult(
        **counts, rejected=tuple(reading.rejected), warnings=tuple(reading.warnings), roster=roster_counts()
    )


def _planned(reading: Reading, facts: Iterable[Fact], path: Path) -> tuple[plan.Plan, present.Present]:
    """What has to change, and the roster that it changes."""
    wanted = Wanted()
    wanted.take(facts, str(path))
    kinds = frozenset(ContactKind.STAFF if staff else ContactKind.GUARDIAN for staff in wanted.complete)
    kept.keep(wanted)
    reading.say("comparing", len(wanted.guardians) + len(wanted.staff))
    _settle(wanted, kinds, reading.at(path.name, 0))
    on_file = present.Present(present.schools())
    return plan.compare(on_file, wanted, kinds), on_file


def _settle(wanted: Wanted, kinds: frozenset[ContactKind], place: Place) -> None:
    """Drop what is said of people who are neither in the files nor on file, where the files speak of their kind."""
    strangers = wanted.strangers()
    families, staff = ContactKind.GUARDIAN in kinds, ContactKind.STAFF in kinds
    students, guardians, others = (
        present.known(who, strangers[who]) if spoken_of else set[str]()
        for who, spoken_of in ((Who.STUDENT, families), (Who.GUARDIAN, families), (Who.STAFF, staff))
    )
    for dropped in wanted.settle(students, guardians, others):
        place.reject("", dropped)


def roster_counts() -> RosterCounts:
    """The roster as it stands."""
    students, contacts = Student.objects.filter(left_at=None), Contact.objects.filter(left_at=None)
    by_kind = {kind: contacts.filter(kind=kind) for kind in ROSTERED}
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
