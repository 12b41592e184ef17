"""(e) This product, through its own command line: a home, a roster, `serve`, `send`."""

import base64
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench import vendor
from bench.contacts import District, Families
from bench.measure import PATIENCE, Case, Result, Run, Stage, measure
from bench.servers import StuckError, started
from broadcaster.running import ports

OURS_SQLITE, OURS_POSTGRESQL = "e: this product, SQLite", "e: this product, PostgreSQL"
#: what is sent, with its fields: two segments, one segment
WORDING = ("mps-technical-difficulties",)
ONE_SEGMENT = ("conferences-cancelled", "--set", "date=2026-12-01")
#: segments or messages a second: no limit worth keeping
UNLIMITED = 1_000_000
#: a run may take so many seconds more for each message: the slowest rate that anybody would wait for
_SLOWEST = 0.01
#: lines of its log that are shown of a `serve` that is stuck
_LOG_LINES = 40
#: no receipts come from the stub, so nothing is asked about while others are measured
_CONFIG = """\
[district]
name = "Elm Valley Schools"

[[senders]]
channel = "sms"
address = "+16125550199"
rate = {rate}

[[senders]]
channel = "email"
address = "notices@example.org"
rate = {rate}

[policies]
four_eyes = false
unreviewed_translations = true
ask_after_seconds = 86400
"""


@dataclass
class Home:
    """A home of the product with its roster, on one database. `database` is empty for SQLite, `rate` every sender's."""

    stage: Stage
    folder: Path
    database: str
    roster: District | Families
    rate: int = UNLIMITED

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a district that sends through the stub. The machine's own settings are left out."""
        own = {
            "PATH": os.environ["PATH"],
            "BROADCASTER_HOME": str(self.folder / "home"),
            "BROADCASTER_CONFIG": str(self.folder / "district.toml"),
            "BROADCASTER_BIND": f"127.0.0.1:{self._port}",
            "BROADCASTER_WORKERS": "2",
            "BROADCASTER_LOG_LEVEL": "WARNING",
            "PUBLIC_BASE_URL": "https://alerts.example.org",
            "BROKER_URL": self.stage.broker[1],
            "TWILIO_ACCOUNT_SID": vendor.SID,
            "TWILIO_AUTH_TOKEN": vendor.TOKEN,
            "TWILIO_BASE_URL": self.stage.stub.url,
            "SENDGRID_API_KEY": vendor.MAIL_KEY,
            "SENDGRID_BASE_URL": self.stage.stub.url,
            "SENDGRID_WEBHOOK_PUBLIC_KEY": _webhook_key(),
        }
        return own | ({"DATABASE_URL": self.database} if self.database else {})

    def set_down(self, *, roster: bool = True) -> None:
        """Write the district and its roster; nothing is imported."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._port = ports.free()
        (self.folder / "district.toml").write_text(_CONFIG.format(rate=self.rate))
        if roster:
            self.roster.write(self.folder / "roster.csv")

    def prepare(self) -> float:
        """Write the district and import its roster; the seconds that took."""
        self.set_down()
        begun = time.monotonic()
        self.ask("import", str(self.folder / "roster.csv"))
        return time.monotonic() - begun

    def command(self, *words: str) -> list[str]:
        """A command of the product."""
        return [sys.executable, "-m", "broadcaster", *words, "--json"]

    def ask(self, *words: str) -> Any:
        """The document a command prints."""
        done = subprocess.run(
            self.command(*words), env=self.variables, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.returncode} {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    @contextmanager
    def serving(self) -> Iterator[int]:
        """`serve` while the block runs; its pid."""
        variables = self.variables
        with (
            (self.folder / "serve.log").open("a") as log,
            started(
                self.command("serve"), env=variables, cwd=self.folder, stdout=subprocess.PIPE, stderr=log
            ) as process,
        ):
            assert process.stdout
            for line in process.stdout:
                if line == "}\n":
                    break
            else:
                raise RuntimeError(f"serve did not start: {(self.folder / 'serve.log').read_text()}")
            yield process.pid

    def send(self, way: str, case: Case, serve_pid: int, wording: Sequence[str] = WORDING) -> Result:
        """Send to so many and wait until all of it is accepted and recorded. Counted from the approval in the ledger;
        the whole of the command's processor time is booked.
        """
        sent: list[int] = []

        def send(run: Run) -> None:
            audience = self.roster.audience(case.contacts)
            words = ("send", *wording, "--audience", audience, "--channels", ",".join(case.channels))
            sent.append(int(json.loads(run.child(self.command(*words), self.folder))["id"]))
            run.began = float(self._row("SELECT approved_at FROM broadcasts_broadcast WHERE id = {}", sent[0])[0])

        servers = [serve_pid, self.stage.broker[0], *([self.stage.postgres_pid] if self.database else [])]
        try:
            return measure(
                self.stage,
                way,
                case,
                send,
                servers=servers,
                recorded=lambda: (
                    self._row("SELECT status FROM broadcasts_broadcast WHERE id = {}", sent[0])[0] == "completed"
                ),
                environment=self.variables,
                patience=PATIENCE + case.messages * max(_SLOWEST, 1 / self.rate),
            )
        except StuckError as error:
            said = (self.folder / "serve.log").read_text().splitlines()[-_LOG_LINES:]
            raise StuckError("\n".join([str(error), "serve.log ends with:", *said])) from None

    def _row(self, sql: str, number: int) -> tuple[Any, ...]:
        """A row of the ledger, read from outside so that asking costs the product nothing."""
        asked = sql.format(number)
        if self.database:
            with psycopg.connect(self.database, autocommit=True) as line:
                found = line.execute(asked).fetchone()
        else:
            path = self.folder / "home" / "broadcaster.sqlite3"
            file = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            try:
                found = file.execute(asked).fetchone()
            finally:
                file.close()
        assert found
        return tuple(found)


def _webhook_key() -> str:
    public = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@contextmanager
def homes(
    stage: Stage, name: str, roster: District | Families, ways: Iterable[str], rate: int = UNLIMITED
) -> Iterator[dict[str, Home]]:
    """A home for each of these ways of ours, its roster imported, while the block runs."""
    found: dict[str, Home] = {}
    with ExitStack() as stack:
        for way in ways:
            on_postgres = way == OURS_POSTGRESQL
            database = stack.enter_context(stage.new_database(name)) if on_postgres else ""
            folder = stage.folder / name / ("postgresql" if on_postgres else "sqlite")
            found[way] = home = Home(stage, folder, database, roster, rate)
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            print(f"{way}: roster for `{name}` imported in {home.prepare():.1f} s", file=sys.stderr)
        yield found
