"""Makes the roster what a plan says: staged in chunks, decided in one short transaction, then written chunk by chunk.

Before the decision nothing has changed, whatever happens; after it everything will (see `roster/forward.py`). No
transaction is longer than a chunk's, so a broadcast that is going out, and its callbacks, never wait for an import.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from uuid import uuid4

from django.db import transaction

from broadcaster import clock, turns
from broadcaster.roster import bulk, forward, snapshot
from broadcaster.roster.importing import kept, staging
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.plan import Plan
from broadcaster.roster.importing.present import Present
from broadcaster.roster.importing.reading import Progress
from broadcaster.roster.models import Contact, RosterImport, StagedChanges, Student

Version = tuple[int, tuple[int, int, float]]


def version() -> Version:
    """What an import is planned on: the id of the newest, 0 before the first, and what people put right meanwhile. What
    of an import is not yet written, is now.
    """
    while forward.unfinished().exists():
        forward.finish()
    return _newest(), kept.edits()


@dataclass(frozen=True, slots=True)
class Staged:
    """An import that lies beside the roster. The returning are people on file who left, by our ids."""

    name: str
    chunks: int
    counts: dict[str, int]
    returning_contacts: list[int]
    returning_students: list[int]


def stage(plan: Plan, present: Present, say: Progress) -> Staged:
    """Put the plan's chunks beside the roster. `say` hears of changes."""
    forward.discard_undecided()
    name = uuid4().hex
    place = changes = 0
    for place, chunk in enumerate(staging.chunks(plan, present), start=1):
        StagedChanges.objects.create(staged=name, place=place, size=chunk.size, payload=chunk.payload)
        changes += chunk.size
        say("staging", changes)
        turns.step_aside()
    contacts = chain.from_iterable(of_kind.values() for of_kind in present.contacts.values())
    return Staged(
        name,
        place,
        plan.counts(),
        [contact.id for contact in contacts if contact.left and contact.id in plan.changed_contacts],
        [child.id for child in present.students.values() if child.left and child.id in plan.changed_students],
    )


def write(staged: Staged, *, planned_on: Version, actor: str, source: str, say: Progress) -> None:
    """Make the roster so, all or nothing, and keep the import as the new roster version. `say` hears of changes.

    Raises ImportRefused, with nothing changed, if another import or somebody's correction came between since the roster
    was read (at version `planned_on`).
    """
    with transaction.atomic():
        forward.hold_imports()
        decided = (_newest(), kept.edits()) == planned_on and _all_there(staged)
        if decided:
            _decide(staged, actor, source)
    if not decided:
        forward.discard_undecided(staged.name)
        what = "a correction" if kept.edits() != planned_on[1] else "another import"
        raise ImportRefused(f"{source}: {what} came between; nothing was changed, import it again")
    forward.finish(lambda written: say("writing", written))


def _newest() -> int:
    return snapshot.version() or 0


def _all_there(staged: Staged) -> bool:
    """Whether everything is still as it was staged: the chunks, and who left and now comes back."""
    return (
        StagedChanges.objects.filter(staged=staged.name).count() == staged.chunks
        and _on_file(Contact, staged.returning_contacts)
        and _on_file(Student, staged.returning_students)
    )


def _on_file(model: type[Contact] | type[Student], ids: Iterable[int]) -> bool:
    return all(model._default_manager.filter(pk__in=some).count() == len(some) for some in bulk.in_steps(ids))


def _decide(staged: Staged, actor: str, source: str) -> None:
    now = clock.now()
    RosterImport.objects.create(
        at=now, actor=actor[:100], source=source[:300], counts=staged.counts, staged=staged.name, worked_at=now
    )
