"""Making the database ready before a command that needs it: Django set up, every table there.

A home that was never migrated is made by whichever command comes first. What has to be done is seen cheaply, by
comparing the names of the migration files with the recorded ones; only then are they loaded and run.
"""

import fcntl
import importlib.util
import json
import pkgutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from broadcaster.kinds import BadInput
from broadcaster.settings import APPS_OF_PAGES, DATABASES, INSTALLED_APPS, SETTINGS

#: PostgreSQL's advisory lock for "somebody migrates"; any number that nobody else uses in this database
MIGRATING = 0x6272_6F61

#: seconds that a command gives to an import whose process died: an emergency does not wait for the rest
WAIT_FOR_IMPORT = 1.0


class LedgerUnreachable(BadInput):
    """The database can't be opened. The message names DATABASE_URL or the home."""


class LedgerBehind(BadInput):
    """A shared database is older than this program: one machine must bring it up to date, once, on purpose."""


class LedgerAhead(BadInput):
    """The database was made by a newer version of this program, which knows what its rows mean; this one does not."""


def set_up() -> None:
    """Make Django's models importable."""
    import django

    django.setup()


def make_ready() -> None:
    """See to it that all tables exist and no import stays half written. Raises LedgerUnreachable, LedgerBehind and
    LedgerAhead.

    A new database is made, and a SQLite file is brought up to date, since no other machine uses it. A PostgreSQL
    database that is behind is left alone: `broadcaster migrate` is for a person to say.
    """
    set_up()
    from django.db import connection

    from broadcaster.roster import forward

    missing = missing_migrations()
    if missing and connection.vendor == "postgresql" and missing != _all_migrations():
        raise LedgerBehind("the database is older than this program: run `broadcaster migrate`")
    if missing:
        migrate()
    forward.finish_left_behind(WAIT_FOR_IMPORT)


def missing_migrations() -> set[tuple[str, str]]:
    """(app, migration) pairs that this program has and the database does not record. Raises LedgerUnreachable and
    LedgerAhead.

    Nobody migrates meanwhile on this machine: SQLite refuses whoever makes a new file while another looks at it.
    """
    with _lock_file() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _missing()


def _missing() -> set[tuple[str, str]]:
    from django.db import OperationalError, connection
    from django.db.migrations.recorder import MigrationRecorder

    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return _all_migrations()
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except OperationalError as error:
        raise LedgerUnreachable(f"{_name()}: {str(error).strip()}") from None
    known = _all_migrations()
    if newer := not_known(applied):
        raise LedgerAhead(f"{_name()}: the database is from a newer version (it has {newer}): update the program")
    return known - applied


def not_known(applied: Iterable[tuple[str, str]]) -> str:
    """A migration of ours among these that this program does not have; empty: it knows them all."""
    known = _all_migrations()
    ours = {app for app, _ in known}
    return next((f"{app}.{name}" for app, name in sorted(applied) if app in ours and (app, name) not in known), "")


def migrate() -> int:
    """Bring the database up to date, one process at a time. How many migrations it took. Raises LedgerUnreachable."""
    set_up()
    from django.apps import apps
    from django.core.management import call_command

    if not missing_migrations():
        return 0
    if not all(map(apps.is_installed, APPS_OF_PAGES)):
        return migrate_apart()
    with _alone():
        missing = _missing()  # somebody else may just have done it
        if missing:
            call_command("migrate", verbosity=0, interactive=False)
        return len(missing)


def migrate_apart() -> int:
    """As `migrate`, in a process that goes: one that only starts others then lives for days without Django's 20 MB.

    Its second is saved where the file itself says that nothing is to be done: at every start but the first.
    """
    if _recorded_in_the_file() == _all_migrations():
        return 0
    done = subprocess.run(
        [sys.executable, "-m", "broadcaster", "migrate", "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"{_name()}: `broadcaster migrate` ended with {done.returncode}"]
        raise LedgerUnreachable(lines[-1].removeprefix("broadcaster: "))
    return int(json.loads(done.stdout)["migrations"])


def _recorded_in_the_file() -> set[tuple[str, str]] | None:
    """What a SQLite file records, read without Django; None where there is no such file, or it can't be read."""
    path = Path(str(DATABASES["default"]["NAME"]))
    if not DATABASES["default"]["ENGINE"].endswith("sqlite3") or not path.exists():
        return None
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
        return set(file.execute("SELECT app, name FROM django_migrations"))
    return None


def _name() -> str:
    return "DATABASE_URL" if SETTINGS.database_url else f"BROADCASTER_HOME {SETTINGS.broadcaster_home}"


def _all_migrations() -> set[tuple[str, str]]:
    """Of every app, those of the pages too, which most processes do not load: only the names of files are looked at."""
    found = set()
    for name in (*INSTALLED_APPS, *APPS_OF_PAGES):
        spec = importlib.util.find_spec(name)
        folders = [str(Path(place) / "migrations") for place in (spec and spec.submodule_search_locations) or ()]
        label = name.rpartition(".")[2]
        found |= {(label, module.name) for module in pkgutil.iter_modules(folders) if module.name[0] != "_"}
    return found


def _lock_file() -> IO[str]:
    home = SETTINGS.broadcaster_home
    try:
        home.mkdir(parents=True, exist_ok=True)
        return (home / "migrate.lock").open("a")
    except OSError as error:
        raise LedgerUnreachable(f"BROADCASTER_HOME {home}: {error.strerror}") from None


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else migrates: on this machine by a file lock, on others by PostgreSQL's advisory lock."""
    from django.db import connection

    with _lock_file() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
