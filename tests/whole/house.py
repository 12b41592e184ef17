"""`broadcaster serve` on a home of a test's own: started, used from outside, ended, and looked after what it left."""

import csv
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from broadcaster.cli import COMMANDS, Needs
from broadcaster.running import ports
from tests.whole.home import COMMAND_SECONDS, Done, Home, until
from tests.whole.loaded import Loaded
from tests.whole.sandbox import Sandbox

#: SIGTERM ends everything within so many seconds
ENDS_IN = 30.0
#: a broadcast to a few hundred families is over by then, whatever was done to it
OVER_IN = 60.0


class House(Home):
    """A running house. As a context: `serve` works inside; outside it has ended, and no process of it is left."""

    broker: str
    sandbox: Sandbox

    def __init__(
        self, folder: Path, environment: Mapping[str, str] | None = None, *, host: str = "127.0.0.1", **options: Any
    ) -> None:
        port = ports.free()
        self.url = f"http://{host}:{port}"
        bind = {"BROADCASTER_BIND": f"127.0.0.1:{port}", "PUBLIC_BASE_URL": self.url}
        super().__init__(folder, {**bind, **(environment or {})}, **options)
        self._loaded: Loaded | None = None
        self._was_served = False

    def __enter__(self) -> Self:
        self.serve()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if self.process.poll() is None:
                self.end(signal.SIGTERM)
        finally:
            self._clean()

    def serve(self) -> None:
        """Start `serve` in a session of its own, as a service manager would, and wait until it says where it is."""
        with (self.folder / "serve.log").open("a") as log:
            self.process = self.start("serve", "--json", stderr=log, start_new_session=True)
        assert self.process.stdout is not None
        self._was_served = True
        impatient = threading.Timer(OVER_IN, self.process.kill)
        impatient.start()
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        impatient.cancel()
        assert lines, f"serve did not start: {(self.folder / 'serve.log').read_text()}"
        said = json.loads("".join(lines))
        self.broker, self.sandbox = said["broker"], Sandbox(said["sandbox"])

    def run(self, *arguments: str) -> Done:
        """Run a command to its end: while the house serves without the cost of a start (see loaded.py)."""
        command = COMMANDS.get(arguments[0])
        serves = self._was_served and self.process.poll() is None
        if not serves or command is None or command.pages or command.needs is not Needs.LEDGER:
            return super().run(*arguments)
        self._loaded = self._loaded or Loaded(self.environment, self.folder)
        try:
            return Done(*self._loaded.run(arguments, COMMAND_SECONDS))
        except TimeoutError:
            self._unload()
            raise AssertionError(f"{arguments!r} did not end in {COMMAND_SECONDS} s") from None

    def _unload(self) -> None:
        if self._loaded:
            self._loaded.end()
            self._loaded = None

    def end(self, how: signal.Signals) -> int:
        """End `serve` by a signal, look that nothing is left, and give its exit code."""
        self._unload()
        self.process.send_signal(how)
        try:
            code = self.process.wait(ENDS_IN)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"serve did not end in {ENDS_IN} s") from None
        assert self.process.stdout is not None
        self.process.stdout.close()
        # a killed one could end nothing itself: the kernel does (see running/parentage.py)
        until(lambda: not self.processes(), f"nothing is left of {self.processes()}", 2)
        return code

    def _clean(self) -> None:
        """End what a failed test left: only processes that name this home."""
        self._unload()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    # ---- its processes, as `ps` shows them ----

    def processes(self) -> dict[int, list[str]]:
        """Everything that runs for this home, pid and command line: what `serve` started is in its session, and all but
        redis-server, which writes its title over it, has BROADCASTER_HOME in its environment.
        """
        mark, session = f"BROADCASTER_HOME={self.home}".encode(), str(self.process.pid)
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state, _, _, its_session = (folder / "stat").read_text().rpartition(") ")[2].split()[:4]
                ours = its_session == session or mark in (folder / "environ").read_bytes().split(b"\0")
                if ours and state != "Z":
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().decode().rstrip("\0").split("\0")
            except OSError:  # it has just ended, or is somebody else's
                continue
        return found

    def pids(self, word: str) -> list[int]:
        """Those with the word in their command line: `worker`, `web`."""
        return [pid for pid, words in self.processes().items() if word in words]

    def broker_pids(self) -> list[int]:
        """The embedded broker, whatever program it is."""
        port = self.broker.rpartition(":")[2].partition("/")[0]
        return [pid for pid, words in self.processes().items() if port in " ".join(words).replace(":", " ").split()]

    def kill(self, pids: list[int]) -> None:
        """kill -9, as a crash would; `serve` starts them again."""
        assert pids, f"nothing to kill: {self.processes()}"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    # ---- broadcasts ----

    def send(self, audience: str, *more: str, template: str = "mps-technical-difficulties") -> int:
        """Send, and give the broadcast's number at once."""
        return int(self.ask("send", template, "--audience", audience, *more)["id"])

    def begin(self, audience: str, *more: str) -> "subprocess.Popen[str]":
        """Begin to send, and go on beside it: `answer_of` gives the report once every receipt is in."""
        return self.start("send", "mps-technical-difficulties", "--audience", audience, "--wait", "--json", *more)

    def tell(self, audience: str, *more: str, template: str = "mps-technical-difficulties") -> Any:
        """Send and wait until every receipt is in; the report."""
        return self.ask("send", template, "--audience", audience, "--wait", *more)

    def report(self, number: int) -> Any:
        """The report as of now."""
        return self.ask("report", str(number))

    def until_report(self, number: int, ready: Callable[[Any], object], what: str) -> Any:
        """The report, once it is as wished."""

        def found() -> Any:
            report = self.report(number)
            return report if ready(report) else None

        return until(found, f"broadcast {number}: {what}", OVER_IN)

    def settle(self, number: int) -> Any:
        """The report, once every receipt is in."""
        return self.until_report(number, lambda report: report["settled_at"], "every receipt is in")

    def rows(self, number: int) -> list[dict[str, str]]:
        """The CSV of the report; a leading ' guards against spreadsheets and is taken off."""
        path = self.folder / f"report-{number}.csv"
        self.ask("report", str(number), "--csv", str(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{name: cell.removeprefix("'") for name, cell in row.items()} for row in csv.DictReader(file)]
