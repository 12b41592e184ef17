"""The sandbox as a process of its own."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from broadcaster.sandbox.app import run
from broadcaster.sandbox.options import Options
from tests.sandbox.stage import ACCOUNT, API_KEY, SENDER, TOKEN, until

_RUN = """
import sys
from pathlib import Path
from broadcaster.sandbox.app import run
from broadcaster.sandbox.options import Options
run(Options("{account}", "{token}", "{key}", port={port}, journal=Path("{journal}")))
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_two_seconds_with_its_journal_on_paper(tmp_path: Path, end: signal.Signals) -> None:
    port, journal = free_port(), tmp_path / "sandbox.jsonl"
    code = _RUN.format(account=ACCOUNT, token=TOKEN, key=API_KEY, port=port, journal=journal)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == f"sandbox: listening on http://127.0.0.1:{port}\n"
        url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        form = {"To": "+16125550101", "From": SENDER, "Body": "Remember me"}
        until(lambda: requests.post(url, data=form, auth=(ACCOUNT, TOKEN), timeout=5).status_code == 201)
        began = time.monotonic()
        process.send_signal(end)
        out, err = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert time.monotonic() - began < 2
    assert (process.returncode, out, err) == (0, "", "")
    assert "Remember me" in journal.read_text()


def test_a_port_in_use_is_an_error_that_names_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=str(port)):
            run(Options(ACCOUNT, TOKEN, API_KEY, port=port))
