"""Restoring a backup: everything is proved on a copy first; only then it takes the empty home's place, at once."""

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from broadcaster import clock
from broadcaster.backups import archive, portable
from broadcaster.backups.archive import BadBackup
from broadcaster.backups.making import FORMAT, passphrase
from broadcaster.broadcasts import audit, looks
from broadcaster.delivery.unknown import restored
from broadcaster.kinds import BadInput
from broadcaster.running import ledger, state
from broadcaster.settings import Settings

#: a database with a row in one of these is somebody's
_OWNED = ("roster_contact", "roster_student", "broadcasts_broadcast", "people_person")
#: what is not taken over: whoever was signed in signs in again
_LEFT_BEHIND = ("django_session", "usersessions_usersession")


class NotEmpty(BadInput):
    """The home has a ledger of its own: a restore would take it away. The message names what is there."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored ledger: from when it is, its rows by table, and what is asked about before sending goes on."""

    file: Path
    at: float
    counts: dict[str, int]
    in_question: restored.InQuestion


def restore(path: Path, settings: Settings, actor: str) -> Restored:
    """Put a backup into an empty home. Raises NoPassphrase, BadBackup, NotEmpty and AlreadyServing; then nothing has
    changed.
    """
    secret = passphrase(settings)
    home = settings.broadcaster_home
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=home) as found:
        folder = Path(found)
        archive.unseal(path, secret, folder)
        manifest = _proved(path, folder)
        with state.only_one(home):
            _refuse_where_somebody_is()
            take = _into_postgres if connection.vendor == "postgresql" else _into_place
            asked = take(folder / archive.LEDGER, actor, manifest["at"])
            _put_beside(folder, settings)
    return Restored(path, manifest["at"], manifest["counts"], asked)


def _proved(path: Path, folder: Path) -> dict[str, Any]:
    """The manifest of an unpacked backup that is whole, unchanged and of no newer version; brought up to date.

    Raises BadBackup.
    """
    file = folder / archive.LEDGER
    try:
        manifest = json.loads((folder / archive.MANIFEST).read_bytes())
        if manifest["format"] > FORMAT:
            raise BadBackup(f"{path}: it is from a newer version: update the program")
        with closing(sqlite3.connect(file)) as copied:
            if copied.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise BadBackup(f"{path}: its ledger is damaged")
            if portable.counts(copied) != manifest["counts"]:
                raise BadBackup(f"{path}: its ledger has not the rows that it had when it was made")
        _bring_up_to_date(path, file)
        with portable.opened(file) as alias:
            newest = audit.newest(alias)
            if audit.first_break(alias) is not None or (newest and newest.hash) != manifest["audit"]:
                raise BadBackup(f"{path}: its audit log is not as it was written")
            if looks.first_break(alias) is not None:
                raise BadBackup(f"{path}: who looked at families is not as the audit log vouches for")
    except (KeyError, TypeError, json.JSONDecodeError, sqlite3.DatabaseError) as error:
        raise BadBackup(f"{path}: it holds something else than a backup ({type(error).__name__})") from None
    return dict(manifest)


def _bring_up_to_date(path: Path, file: Path) -> None:
    with portable.opened(file) as alias:
        newer = ledger.not_known(MigrationRecorder(connections[alias]).applied_migrations())
        if newer:
            raise BadBackup(f"{path}: it is from a newer version (it has {newer}): update the program")
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def _refuse_where_somebody_is() -> None:
    """Raises NotEmpty unless the ledger of this home is new or not there at all."""
    name = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and not name.exists():
        return
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in _OWNED:
            if table in present:
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
                if cursor.fetchone():
                    where = name if connection.vendor == "sqlite" else f"DATABASE_URL, database {name}"
                    raise NotEmpty(f"{where}: is not empty (see {table}); a backup goes into an empty home only")


def _into_place(file: Path, actor: str, at: float) -> restored.InQuestion:
    """Make the copy ready, then let it be the home's ledger in one step."""
    place = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    try:
        with transaction.atomic():
            asked = _begin(actor, at)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = place
    for rest in ("-wal", "-shm"):  # of the empty ledger that was there
        Path(f"{place}{rest}").unlink(missing_ok=True)
    with file.open("rb") as written:
        os.fsync(written.fileno())
    file.replace(place)
    return asked


def _into_postgres(file: Path, actor: str, at: float) -> restored.InQuestion:
    """All rows in one transaction: until it ends the database is as empty as before."""
    ledger.migrate()
    with transaction.atomic():
        portable.load(file)
        return _begin(actor, at)


def _begin(actor: str, at: float) -> restored.InQuestion:
    with connection.cursor() as cursor:
        for table in _LEFT_BEHIND:
            cursor.execute(f"DELETE FROM {table}")
    asked = restored.begin(clock.now())
    audit.write(actor, "restored", detail={"from": clock.iso(at), "in_question": asked.deliveries})
    return asked


def _put_beside(folder: Path, settings: Settings) -> None:
    """The key of the opt-out links in sent mail, and the district's file. What the environment names is used first."""
    home = settings.broadcaster_home
    for name in (archive.KEY, archive.DISTRICT):
        if (folder / name).exists():
            archive.write_whole(home / name, (folder / name).read_bytes())
