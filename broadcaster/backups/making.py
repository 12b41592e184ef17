"""Making a backup: a copy of the ledger at one instant, and what a machine needs beside it, in one locked file."""

import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from broadcaster import clock
from broadcaster.backups import archive, portable
from broadcaster.broadcasts import audit
from broadcaster.kinds import BadInput
from broadcaster.settings import Settings

#: what a program that reads backups must know; raised when an older program could not read them any more
FORMAT = 1


class NoPassphrase(BadInput):
    """Backups are locked, always: there is a passphrase, or there is no backup."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: its file, size in bytes, the instant of the copy, and how many rows each table has."""

    file: Path
    size: int
    at: float
    counts: dict[str, int]


def passphrase(settings: Settings) -> str:
    """What locks and opens backups. Raises NoPassphrase."""
    given = settings.broadcaster_backup_passphrase
    if given is None or not given.get_secret_value():
        raise NoPassphrase("BROADCASTER_BACKUP_PASSPHRASE is not set: it locks and opens backups")
    return given.get_secret_value()


def back_up(path: Path, settings: Settings, actor: str) -> Made:
    """Write a backup of everything to a file. Sending goes on meanwhile. Raises NoPassphrase and BadBackup."""
    secret = passphrase(settings)
    if not path.parent.is_dir():
        raise archive.BadBackup(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise archive.BadBackup(f"{path}: is a folder, should be a file")
    audit.write(actor, "backed up", detail={"file": path.name})
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.broadcaster_home) as folder:
        ledger = Path(folder) / archive.LEDGER
        at = clock.now()
        portable.copy(ledger)
        with closing(sqlite3.connect(ledger)) as file:
            counts = portable.counts(file)
            head = file.execute("SELECT hash FROM broadcasts_auditentry ORDER BY id DESC LIMIT 1").fetchone()
        manifest = {"format": FORMAT, "at": at, "counts": counts, "audit": head[0]}
        members: dict[str, Path | bytes] = {
            archive.MANIFEST: json.dumps(manifest, indent=1).encode(),
            archive.DISTRICT: settings.config_path.read_bytes(),
            archive.KEY: settings.key.encode(),
            archive.LEDGER: ledger,
        }
        size = archive.seal(path, members, secret)
    return Made(path, size, at, counts)
