"""Commands as processes, the way a script or a person runs them."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.whole.loaded import Loaded

Ran = subprocess.CompletedProcess[str]
Run = Callable[..., Ran]


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """Nothing but PATH and an empty home: no terminal, no HOME."""
    return {"PATH": os.environ["PATH"], "BROADCASTER_HOME": str(home)}


@pytest.fixture(scope="package")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Has loaded what others wrote, which is most of a command's start."""
    process = Loaded({"PATH": os.environ["PATH"]}, tmp_path_factory.mktemp("loaded"), settings=False)
    yield process
    process.end()


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path, loaded: Loaded) -> Run:
    """Run `broadcaster ARGUMENTS` in some folder and wait for it."""

    def command(*arguments: str, **more: str) -> Ran:
        return Ran(arguments, *loaded.run(arguments, 60, {**environment, **more}, tmp_path))

    return command


@pytest.fixture
def ledger(home: Path, new_ledger: Path) -> Path:
    """The home has a ledger without a row."""
    home.mkdir()
    return Path(shutil.copy(new_ledger, home))
