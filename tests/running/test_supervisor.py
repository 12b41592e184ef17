"""The supervisor with stand-ins for the parts: it starts, watches, starts again, and ends in order."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import SecretStr

from broadcaster.running import ledger, part, ports, supervisor
from broadcaster.running.part import Part
from broadcaster.running.state import AlreadyServing, read
from broadcaster.running.supervisor import PartFailed, Supervisor, needs_sandbox
from broadcaster.settings import Settings, WrongSetting

from .conftest import HERE, Until, alive

STAND_IN = str(HERE / "part.py")


class StandIns(Supervisor):
    """Every part is a small script; `commands` replaces some."""

    commands: ClassVar[dict[str, tuple[str, ...]]] = {}

    def _part(self, name: str, *arguments: str) -> Part:
        made = super()._part(name, *arguments)
        made.command = self.commands.get(name, (sys.executable, STAND_IN, name, self.settings.broadcaster_bind))
        return made


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "migrate_apart", lambda: 0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(broadcaster_home=tmp_path, broadcaster_bind=f"127.0.0.1:{ports.free()}", broadcaster_workers=2)


def everybody(running: Supervisor) -> list[int]:
    return [pid for kind in ("broker", "sandbox", "web", "worker") for pid in running.pids(kind)]


def test_everything_is_started_and_nothing_is_left(settings: Settings) -> None:
    with StandIns(settings) as running:
        assert running.wait_until_ready(20)
        pids = everybody(running)
        assert len(pids) == 5
        serving = read(settings.broadcaster_home)
        assert serving is not None
        assert (serving.broker, serving.bind) == (running.broker_url, settings.broadcaster_bind)
    assert not [pid for pid in pids if alive(pid)]
    assert read(settings.broadcaster_home) is None


def test_workers_end_before_what_they_need(settings: Settings, until: Until) -> None:
    with StandIns(settings) as running:
        assert running.wait_until_ready(20)
        until(
            lambda: all(made.ready for made in (*running.parts, *running.helpers) if made.name != "web"), "all listen"
        )
    ended = (settings.broadcaster_home / "ended").read_text().split()
    assert set(ended[:2]) == {"worker-1", "worker-2"}
    assert set(ended[2:]) <= {"web", "broker", "sandbox"}


def test_a_killed_worker_is_started_again(settings: Settings, until: Until) -> None:
    said: list[str] = []
    with StandIns(settings, said.append) as running:
        assert running.wait_until_ready(20)
        struck = running.kill("worker", 1)
        until(lambda: len(running.pids("worker")) == 2 and struck not in running.pids("worker"), "two workers again")
    assert "worker-2 ended (killed by signal 9)" in said


def test_a_worker_that_is_killed_again_and_again_is_still_started_again(
    settings: Settings, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, "FIRST_PAUSE", 0.01)
    with StandIns(settings) as running:
        for _ in range(supervisor.TRIES + 2):
            until(lambda: running.kill("worker"), "a worker to kill")
            until(lambda: not running.pids("worker")[1:], "it is dead")
        assert running.wait_until_ready(20)


def test_a_part_that_cannot_start_ends_it_all_with_its_last_words(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, "FIRST_PAUSE", 0.001)
    dies = (sys.executable, "-c", "print('working', flush=True); raise SystemExit('no such thing as a bell')")
    monkeypatch.setattr(StandIns, "commands", {"worker-2": dies})
    running = StandIns(settings)
    running.start()
    pids = everybody(running)
    said = r"worker-2 can't be started \(exit code 1\): no such thing as a bell .*worker-2\.log"
    with pytest.raises(PartFailed, match=said):
        running.wait(20)
    assert not [pid for pid in pids if alive(pid)]


def test_a_part_that_will_not_end_is_killed_with_what_it_started(
    settings: Settings, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "WORKERS_END_SECONDS", 0.3)
    deaf = "import signal, subprocess, sys, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    deaf += (
        "child = subprocess.Popen(['sleep', '60']); pathlib.Path(sys.argv[1]).write_text(str(child.pid)); child.wait()"
    )
    note = settings.broadcaster_home / "child"
    monkeypatch.setattr(StandIns, "commands", {"worker-2": (sys.executable, "-c", deaf, str(note))})
    with StandIns(settings) as running:
        until(lambda: note.exists() and note.read_text(), "it has started a child")
        pids = [*running.pids("worker"), int(note.read_text())]
    assert not [pid for pid in pids if alive(pid)]


def test_a_killed_serve_leaves_nothing(settings: Settings, until: Until) -> None:
    """kill -9 of the process that started the parts, which can then do nothing about them."""
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from tests.running.test_supervisor import StandIns, everybody, ledger\n"
        "from broadcaster.settings import SETTINGS\n"
        "ledger.migrate_apart = lambda: 0\n"
        "running = StandIns(SETTINGS); running.start(); assert running.wait_until_ready(20)\n"
        "print(*everybody(running), flush=True); time.sleep(60)"
    )
    env = {
        **os.environ,
        "BROADCASTER_HOME": str(settings.broadcaster_home),
        "BROADCASTER_BIND": settings.broadcaster_bind,
    }
    command = [sys.executable, "-c", script, str(HERE.parent.parent)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as serve:
        assert serve.stdout is not None
        pids = [int(pid) for pid in serve.stdout.readline().split()]
        serve.kill()
    assert len(pids) == 5
    until(lambda: not [pid for pid in pids if alive(pid)], "all parts are gone")


def test_a_taken_port_is_named_before_anything_starts(settings: Settings) -> None:
    with socket.create_server(ports.split(settings.broadcaster_bind)):
        running = StandIns(settings)
        with pytest.raises(
            WrongSetting, match=f"^BROADCASTER_BIND {settings.broadcaster_bind}: Address already in use$"
        ):
            running.start()
    assert everybody(running) == []


def test_a_second_serve_on_the_home_is_refused(settings: Settings) -> None:
    other = settings.model_copy(update={"broadcaster_bind": f"127.0.0.1:{ports.free()}"})
    with StandIns(settings) as first:
        assert first.wait_until_ready(20)
        with pytest.raises(AlreadyServing):
            StandIns(other).start()
        assert len(everybody(first)) == 5


def test_a_broker_of_your_own_is_used(settings: Settings) -> None:
    mine = settings.model_copy(update={"broker_url": "redis://127.0.0.1:6379/3"})
    running = StandIns(mine)
    assert running.broker_url == "redis://127.0.0.1:6379/3"
    assert [made.name for made in running.helpers] == ["sandbox"]
    assert all(made.environment["BROKER_URL"] == mine.broker_url for made in running.parts)


LIVE = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": SecretStr("made-up"),
    "sendgrid_api_key": SecretStr("SG.made-up"),
}


def number_of_door(pid: int) -> str:
    """The number of the socket that a part on call was told of."""
    environment = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return next((line.partition("=")[2] for line in environment if line.startswith(f"{part.DOOR}=")), "")


def test_beside_live_keys_the_sandbox_starts_when_a_drill_first_calls_it(settings: Settings, until: Until) -> None:
    said: list[str] = []
    with StandIns(settings.model_copy(update=LIVE), said.append) as running:
        assert running.wait_until_ready(20)
        assert running.pids("sandbox") == []
        with socket.create_connection(ports.split(running.sandbox_bind)):
            until(lambda: running.pids("sandbox"), "the sandbox that was called")
        (pid,) = running.pids("sandbox")
        assert f"sandbox is called for (pid {pid})" in said
        # a child is its parent's copy until it has become what it was started as
        until(lambda: number_of_door(pid), "it is told of its door")
        assert str(Path(f"/proc/{pid}/fd/{number_of_door(pid)}").readlink()).startswith("socket:")
    assert not alive(pid)
    assert ports.why_not(running.sandbox_bind) is None


def test_every_worker_rings(settings: Settings) -> None:
    made = {made.name: made.command for made in Supervisor(settings).parts}
    assert made["worker-1"][-2:] == made["worker-2"][-2:] == ("worker", "--beat")


ADDRESSES = {"twilio_base_url": "http://127.0.0.1:1", "sendgrid_base_url": "http://127.0.0.1:2"}


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ({}, True),
        (ADDRESSES, False),
        ({"twilio_base_url": "http://127.0.0.1:1"}, True),
        # a drill of a live channel has nowhere else to go
        ({**ADDRESSES, "sendgrid_api_key": "SG.made-up"}, True),
    ],
)
def test_the_sandbox_runs_where_somebody_needs_it(given: dict[str, str], needed: bool) -> None:
    assert needs_sandbox(Settings(**given)) is needed


def test_a_log_stays_small(tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "LOG_BYTES", 1000)
    talks = "import time\nwhile True: print('x' * 99, flush=True); time.sleep(0.001)"
    made = Part("talker", (sys.executable, "-c", talks), tmp_path, {})
    made.start()
    try:
        until(lambda: made.log.stat().st_size > 2000, "it talked")
        made.trim_log()
        assert made.log.stat().st_size < 2000
        assert made.log.with_suffix(".log.1").stat().st_size > 2000
        until(lambda: made.log.stat().st_size > 200, "it goes on talking")
        assert made.log.read_text().startswith("xxx")
    finally:
        made.kill()
