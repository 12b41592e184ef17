"""A PostgreSQL of the tests' own: in a folder, on a socket and a free port, gone at the end."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_DEADLINE = 30.0


@dataclass(frozen=True)
class Server:
    """A running server and the address of its empty database."""

    process: "subprocess.Popen[bytes]"
    url: str
    port: int
    launch: Callable[[], "subprocess.Popen[bytes]"]

    def restart(self, away: float = 0.0) -> "Server":
        """End it as an operator does: clients are cut, what was committed stays. After `away` seconds start it again on
        the same data and port.
        """
        self.shut_down()
        time.sleep(away)
        again = replace(self, process=self.launch())
        _wait(self.port, again.process)
        return again

    def shut_down(self) -> None:
        """End it as an operator does, so that its folder can be copied."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(_DEADLINE)

    def stop(self) -> None:
        """End it at once; nothing in it is worth keeping."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(_DEADLINE)


def programs() -> Path | None:
    """The folder with initdb and postgres: Debian keeps them outside PATH. None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def start(folder: Path, *, safe: bool = False, like: Path | None = None) -> Server:
    """Start a server on data in `folder`: new, or a copy of those in `like`, whose server was shut down. Unless `safe`,
    without the safety of the disk: tests need none of it.
    """
    bin_folder = programs()
    if bin_folder is None:
        raise RuntimeError("TEST_LEDGER=postgresql needs PostgreSQL: apt-get install postgresql")
    folder.mkdir(parents=True)
    # a server refuses to run as root: Debian's package made a user for it
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []}
        folder.parent.chmod(0o755)
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    options = ["-U", "tests", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    subprocess.run(
        ["cp", "-a", str(like / "data"), str(data)]
        if like
        else [str(bin_folder / "initdb"), "-D", str(data), *options],
        check=True,
        capture_output=True,
        cwd=folder,
        **as_user,
    )
    port = _free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": "100",
        **({} if safe else dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")),
    }
    flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
    command = [str(bin_folder / "postgres"), "-D", str(data), *flags]

    def launch() -> "subprocess.Popen[bytes]":
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **as_user)

    server = Server(launch(), f"postgresql://tests@127.0.0.1:{port}/postgres", port, launch)
    _wait(port, server.process)
    return server


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _DEADLINE
    bin_folder = programs()
    while time.monotonic() < until and process.poll() is None:
        ready = subprocess.run(
            [str(bin_folder / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], capture_output=True, check=False
        )
        if ready.returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start")
