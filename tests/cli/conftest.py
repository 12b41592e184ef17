"""Commands as processes, the way a script or a person runs them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Ran = subprocess.CompletedProcess[str]
Run = Callable[..., Ran]


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """Nothing but PATH and an empty home: no terminal, no HOME."""
    return {"PATH": os.environ["PATH"], "BROADCASTER_HOME": str(home)}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run `broadcaster ARGUMENTS` in some folder and wait for it."""

    def command(*arguments: str, **more: str) -> Ran:
        return subprocess.run(
            [sys.executable, "-m", "broadcaster", *arguments],
            env={**environment, **more},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return command
