"""`broadcaster serve`, whole: real parts on a home of their own, with both brokers, ended in every way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broadcaster.running import health, ports

from .conftest import Until, alive, program_on_path


class Serve:
    """A running `serve`, and what it said of itself once it was ready."""

    def __init__(self, home: Path, path: str) -> None:
        self.home, self.bind = home, f"127.0.0.1:{ports.free()}"
        self.env = {"PATH": path, "BROADCASTER_HOME": str(home), "BROADCASTER_BIND": self.bind}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "broadcaster", "serve", "--json"],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        self.said: dict[str, Any] = json.loads("".join(lines))

    def command(self, *arguments: str) -> dict[str, Any]:
        """What another process gets told."""
        command = [sys.executable, "-m", "broadcaster", *arguments, "--json"]
        done = subprocess.run(command, env=self.env, stdout=subprocess.PIPE, text=True, check=False, timeout=60)
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def workers(self) -> set[int]:
        """The pids of its children that are workers, by their command lines."""
        return {pid for pid, words in self.children().items() if "worker" in words}

    def children(self) -> dict[int, list[str]]:
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = (folder / "stat").read_text().rpartition(") ")[2].split()[1]
                words = (folder / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if int(parent) == self.process.pid:
                found[int(folder.name)] = [word for word in words if word]
        return found


@pytest.fixture
def serve(request: pytest.FixtureRequest, home: Path, new_ledger: Path) -> Iterator[Serve]:
    broker, _, empty = request.param.partition(" in ")
    if not empty:
        home.mkdir()
        shutil.copy(new_ledger, home)
    serve = Serve(home, path=program_on_path() if broker == "redis-server" else "/nowhere")
    yield serve
    serve.process.kill()
    serve.process.communicate()


ENDINGS = [
    ("redis-server in an empty home", signal.SIGTERM, 0),
    ("fakeredis", signal.SIGINT, 130),
    ("redis-server", signal.SIGKILL, -9),
]


@pytest.mark.parametrize(("serve", "how", "code"), ENDINGS, indirect=["serve"])
def test_serve_runs_everything_heals_itself_and_leaves_nothing(
    serve: Serve, how: signal.Signals, code: int, until: Until
) -> None:
    assert health.status(serve.bind) == 200
    told = serve.command("doctor")
    assert told["broker"]["url"] == serve.said["broker"]
    assert told["sandbox"]["url"] == serve.said["sandbox"]
    well = {check["name"] for check in told["checks"] if check["ok"]}
    assert {"database", "broker", "web", "workers", "templates"} <= well

    before = serve.workers()
    assert before == set(serve.said["workers"])
    struck = min(before)
    os.kill(struck, signal.SIGKILL)
    until(lambda: len(serve.workers() - {struck}) == len(before), "a worker in the place of the killed one")

    children, begun = serve.children(), time.monotonic()
    assert len(children) == 5
    serve.process.send_signal(how)
    _, said = serve.process.communicate(timeout=30)
    assert serve.process.returncode == code
    assert "Traceback" not in said
    assert time.monotonic() - begun < 20
    until(lambda: not any(map(alive, children)), "all parts are gone")
