"""Rolling an import forward: what was decided is written chunk by chunk, in order, each exactly once.

The importing process does it; if that dies, whoever comes next does: the next import, `serve`'s beat, any command. A
chunk is one short transaction that writes it and forgets it. Two that roll the same import forward take turns.

A broadcast is planned in several transactions and has to see one roster in all of them: meanwhile imports wait.
"""

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import QuerySet

from broadcaster import clock, turns
from broadcaster.roster import bulk, contactability
from broadcaster.roster.changes import Changes
from broadcaster.roster.models import Contact, ContactPoint, Guardianship, RosterImport, StagedChanges, Student

#: an import that nobody worked at for so long is taken for left behind. Should its process live, both take turns
SILENT_SECONDS = 2.0
#: seconds between two looks whether those who read the roster are done
_LOOK_AGAIN = 0.1
#: chunks that were never decided, thrown away at once
_THROWN_AWAY_AT_ONCE = 10
#: each says whether somebody reads the roster in several transactions now
_readers: list[Callable[[], bool]] = []


def wait_while(somebody_reads: Callable[[], bool]) -> None:
    """Have imports wait before each chunk for as long as this says yes. It is asked inside the chunk's transaction."""
    _readers.append(somebody_reads)


def let_chunk_end() -> None:
    """Wait for a chunk that is being written just now. Who then says that it reads finds the roster still until it is
    done: the next chunk asks first.
    """
    if connection.vendor == "postgresql":  # on SQLite a chunk has the database for itself
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {RosterImport._meta.db_table} IN SHARE MODE")


def finish(say: Callable[[int], None] = lambda _written: None) -> None:
    """Write all that was decided. `say` hears after each chunk how many changes were written by now."""
    written = 0
    while (begun := unfinished().first()) is not None:
        if size := advance(begun.pk):
            written += size
            say(written)
            turns.step_aside()
        elif _somebody_reads():
            time.sleep(_LOOK_AGAIN)


def finish_left_behind(seconds: float) -> None:
    """Go on with an import whose process is gone, for about so many seconds. One query where there is none."""
    until = time.monotonic() + seconds
    for left in unfinished().filter(worked_at__lt=clock.now() - SILENT_SECONDS):
        while time.monotonic() < until and advance(left.pk):
            turns.step_aside()


def unfinished() -> QuerySet[RosterImport]:
    """What was decided and is not yet written: one import, or none."""
    return RosterImport.objects.filter(finished_at=None).order_by("pk")


def advance(pk: int) -> int:
    """Write the next chunk of an import; how many changes that were. 0: all is written and the import is finished, or
    somebody reads.
    """
    with turns.without_pauses(), transaction.atomic():
        if not unfinished().filter(pk=pk).update(worked_at=clock.now()):  # another waits here until we are done
            return 0
        if _somebody_reads():
            return 0
        begun = RosterImport.objects.get(pk=pk)
        chunk = StagedChanges.objects.filter(staged=begun.staged).order_by("place").first()
        if chunk is not None:
            Changes.staged(chunk.payload).write(left_at=begun.at)
            chunk.delete()
            return chunk.size
    _end(begun)
    return 0


def _somebody_reads() -> bool:
    return any(asked() for asked in _readers)


def _end(begun: RosterImport) -> None:
    """In no transaction: on PostgreSQL the statistics take a second. Two that end the same import do no harm."""
    if begun.counts["created"] or begun.counts["removed"]:
        bulk.refresh_statistics(Student, Contact, ContactPoint, Guardianship)
    contactability.keep(begun.pk)
    unfinished().filter(pk=begun.pk).update(finished_at=clock.now())


def hold_imports() -> None:
    """Until the transaction ends nobody else decides an import or rolls one forward; readers go on."""
    if connection.vendor == "postgresql":  # a transaction on SQLite holds everything anyway
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {RosterImport._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def discard_undecided(staged: str | None = None) -> None:
    """Throw away what was staged and not decided, by all or by one: its process is gone, or has to begin again."""
    decided = unfinished().values("staged")
    undecided = StagedChanges.objects.exclude(staged__in=decided)
    if staged is not None:
        undecided = undecided.filter(staged=staged)
    while True:
        with transaction.atomic():
            hold_imports()  # it could be decided at this moment
            some = list(undecided.values_list("pk", flat=True)[:_THROWN_AWAY_AT_ONCE])
            if not some:
                return
            StagedChanges.objects.filter(pk__in=some).delete()
        turns.step_aside()
