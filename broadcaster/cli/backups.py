"""`backup` and `restore`: everything in one locked file, and back into an empty home."""

from pathlib import Path
from typing import Annotated

import typer

from broadcaster import clock
from broadcaster.cli import output
from broadcaster.running import ledger
from broadcaster.settings import SETTINGS

File = Annotated[Path, typer.Argument(help="The backup's file.", show_default=False)]

#: what people count in: table, its word
_SPOKEN = {
    "roster_student": "students",
    "roster_contact": "guardians and staff",
    "broadcasts_broadcast": "broadcasts",
    "delivery_delivery": "deliveries",
    "broadcasts_auditentry": "entries of the audit log",
}


def backup(file: File, *, json: output.Json = False) -> None:
    """Write everything into one file, locked with BROADCASTER_BACKUP_PASSPHRASE. Sending goes on meanwhile."""
    from broadcaster.backups import making
    from broadcaster.cli.broadcasts import operating_system_user

    made = making.back_up(file, SETTINGS, operating_system_user())
    if json:
        output.document({"file": made.file, "bytes": made.size, "at": clock.iso(made.at), "counts": made.counts})
        return
    output.say(f"{made.file}: {made.size / 1e6:.1f} MB, {_spoken(made.counts)}")


def restore(file: File, *, json: output.Json = False) -> None:
    """Put a backup into this home, which must be empty. `serve` then asks the providers first, and goes on sending."""
    ledger.set_up()
    from broadcaster.backups import restoring
    from broadcaster.cli.broadcasts import operating_system_user

    done = restoring.restore(file, SETTINGS, operating_system_user())
    asked, waiting = done.in_question.deliveries, done.in_question.waiting_for_approval
    if json:
        found = {"file": done.file, "at": clock.iso(done.at), "counts": done.counts}
        output.document({**found, "in_question": asked, "waiting_for_approval": waiting})
        return
    output.say(f"restored as of {clock.iso(done.at)}: {_spoken(done.counts)}")
    if asked:
        output.say(f"{asked} messages may have left since: `broadcaster serve` asks the providers before it goes on")
    if waiting:
        numbers = ", ".join(map(str, waiting))
        output.say(f"it has these waiting for approval, which may have been approved and sent since: {numbers}")


def _spoken(counts: dict[str, int]) -> str:
    return ", ".join(f"{counts.get(table, 0):,} {word}" for table, word in _SPOKEN.items())
