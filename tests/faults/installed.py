"""An installation that is made once, an empty ledger with all its tables, and given to each seed as a copy."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.postgres import Server
from tests.whole.home import Home


@dataclass(frozen=True, slots=True)
class Installed:
    """`home` is a data folder that no process uses; `server` a PostgreSQL's folder, None where the ledger is a file."""

    home: Path
    server: Path | None

    def copy(self, folder: Path) -> Server | None:
        """Put the data folder of a house that will live in `folder` / "house" there, and start its PostgreSQL. Keys are
        each house's own.
        """
        shutil.copytree(self.home, folder / "house" / "home", ignore=shutil.ignore_patterns("secret-key"))
        return postgres.start(folder / "postgres", like=self.server) if self.server else None


def install(folder: Path, database: str) -> Installed:
    """Make one in `folder`, on `sqlite` or `postgresql`."""
    server = postgres.start(folder / "postgres") if database == "postgresql" else None
    made = Home(folder / "house", {"DATABASE_URL": server.url} if server else {})
    try:
        made.ask("migrate")
    finally:
        if server:
            server.shut_down()
    return Installed(made.home, folder / "postgres" if server else None)
