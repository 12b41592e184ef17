"""Pause, resume and cancel while a slow vendor has some of the messages; measured at the vendor."""

import time

from tests.whole.conftest import Told
from tests.whole.home import until

#: a pause stops new messages within so many seconds
STOPS_IN = 2.0


def on_its_way(town: Told, since: float) -> int:
    """A broadcast to many families of which a slow vendor has a few."""
    town.house.sandbox.faults(latency=4)  # far longer than a command takes on a busy machine
    number = town.house.send('school:"Oak School"', "--channels", "sms")
    until(lambda: town.house.sandbox.reached(since), "the broadcast is on its way")
    return number


def newest(town: Told, since: float) -> float:
    """When the vendor took its newest message."""
    return max(float(one["created_at"]) for one in town.house.sandbox.messages(since=since))


def test_a_pause_stops_new_messages_and_resume_goes_on_to_the_end(town: Told) -> None:
    house, since = town.house, time.time()
    number = on_its_way(town, since)
    assert house.ask("pause", str(number)) == {"id": number, "status": "paused"}
    paused_at = time.time()
    # the slow vendor answers what it has
    report = house.until_report(
        number, lambda report: report["totals"].keys() <= {"queued", "delivered"}, "nothing is under way"
    )
    assert report["status"] == "paused"
    assert report["totals"]["queued"]
    until(lambda: time.time() > paused_at + STOPS_IN + 1, "a message that was still to come would have come")
    assert newest(town, since) < paused_at + STOPS_IN
    assert report["totals"]["delivered"] == len(house.sandbox.reached(since))

    house.sandbox.faults()
    house.ask("resume", str(number))
    assert house.settle(number)["totals"] == {"delivered": len(town.once("Oak School", "sms"))}
    assert house.sandbox.reached(since) == town.once("Oak School", "sms")


def test_a_cancelled_broadcast_sends_no_more_and_counts_what_has_gone(town: Told) -> None:
    house, since = town.house, time.time()
    number = on_its_way(town, since)
    assert house.ask("cancel", str(number)) == {"id": number, "status": "cancelled"}
    cancelled_at = time.time()
    report = house.settle(number)
    assert report["status"] == "cancelled"
    assert report["totals"].keys() == {"delivered", "cancelled"}
    assert report["totals"]["delivered"] == len(house.sandbox.reached(since))
    assert sum(report["totals"].values()) == len(town.once("Oak School", "sms"))
    assert newest(town, since) < cancelled_at + STOPS_IN
    refused = house.run("resume", str(number))
    assert refused.code == 2
    assert "cancelled" in refused.err
