"""The commands that stay: `serve` for one machine, or `web`, `worker`, `beat` and `sandbox` one by one for several.

Each ends on SIGTERM. As parts of `serve` they end with it (parentage.py). `--json` prints who and where they are.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated, Any

import structlog
import typer

from broadcaster.cli.output import Json, document, note, say
from broadcaster.running import broker as embedded
from broadcaster.running import ledger, ports
from broadcaster.running.parentage import follow_parent
from broadcaster.running.part import NAME, say_ready
from broadcaster.running.readiness import LOOK_EVERY, Readiness
from broadcaster.running.state import broker_url
from broadcaster.running.supervisor import Supervisor
from broadcaster.settings import SETTINGS, WrongSetting

log = structlog.get_logger(__name__)

#: connections that the web process has at once, just below the files that a process may usually have open (1,024), and
#: those that may wait for one. A vendor keeps hundreds: past the server's own 128 the next waited 30 s for an idle one
_CONNECTIONS, _WAITING = 900, 1024

Ring = Annotated[bool, typer.Option("--beat", help="Also do what `broadcaster beat` does.")]
Fault = Annotated[list[str] | None, typer.Option("--fault", help="name=value, such as throttled=0.1; repeatable.")]


def serve(*, json: Json = False) -> None:
    """Run web and workers, and where none is given a broker and simulated providers, until Ctrl-C or SIGTERM."""
    supervisor = Supervisor(SETTINGS, say=note)
    asked: list[int] = []

    def ask(number: int, _: object) -> None:
        asked.append(number)
        supervisor.ask_to_end()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    with supervisor:
        if supervisor.wait_until_ready():
            _say_where(supervisor, json=json)
        elif not asked:
            note("not everything is ready yet: `broadcaster doctor` says what is not")
        readiness = Readiness(SETTINGS.broadcaster_bind, note)
        while not supervisor.wait(LOOK_EVERY):
            readiness.look()
    if signal.SIGINT in asked:
        raise KeyboardInterrupt


def _say_where(supervisor: Supervisor, *, json: bool) -> None:
    if json:
        where = {"url": SETTINGS.public_url, "broker": supervisor.broker_url, "sandbox": supervisor.sandbox_url or None}
        document({"pid": os.getpid(), "home": SETTINGS.broadcaster_home, **where, "workers": supervisor.pids("worker")})
        _say_how_to_get_in(note)
        return
    say(f"serving at {SETTINGS.public_url} from {SETTINGS.broadcaster_home}; Ctrl-C ends it")
    if supervisor.sandbox_url:
        say(f"simulated providers, and the inbox of what families see: {supervisor.sandbox_url}/")
    _say_how_to_get_in(say)


def _say_how_to_get_in(tell: Callable[[str], None]) -> None:
    """The console's address, and while nobody has an account the link that makes the first administrator.

    Asked of a process of its own: this one does without Django, and its parts inherit its settings.
    """
    command = (sys.executable, "-m", "broadcaster", "welcome")
    asked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    tell(f"console: {SETTINGS.public_url}/console/")
    if asked.returncode == 0:
        tell("nobody has an account yet. This link makes the first administrator, once, within a day:")
        tell(f"    {asked.stdout.strip()}")


def web(*, json: Json = False) -> None:
    """Answer callbacks, health checks and pages on BROADCASTER_BIND."""
    follow_parent()
    if why := ports.why_not(SETTINGS.broadcaster_bind):
        raise WrongSetting(f"BROADCASTER_BIND {SETTINGS.broadcaster_bind}: {why}")
    ledger.make_ready()
    _introduce("web", json=json, bind=SETTINGS.broadcaster_bind, url=SETTINGS.public_url)

    import uvloop

    uvloop.run(_answer())


async def _answer() -> None:
    """One process, and no child of it that could be left behind: granian's server inside our own event loop."""
    import asyncio

    from granian.constants import Interfaces
    from granian.server.embed import Server

    from broadcaster.web.app import application

    host, port = ports.split(SETTINGS.broadcaster_bind)
    server = Server(
        application,
        host,
        port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        websockets=False,
        backlog=_WAITING,
        backpressure=_CONNECTIONS,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    await server.serve()


def worker(*, ring: Ring = False, json: Json = False) -> None:
    """Send: plan, claim and deliver what is due, on every channel."""
    follow_parent()
    where = _broker()
    ledger.make_ready()
    _introduce("worker", json=json, broker=where)

    # Django's checks import every page; `broadcaster doctor` is the place for them
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    from celery import signals

    from broadcaster import celery
    from broadcaster.providers import registry
    from broadcaster.running import consumer

    registry.load_vendors()
    signals.worker_ready.connect(_listens)
    program = celery.worker(f"{os.environ.get(NAME, 'worker')}-{os.getpid()}")
    if ring:
        consumer.ring_beside(celery.app)
    program.start()
    raise typer.Exit(program.exitcode or 0)


def _listens(**_: object) -> None:
    log.info("worker_listens", pid=os.getpid())
    say_ready(SETTINGS.broadcaster_home)


def beat(*, json: Json = False) -> None:
    """Ring once a second for work that nobody rang for. One rings for all machines; others stand by."""
    follow_parent()
    _introduce("beat", json=json, broker=_broker())

    # it sends names and reads no ledger: without Django it starts in a third of the time and the memory
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    from celery.beat import Service

    from broadcaster.celery import app
    from broadcaster.running.only_bell import OnlyBell

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Service(app, scheduler_cls=OnlyBell).start()


def sandbox(*, json: Json = False, fault: Fault = None) -> None:
    """Be Twilio and SendGrid, as they are seen from here, with an inbox of what families would see."""
    follow_parent()
    from broadcaster.cli.simulation import options
    from broadcaster.sandbox.app import run

    chosen = options(SETTINGS, fault or [])
    if not chosen.listening and (why := ports.why_not(SETTINGS.broadcaster_sandbox_bind)):
        raise WrongSetting(f"BROADCASTER_SANDBOX_BIND {SETTINGS.broadcaster_sandbox_bind}: {why}")
    _introduce("sandbox", json=json, url=SETTINGS.sandbox_url)
    run(chosen)


def broker(*, port: Annotated[int, typer.Option(min=1, max=65535)], json: Json = False) -> None:
    """Be the embedded broker: a private Redis, or its stand-in."""
    follow_parent()
    _introduce("broker", json=json, url=embedded.url(port))
    embedded.run(port, SETTINGS.broadcaster_home / "run")


def migrate(*, json: Json = False) -> None:
    """Make the database, or bring it up to date. Needs no broker."""
    done = ledger.migrate()
    if json:
        document({"migrations": done})
    else:
        say(f"{done} migrations done" if done else "the database is up to date")


def _broker() -> str:
    url = broker_url()
    if url is None:
        home = SETTINGS.broadcaster_home
        raise WrongSetting(f"BROKER_URL is not set, and no `broadcaster serve` runs in BROADCASTER_HOME {home}")
    return url


def _introduce(name: str, *, json: bool, **facts: Any) -> None:
    if json:
        document({"name": name, "pid": os.getpid(), **facts})
    log.info("started", part=name, pid=os.getpid())
