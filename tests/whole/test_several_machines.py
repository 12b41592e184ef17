"""Several machines: each part a process with a folder of its own, PostgreSQL and Redis between them."""

import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from broadcaster.running import ports
from broadcaster.running.broker import PROGRAMS
from tests.whole import families
from tests.whole.conftest import a_postgres, redis_on_path
from tests.whole.families import Town
from tests.whole.home import COMMAND_SECONDS, Done, Home, until
from tests.whole.loaded import Loaded
from tests.whole.sandbox import Sandbox

#: segments and messages a second, for all machines together: a few seconds of sending
RATE = 25
FAMILIES = 70


@dataclass
class Machines:
    """Parts by name, each on a machine of its own as far as files go; they share settings and nothing else."""

    folder: Path
    settings: dict[str, str]
    sandbox: Sandbox
    running: dict[str, "subprocess.Popen[str]"] = field(default_factory=dict)

    def home(self, name: str) -> Home:
        return Home(self.folder / name, self.settings, rate=RATE)

    def start(self, name: str, *command: str) -> None:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "log").open("a") as log:
            self.running[name] = self.home(name).start(*command, stderr=log)

    def log(self, name: str) -> str:
        return (self.folder / name / "log").read_text()

    def end(self, name: str, how: signal.Signals = signal.SIGTERM) -> int:
        process = self.running.pop(name)
        process.send_signal(how)
        process.communicate(timeout=30)
        return process.returncode


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    path, broker, web, vendors = redis_on_path(), ports.free(), ports.free(), ports.free()
    program = next(name for name in PROGRAMS if any((Path(one) / name).exists() for one in path.split(":")))
    command = [program, "--port", str(broker), "--save", "", "--appendonly", "no", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={"PATH": path})
    with a_postgres() as database:
        settings = {
            "DATABASE_URL": database,
            "BROKER_URL": f"redis://127.0.0.1:{broker}/0",
            "SECRET_KEY": "a made-up key that all machines share",
            "BROADCASTER_BIND": f"127.0.0.1:{web}",
            "PUBLIC_BASE_URL": f"http://127.0.0.1:{web}",
            "BROADCASTER_SANDBOX_BIND": f"127.0.0.1:{vendors}",
            "BROADCASTER_WORKERS": "4",
        }
        found = Machines(tmp_path, settings, Sandbox(f"http://127.0.0.1:{vendors}"))
        try:
            yield found
        finally:
            for name in list(found.running):
                found.end(name, signal.SIGKILL)
            server.terminate()
            server.wait(10)


def test_four_machines_share_a_broadcast_and_a_rate_and_one_after_the_other_is_replaced(machines: Machines) -> None:
    office = machines.home("office")
    office.ask("migrate")
    machines.start("vendors", "sandbox")
    machines.start("web", "web")
    names = [f"worker-{number}" for number in range(4)]
    for name in names:
        machines.start(name, "worker")
    for name in ("beat-1", "beat-2"):
        machines.start(name, "beat")
    until(lambda: all("worker_listens" in machines.log(name) for name in names), "all workers listen", 60)

    town = Town().families("Oak School", FAMILIES)
    families.write(office.folder / "families.csv", town)
    office.ask("import", "families.csv")
    number = office.ask("send", "mps-technical-difficulties", "--audience", "district")["id"]

    until(lambda: machines.sandbox.accepted() > 10, "messages leave")
    for name in names:  # a new version, machine by machine
        assert machines.end(name) == 0
        machines.start(name, "worker")
    machines.end("beat-1", signal.SIGKILL)

    asking = Loaded(office.environment, office.folder)
    report = until(lambda: settled(asking, number), "every receipt is in", 90)
    asking.end()
    once = dict.fromkeys((address for family in town for address in family.on("")), 1)
    assert machines.sandbox.reached(since=0) == once
    assert report["totals"] == {"delivered": len(once)}
    assert report["resends"] == 0, "a worker that is asked to end records what it sent"
    until(lambda: "bell_rings" in machines.log("beat-2"), "the other beat has taken over", 10)
    texts = sorted(one["created_at"] for one in machines.sandbox.messages("sms"))
    segments = 2 * len(texts)
    assert segments / (texts[-1] - texts[0] + 1) <= RATE * 1.1, "one rate for all machines together"


def settled(office: Loaded, number: int) -> object:
    report = Done(*office.run(("report", str(number), "--json"), COMMAND_SECONDS)).document
    return report if report["settled_at"] else None


def test_one_beat_rings_and_another_takes_over(machines: Machines) -> None:
    for name in ("beat-1", "beat-2"):
        machines.start(name, "beat")
        until(lambda name=name: "bell_" in machines.log(name) or "started" in machines.log(name), f"{name} is there")
    until(lambda: "bell_rings" in machines.log("beat-1") or "bell_rings" in machines.log("beat-2"), "one rings")
    first = "beat-1" if "bell_rings" in machines.log("beat-1") else "beat-2"
    other = "beat-2" if first == "beat-1" else "beat-1"
    time.sleep(1.5)
    assert "bell_rings" not in machines.log(other)
    with redis.Redis.from_url(machines.settings["BROKER_URL"]) as broker:
        assert broker.exists("broadcaster:bell")
    machines.end(first, signal.SIGKILL)
    until(lambda: "bell_rings" in machines.log(other), "the other takes over", 10)
