"""(e) This product, through its own command line: a home, a roster, `serve`, `send`."""

import base64
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench import vendor
from bench.contacts import write_roster
from bench.measure import Case, Result, Run, Stage, measure
from bench.servers import started
from broadcaster.running import ports

TEMPLATE = "mps-technical-difficulties"
#: no receipts come from the stub, so nothing is asked about while others are measured
DISTRICT = """\
[district]
name = "Elm Valley Schools"

[[senders]]
channel = "sms"
address = "+16125550199"
rate = 1_000_000

[[senders]]
channel = "email"
address = "notices@example.org"
rate = 1_000_000

[policies]
four_eyes = false
unreviewed_translations = true
ask_after_seconds = 86400
"""


@dataclass
class Home:
    """A home of the product with its roster, on one database. `database` is empty for SQLite."""

    stage: Stage
    folder: Path
    database: str

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

    def prepare(self, contacts: int) -> float:
        """Write the district and import a roster of so many contacts; the seconds that took."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._port = ports.free()
        (self.folder / "district.toml").write_text(DISTRICT)
        write_roster(self.folder / "roster.csv", contacts)
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

    def send(self, way: str, case: Case, serve_pid: int) -> Result:
        """Send to everybody and wait until all of it is accepted and recorded."""
        sent: list[int] = []

        def send(run: Run) -> None:
            words = ("send", TEMPLATE, "--audience", "district", "--channels", ",".join(case.channels))
            begun = _cpu_of_children()
            sent.append(int(self.ask(*words)["id"]))
            run.meter.book(_cpu_of_children() - begun)
            run.began = float(self._row("SELECT approved_at FROM broadcasts_broadcast WHERE id = {}", sent[0])[0])

        servers = [serve_pid, self.stage.broker[0], *([self.stage.postgres_pid] if self.database else [])]
        return measure(
            self.stage,
            way,
            case,
            send,
            servers=servers,
            recorded=lambda: (
                self._row("SELECT status FROM broadcasts_broadcast WHERE id = {}", sent[0])[0] == "completed"
            ),
        )

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


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _webhook_key() -> str:
    public = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
