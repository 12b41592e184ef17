"""Medians become verdicts that say by how much, and a page that can be written again from what was kept."""

from pathlib import Path

import pytest

from bench import chart, page, plan
from bench.findings import Findings, kept
from bench.measure import Result
from bench.paced import Paced
from bench.targets import Target, targets
from tests.bench.results import result


@pytest.fixture
def found() -> Findings:
    """A run in which this product is 40 times as fast as (b)."""
    run = Findings("make bench", "23 November 2026", "a machine", rounds=1, slow_rounds=1, seconds=60)
    for way, seconds in ((plan.NOTIFY, 60.0), (plan.TASK, 40.0), (plan.PLAIN, 20.0), (plan.OURS_SQLITE, 1.0)):
        run.add("ways", result(seconds, way))
    return run


def verdicts(found: Findings) -> dict[str, Target]:
    return {target.say: target for target in targets(found)[plan.OURS_SQLITE]}


def test_a_target_is_a_ratio_of_medians(found: Findings) -> None:
    judged = verdicts(found)
    assert (judged["messages/s, times (b)"].got, judged["messages/s, times (b)"].verdict) == (40, "met")
    assert judged["messages/s, times (b), the stretch"].verdict == "not reached, by a factor of 3.75"
    assert judged["messages/s, times (c)"].verdict == "met"


def test_what_a_run_left_out_is_not_judged(found: Findings) -> None:
    assert not any("paced" in say or "80 ms" in say for say in verdicts(found))
    assert plan.OURS_POSTGRESQL not in targets(found)


def test_texts_at_80_ms_are_judged_by_connections_and_latency(found: Findings) -> None:
    found.add("ways", result(10.0, plan.OURS_SQLITE, contacts=8_000, channels=plan.TEXTS, delay=plan.SLOW))
    (slow,) = [target for say, target in verdicts(found).items() if "80 ms" in say]
    assert slow.got == pytest.approx(0.5)
    assert "1,600/s" in slow.say


def test_many_deliveries_are_compared_with_few(found: Findings) -> None:
    for contacts, cpu, memory in ((5_000, 10.0, 100), (5_000, 12.0, 100), (500_000, 1_210.0, 150)):
        found.add("size", result(1.0, plan.OURS_SQLITE, contacts=contacts, cpu=cpu, memory=memory))
    judged = [target for say, target in verdicts(found).items() if "most deliveries" in say]
    assert [(target.got, target.met) for target in judged] == [(pytest.approx(1.1), True), (1.5, False)]


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        (Target("", 30, 30), "met"),
        (Target("", 30, 15), "**missed**, by a factor of 2.00"),
        (Target("", 0.5, 0.5, most=True), "met"),
        (Target("", 0.5, 0.75, most=True), "**missed**, by a factor of 1.50"),
    ],
)
def test_a_verdict_says_by_how_much(target: Target, verdict: str) -> None:
    assert target.verdict == verdict


def paced_run(**changes: int) -> Paced:
    one = result(60.0, plan.OURS_SQLITE, contacts=6_000, channels=plan.TEXTS, **changes)
    return Paced(one, 3_000, overall=97.0, fastest=1_002, families_in=30.3)


def test_a_paced_run_is_judged_in_each_of_its_three_ways(found: Findings) -> None:
    found.add("paced", paced_run())
    judged = [target for say, target in verdicts(found).items() if "paced" in say]
    assert [target.met for target in judged] == [False, False, True]


def test_the_page_written_again_from_what_was_kept_is_the_same(found: Findings, tmp_path: Path) -> None:
    found.add("paced", paced_run())
    found.add("size", result(1.0, plan.OURS_SQLITE))
    found.keep(tmp_path / "results.json")
    assert page.write(kept(tmp_path / "results.json")) == page.write(found)


def test_a_note_written_by_hand_stays(found: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "NOTES", tmp_path / "notes.md")
    page.NOTES.write_text("<!-- a remark -->\n")
    assert "Where the time goes" not in page.write(found)
    page.NOTES.write_text("<!-- a remark -->\nMost of it in the SDK.\n")
    assert "## Where the time goes\n\nMost of it in the SDK.\n" in page.write(found)


def test_a_message_too_many_or_too_few_is_a_fault_wherever_it_was_measured(found: Findings) -> None:
    assert found.faultless
    found.add("paced", paced_run(lost=1))
    assert not found.faultless


def test_a_chart_has_every_way_and_its_figure(found: Findings) -> None:
    def drawn(*results: Result) -> str:
        found.parts["ways"] = list(results)
        return chart.draw(found.ways.rows, "Messages & seconds")

    picture = drawn(result(1.0))
    assert "a: a loop" in picture
    assert ">1,000</text>" in picture
    assert "<title>Messages &amp; seconds</title>" in picture


def test_a_chart_brings_its_own_ground_for_light_and_for_dark(found: Findings) -> None:
    picture = chart.draw(found.ways.rows, "")
    assert picture.count(".ground {") == 2
    assert "prefers-color-scheme: dark" in picture
