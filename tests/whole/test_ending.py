"""`serve` ends, however it is ended, without leaving a process; started again on the same home it goes on."""

import signal
import time
from pathlib import Path

from tests.whole.conftest import settle_in
from tests.whole.home import until
from tests.whole.house import House

#: segments a second: slow enough to be ended on the way
RATE = 50


def test_a_house_that_has_not_served_yet_is_asked_like_any_home(tmp_path: Path) -> None:
    assert House(tmp_path).ask("list") == {"broadcasts": []}


def test_a_half_sent_broadcast_goes_on_when_serve_is_started_again(tmp_path: Path, new_ledger: Path) -> None:
    """Ctrl-C, then SIGTERM: no process is left of either, and in the end everybody got it once."""
    with House(tmp_path, rate=RATE).begin_with(new_ledger) as house:
        told, since = settle_in(house, {"Oak School": 80}), time.time()
        number = house.send("district", "--channels", "sms")
        until(lambda: house.sandbox.reached(since), "the broadcast is on its way")
        assert house.end(signal.SIGINT) == 130
        assert house.report(number)["status"] == "sending", "half of it is still to go"

        house.serve()
        report = house.settle(number)
        assert report["status"] == "completed"
        assert report["totals"] == {"delivered": len(told.once("", "sms"))}
        assert house.sandbox.reached(since) == told.once("", "sms")
        assert house.end(signal.SIGTERM) == 0
