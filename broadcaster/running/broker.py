"""The embedded broker: a private Redis on this machine, so that one machine needs nothing installed.

A `redis-server` or `valkey-server` on PATH is used, without persistence and on the loopback interface alone (it is only
a bell: law 1). Else fakeredis serves the same protocol from Python.
"""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any, NoReturn

from broadcaster.running.ports import LOOPBACK

PROGRAMS = ("redis-server", "valkey-server")
#: the major version from which `set-proc-title` is an option
FIRST_WITH_TITLES = 7


def url(port: int) -> str:
    """The broker's address for everybody else."""
    return f"redis://{LOOPBACK}:{port}/0"


def run(port: int, folder: Path) -> None:
    """Be the broker until a signal ends this process. `folder` is the program's working folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PROGRAMS:
        if program := shutil.which(name):
            _become(program, port, folder)
    _serve_from_python(port)


def _become(program: str, port: int, folder: Path) -> NoReturn:
    kept = {"port": port, "bind": LOOPBACK, "dir": folder, "save": "", "appendonly": "no", "daemonize": "no"}
    if _knows_titles(program):
        kept["set-proc-title"] = "no"  # a title of its own is written over its environment, which then can't be read
    options = [word for name, value in kept.items() for word in (f"--{name}", str(value))]
    os.execv(program, [program, *options])  # noqa: S606 - a list, and no shell


def _knows_titles(program: str) -> bool:
    """Whether its version has the option: Redis since 7.0, every Valkey. An older one refuses to start with it."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"v=(\d+)", said)
    return version is not None and int(version[1]) >= FIRST_WITH_TITLES


def _serve_from_python(port: int) -> None:
    from fakeredis import TcpFakeServer

    class Server(TcpFakeServer):
        """Answers leave at once: with Nagle's delay a worker got 11 tasks a second instead of 357."""

        daemon_threads = True

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, address = super().get_request()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection, address

    with Server((LOOPBACK, port)) as server:
        server.daemon_threads = True  # its constructor says otherwise, and open connections would hold up the end
        server.serve_forever()
