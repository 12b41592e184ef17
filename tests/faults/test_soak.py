"""A soak adds up what came of its seeds, and houses that run side by side do not meet."""

import datetime
import re
from urllib.parse import urlsplit

from tests.faults import acts, soak, soak_page
from tests.faults.promises import Verdict
from tests.faults.soak_page import Outcome, Soak, Totals


def outcome(seed: int, *wrong: str, broken: bool = False, **counts: int) -> Outcome:
    """A seed of 400 deliveries, good unless said otherwise."""
    fields = {"deliveries": 400, "unknown": 0, "resent": 0, "twice": 0, "lost": 0} | counts
    verdict = Verdict(**fields, broken=("a promise",) if broken else ())
    return Outcome(seed, wrong, len(wrong), 20.0 + seed, 5.0, verdict, broken, ())


def soaked(*outcomes: Outcome) -> Soak:
    return Soak(outcomes, 600.0, "python -m tests.faults.soak", "sqlite")


def cells(page: str, first: str) -> list[str]:
    """The first row of the page's tables that begins so."""
    return next(re.split(r" *\| *", line.strip("| ")) for line in page.splitlines() if line.startswith(f"| {first} |"))


def test_totals_are_sums_and_the_longest_seed() -> None:
    sums = Totals.of([outcome(1, "flush", unknown=2), outcome(2, "flush", "pause", resent=3, twice=1, broken=True)])
    assert sums == Totals(2, 3, deliveries=800, unknown=2, resent=3, twice=1, lost=0, broken=1, longest=22.0)


def test_a_seed_that_broke_off_is_broken_and_counts_no_deliveries() -> None:
    told = Outcome(3, (), 0, 90.0, 0.0, None, broken=True, story=())
    assert (Totals.of([told]).deliveries, Totals.of([told]).broken) == (0, 1)


def test_the_summary_names_what_was_broken() -> None:
    said = soaked(outcome(1), outcome(2, twice=1, broken=True)).summary
    assert said.startswith("1 of 2 seeds kept every promise, not [2]: 800 deliveries")
    assert "1 twice, 0 lost; 600 s" in said


def test_the_page_has_a_row_for_ten_seeds_and_one_for_all() -> None:
    page = soak_page.write(soaked(*(outcome(seed) for seed in range(1, 26))), datetime.date(2026, 11, 23))
    assert [cells(page, group)[2] for group in ("1–10", "11–20", "21–25", "**all**")] == [
        *("4,000", "4,000", "2,000", "10,000")
    ]
    assert cells(page, "25")[2] == "400"
    assert "23 November 2026" in page


def test_the_page_says_how_often_each_thing_went_wrong_and_in_how_many_seeds() -> None:
    page = soak_page.write(soaked(outcome(1, "flush", "flush", "kill web"), outcome(2, "flush")))
    assert cells(page, "the broker emptied")[1:] == ["3", "2"]
    assert cells(page, "the web process killed")[1:] == ["1", "1"]


def test_everything_that_can_go_wrong_has_a_name_on_the_page() -> None:
    plans = [acts.plan(seed, database_restarts=True) for seed in range(1, 201)]
    assert {kind for plan in plans for kind in soak_page.kinds(plan)} == set(soak_page.NAMES)


def test_houses_of_neighbouring_seeds_listen_on_ports_of_their_own() -> None:
    houses = [soak.addresses(seed) for seed in range(1, 41)]
    assert all(house["PUBLIC_BASE_URL"] == f"http://{house['BROADCASTER_BIND']}" for house in houses)
    binds = [house[name] for house in houses for name in ("BROADCASTER_BIND", "BROADCASTER_SANDBOX_BIND")]
    assert len(set(binds)) == len(binds)
    assert all(urlsplit(f"//{bind}").hostname == "127.0.0.1" for bind in binds)
