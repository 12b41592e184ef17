"""Vendors that throttle, break, cut, forget and repeat: every message arrives in the end, and none twice."""

import time
from collections import Counter

from tests.whole.conftest import Told
from tests.whole.home import answer_of, until


def test_a_vendor_that_throttles_gets_everything_later_and_nothing_twice(town: Told) -> None:
    house, since = town.house, time.time()
    house.sandbox.faults(throttled=0.2, retry_after=1)
    report = house.tell('school:"Ash School"')
    assert house.sandbox.counts()["faults_dealt"]["throttled"]
    assert report["totals"] == {"delivered": len(town.once("Ash School"))}
    assert report["resends"] == 0
    assert house.sandbox.reached(since) == town.once("Ash School")


def test_broken_and_cut_answers_are_asked_about_and_nothing_goes_twice(town: Told) -> None:
    """500 and cut connections, before and after the vendor took the message: the answer does not tell which."""
    house, since = town.house, time.time()
    house.sandbox.faults(error=0.2, error_after=0.2, cut=0.2, cut_after=0.2)
    sending = house.begin('school:"Birch School"')
    kinds = {"error", "error_after", "cut", "cut_after"}
    until(lambda: kinds <= house.sandbox.counts()["faults_dealt"].keys(), "answers of each kind were broken")
    house.sandbox.faults()
    report = answer_of(sending)
    assert report["totals"] == {"delivered": len(town.once("Birch School"))}
    assert house.sandbox.reached(since) == town.once("Birch School")
    assert report["resends"] == sum(int(row["resends"]) for row in house.rows(report["id"])) > 0


def test_callbacks_that_are_lost_doubled_reordered_and_late_change_no_outcome(town: Told) -> None:
    """Texts of which nothing is heard are asked for; mail events come until they are taken."""
    house = town.house

    def callbacks(state: str) -> int:
        return sum(one[state] for one in house.sandbox.counts()["callbacks"].values())

    before, since = callbacks("failed"), time.time()
    house.sandbox.faults(
        callbacks_lost=0.5, callbacks_doubled=0.5, callbacks_reordered=1, callbacks_late=0.3, late_seconds=1
    )
    report = house.tell('school:"Cedar School"')
    assert house.sandbox.counts()["faults_dealt"]["callbacks_lost"]
    until(lambda: not callbacks("pending"), "no callback is left")
    assert callbacks("failed") == before
    assert house.report(report["id"])["totals"] == {"delivered": len(town.once("Cedar School"))}
    assert report["resends"] == 0
    assert house.sandbox.reached(since) == town.once("Cedar School")


def test_refused_keys_pause_the_broadcast_and_resume_sends_it(town: Told) -> None:
    house, since = town.house, time.time()
    house.sandbox.faults(refuse_keys=True)
    number = house.send('school:"Linden School"')
    paused = house.until_report(number, lambda report: report["status"] == "paused", "it is paused")
    assert "key" in paused["status_reason"].lower()
    assert paused["status_reason"] in house.run("report", str(number)).out.replace("\n", " ")
    report = house.until_report(number, lambda report: report["planned"], "it is planned though it is paused")
    assert report["totals"] == {"queued": len(town.once("Linden School"))}
    assert not house.sandbox.reached(since)

    house.sandbox.faults()
    assert house.ask("resume", str(number))["status"] == "sending"
    assert house.settle(number)["totals"] == {"delivered": len(town.once("Linden School"))}
    assert house.sandbox.reached(since) == town.once("Linden School")


def test_two_broadcasts_with_the_same_words_are_not_taken_for_each_other(town: Told) -> None:
    """No answer tells what became of a text, the vendor took only the second broadcast's, and its callbacks are late:
    each family still gets it from both, once.
    """
    house, since = town.house, time.time()
    order = ('school:"Maple School"', "--channels", "sms")
    house.sandbox.faults(error=1)
    first = house.send(*order)
    house.until_report(first, lambda report: "unknown" in report["totals"], "it is in doubt")
    house.sandbox.faults(error_after=1, callbacks_late=1, late_seconds=1)
    second = house.send(*order)
    until(lambda: house.sandbox.reached(since), "the second is taken")
    house.sandbox.faults()
    for number in (first, second):
        assert house.settle(number)["totals"] == {"delivered": len(town.once("Maple School", "sms"))}
    texts = house.sandbox.messages("sms", since)
    assert Counter(one["to"] for one in texts) == dict.fromkeys(town.once("Maple School", "sms"), 2)
    assert len({one["reference"] for one in texts}) == len(texts)
