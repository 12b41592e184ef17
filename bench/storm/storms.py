"""Storms: a ledger, a server in a process of its own, a flood; then the ledger is asked what it knows."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench import vendor
from bench.accounting import cpu_seconds
from bench.servers import ROOT, started, until
from bench.storm import callbacks, ledger
from bench.storm.measured import Flooded, Storm, flooded
from broadcaster.running import ports

OURS, VIEW = "this product", "a Django view, a row each"
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
TEXTS, MAILS = "Twilio callbacks", "SendGrid events"
#: how many connections the vendors keep open at once
TEXT_LINES, MAIL_LINES = 256, 8
#: events in one post of SendGrid's
ARRAY = 1000
#: threads of the view: beside one writer more would only wait
_THREADS = {SQLITE: 2, POSTGRESQL: 4}
_STARTS_IN = 60.0
_WARMING = 50


@dataclass(frozen=True, slots=True)
class Amount:
    """Messages that a storm tells of, two things of each."""

    texts: int
    mails: int
    #: the view is slow: it gets fewer, as its rate does not depend on how many there are
    view_texts: int
    view_mails: int


@dataclass(frozen=True, slots=True)
class Place:
    """A home with a full ledger. `database` is a URL of PostgreSQL or a file of SQLite, `postgres` its server's pid."""

    name: str
    folder: Path
    database: str
    postgres: int

    @property
    def port(self) -> int:
        """Where its server listens, whichever it is."""
        return int((self.folder / "port").read_text())

    @property
    def variables(self) -> dict[str, str]:
        """The environment of whoever works on it."""
        public = callbacks.MAIL_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        own = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "BROADCASTER_HOME": str(self.folder),
            "BROADCASTER_BIND": f"127.0.0.1:{self.port}",
            "BROADCASTER_LOG_LEVEL": "WARNING",
            "PUBLIC_BASE_URL": callbacks.PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": vendor.SID,
            "TWILIO_AUTH_TOKEN": vendor.TOKEN,
            "SENDGRID_API_KEY": vendor.MAIL_KEY,
            "SENDGRID_WEBHOOK_PUBLIC_KEY": base64.b64encode(public).decode(),
        }
        return own | ({"DATABASE_URL": self.database} if self.name == POSTGRESQL else {})


@contextmanager
def place(name: str, folder: Path, database: str = "", postgres: int = 0) -> Iterator[Place]:
    """A home with a ledger of 200,000 deliveries, while the block runs."""
    folder.mkdir(parents=True)
    (folder / "port").write_text(str(ports.free()))
    made = Place(name, folder, database or str(folder / "broadcaster.sqlite3"), postgres)
    try:
        for command in (("broadcaster", "migrate"), ("bench.storm.seed",)):
            words = [sys.executable, "-m", *command]
            subprocess.run(words, env=made.variables, cwd=ROOT, check=True, capture_output=True)
        ledger.fill(made.database)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(there: Place, way: str) -> Iterator[int]:
    """Ours, or the view, on this ledger; the pid of its process."""
    view = ["granian", "--interface", "wsgi", "--port", str(there.port), "--workers", "1", "--no-ws", "--log-level"]
    view += ["error", "--blocking-threads", str(_THREADS[there.name]), "bench.storm.view:application"]
    command = ["broadcaster", "web"] if way == OURS else view
    with ExitStack() as stack:
        log = stack.enter_context((there.folder / "server.log").open("a"))
        process = stack.enter_context(
            started(
                [sys.executable, "-m", *command],
                env=there.variables,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        )
        until(lambda: ports.answers(f"127.0.0.1:{there.port}"), f"{way} listens", _STARTS_IN)
        yield process.pid


def flood(there: Place, requests: Sequence[bytes], lines: int) -> Flooded:
    """Let it come down on whoever serves."""
    with flooding(there.folder, there.port, requests, lines) as end:
        return end()


@contextmanager
def flooding(
    folder: Path, port: int, requests: Sequence[bytes], lines: int, rate: float = 0
) -> Iterator[Callable[[], Flooded]]:
    """A flood that runs beside the block; what it gives waits for its end."""
    path = folder / f"flood-{lines}.requests"
    callbacks.write(path, requests)
    command = [sys.executable, "-m", "bench.storm.flood", str(path), str(port), str(lines), str(rate)]
    with started(command, cwd=ROOT, stdout=subprocess.PIPE) as process:

        def end() -> Flooded:
            assert process.stdout
            said = process.stdout.read()
            assert process.wait() == 0, f"the flood broke off: {said}"
            return flooded(json.loads(said))

        yield end


def storms(there: Place, amount: Amount) -> Iterator[Storm]:
    """Texts, then mail, against ours and against the view; each tells of messages that nobody told of before."""
    texts, mails = iter(ledger.TEXTS), iter(ledger.MAILS)
    for way, of_texts, of_mails in (
        (OURS, amount.texts, amount.mails),
        (VIEW, amount.view_texts, amount.view_mails),
    ):
        with serving(there, way) as pid:
            # the first callbacks of a process open its connections to the database
            flood(there, callbacks.texts(list(islice(texts, _WARMING))), TEXT_LINES)
            yield _texts(there, way, pid, list(islice(texts, of_texts)))
            yield _mails(there, way, pid, list(islice(mails, of_mails)))


def _texts(there: Place, way: str, pid: int, ids: Sequence[int]) -> Storm:
    requests = callbacks.texts(ids)
    storm, cpu = _measured(there, pid, requests, TEXT_LINES)
    return Storm(way, there.name, TEXTS, len(requests), storm, cpu, _not_told(there, ids))


def _mails(there: Place, way: str, pid: int, ids: Sequence[int]) -> Storm:
    storm, cpu = _measured(there, pid, callbacks.mails(ids, ARRAY), MAIL_LINES)
    return Storm(way, there.name, MAILS, 2 * len(ids), storm, cpu, _not_told(there, ids))


def _measured(there: Place, pid: int, requests: Sequence[bytes], lines: int) -> tuple[Flooded, float]:
    servers = [pid, *([there.postgres] if there.postgres else [])]
    before = cpu_seconds(servers)
    found = flood(there, requests, lines)
    return found, cpu_seconds(servers) - before


def _not_told(there: Place, ids: Sequence[int]) -> int:
    states = ledger.states(there.database, ids[0], ids[-1])
    return len(ids) - states["delivered"] - states["undelivered"]
