"""The runtime file: what other commands learn of a running `serve`, and what they must not believe."""

import json
import os
import signal
from pathlib import Path

import pytest

from broadcaster.running import state
from broadcaster.running.state import AlreadyServing, Serving
from broadcaster.settings import Settings

from .conftest import Start, Until

HERE = Serving(pid=os.getpid(), broker="redis://127.0.0.1:6399/0", sandbox="", bind="127.0.0.1:8025")


def test_nobody_serves_on_an_empty_home(tmp_path: Path) -> None:
    assert state.read(tmp_path) is None


def test_what_serve_writes_is_read_while_it_lives_and_gone_after(tmp_path: Path) -> None:
    with state.only_one(tmp_path):
        state.write(tmp_path, HERE)
        assert state.read(tmp_path) == HERE
    assert state.read(tmp_path) is None
    assert not (tmp_path / "run" / "serve.json").exists()


def test_a_home_has_one_serve(tmp_path: Path) -> None:
    with state.only_one(tmp_path):
        state.write(tmp_path, HERE)
        with pytest.raises(AlreadyServing, match=f"pid {os.getpid()}"), state.only_one(tmp_path):
            pass
        assert state.read(tmp_path) == HERE


def test_the_file_of_a_killed_serve_is_not_believed(tmp_path: Path, start: Start, until: Until) -> None:
    """Its pid may be another program's by then: here the file names this very process, which lives."""
    holds = (
        f"import time\nfrom pathlib import Path\nfrom broadcaster.running import state\n"
        f"with state.only_one(Path({str(tmp_path)!r})):\n"
        f"    state.write(Path({str(tmp_path)!r}), state.Serving({os.getpid()}, 'redis://x:1', '', 'y:1'))\n"
        f"    time.sleep(60)"
    )
    process = start("-c", holds)
    until(lambda: state.read(tmp_path), "the other process serves")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert json.loads((tmp_path / "run" / "serve.json").read_text())["pid"] == os.getpid()
    assert state.read(tmp_path) is None
    with state.only_one(tmp_path):
        pass


@pytest.mark.parametrize("written", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "other": 2}'])
def test_a_broken_file_is_no_serve(tmp_path: Path, written: str) -> None:
    with state.only_one(tmp_path):
        (tmp_path / "run" / "serve.json").write_text(written)
        assert state.read(tmp_path) is None


def test_the_brokers_address_is_the_settings_else_the_running_serves_else_none(tmp_path: Path) -> None:
    plain = Settings(broadcaster_home=tmp_path)
    assert state.broker_url(plain) is None
    with state.only_one(tmp_path):
        state.write(tmp_path, HERE)
        assert state.broker_url(plain) == HERE.broker
        given = Settings(broadcaster_home=tmp_path, broker_url="redis://elsewhere:6379/1")
        assert state.broker_url(given) == "redis://elsewhere:6379/1"
