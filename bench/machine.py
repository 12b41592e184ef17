"""The machine that something was measured on, in a line."""

import platform
import re
import shutil
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from tests import postgres

_LIBRARIES = ("celery", "Django", "twilio", "sendgrid", "aiohttp")


def describe() -> str:
    """Processor, memory, and the versions that matter."""
    cpu, memory = Path("/proc/cpuinfo").read_text(), Path("/proc/meminfo").read_text()
    model = re.search(r"^model name\s*: (.+)$", cpu, re.MULTILINE)
    cores = len(re.findall(r"^processor\s*:", cpu, re.MULTILINE))
    total = re.search(r"^MemTotal:\s*(\d+)", memory, re.MULTILINE)
    parts = [
        f"{cores} cores of {model[1] if model else platform.machine()}",
        f"{int(total[1]) / 2**20:.0f} GiB" if total else "",
        f"Linux {platform.release()}",
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        *_servers(),
        *(f"{name} {version(name)}" for name in _LIBRARIES),
    ]
    return ", ".join(part for part in parts if part)


def _servers() -> list[str]:
    """Versions of PostgreSQL and Redis, of those that are installed."""
    folder, found = postgres.programs(), []
    if folder:
        found.append(f"PostgreSQL {_version(str(folder / 'postgres'))}")
    for program, name in (("redis-server", "Redis"), ("valkey-server", "Valkey")):
        if path := shutil.which(program):
            found.append(f"{name} {_version(path)}")
            break
    return found


def _version(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"\d+(\.\d+)+", said)
    return number[0] if number else said.strip()
