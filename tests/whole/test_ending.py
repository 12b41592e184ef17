"""`serve` ends, by whatever signal, without leaving a process; started again on the same home it goes on."""

import signal
import time
from pathlib import Path

import pytest

from tests.whole.conftest import settle_in
from tests.whole.home import until
from tests.whole.house import House


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGKILL, -9)], ids=["term", "ctrl-c", "kill"]
)
def test_a_half_sent_broadcast_goes_on_when_serve_is_started_again(
    tmp_path: Path, how: signal.Signals, code: int
) -> None:
    with House(tmp_path, rate=40) as house:
        told, since = settle_in(house, {"Oak School": 60}), time.time()
        number = house.send("district", "--channels", "sms")
        until(lambda: house.sandbox.reached(since), "the broadcast is on its way")
        assert house.end(how) == code
        assert house.report(number)["status"] == "sending", "it is half sent"
        house.serve()
        report = house.settle(number)
        assert report["status"] == "completed"
        assert report["totals"] == {"delivered": len(told.once("", "sms"))}
        assert house.sandbox.reached(since) == told.once("", "sms")
