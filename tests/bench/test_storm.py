"""Storms are sent as vendors send them, and judged by what the ledger says afterwards."""

from pathlib import Path

from bench.storm import callbacks, ledger, page
from bench.storm.measured import Beside, Flooded, Storm
from bench.storm.storms import OURS, TEXTS, VIEW


def storm(way: str, seconds: float, **changes: int) -> Storm:
    """10,000 callbacks, at a core's time of as many seconds."""
    figures = {"cpu": seconds, "lost": 0, **changes}
    return Storm(way, "SQLite", TEXTS, 10_000, Flooded(seconds, 10_000, 0, 0.01, 0.1), **figures)


def test_requests_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    made = [*callbacks.texts(ledger.TEXTS[:3]), *callbacks.mails(ledger.MAILS[:2], 3)]
    callbacks.write(tmp_path / "requests", made)
    assert list(callbacks.read(tmp_path / "requests")) == made
    assert len(made) == 3 * 2 + 2


def test_each_text_is_told_of_twice_and_one_of_many_does_not_arrive() -> None:
    told = b"".join(callbacks.texts(range(1, 101)))
    assert [told.count(f"MessageStatus={word}".encode()) for word in ("sent", "delivered", "undelivered")] == [
        100,
        98,
        2,
    ]


def test_targets_are_judged_by_a_cores_time_and_by_the_view_beside() -> None:
    found = [storm(OURS, 1.0), storm(VIEW, 16.0)]
    written = page.write("python -m bench.storm", "today", "a machine", 0.1, found, [])
    assert "| Twilio callbacks a second of one core | at least 5,000 | SQLite | 10,000 | met |" in written
    assert "| Twilio callbacks a second, times the view | at least 15 | SQLite | 16 | met |" in written
    slower = page.write("python -m bench.storm", "today", "a machine", 0.1, [storm(OURS, 4.0)], [])
    assert "**missed**, by a factor of 2.00" in slower


def test_the_page_says_when_others_were_at_work_on_the_machine() -> None:
    assert "others were at work" in page.write("", "", "", 3.0, [], [])
    assert "others were at work" not in page.write("", "", "", 0.3, [], [])


def test_a_broadcast_stands_alone_and_beside_callbacks() -> None:
    went = Flooded(8.0, 4_000, 0, 0.004, 0.03)
    alone, beside = Beside("SQLite", 0, 40_000, 8.0, None, None, 0), Beside("SQLite", 500, 40_000, 10.0, went, went, 0)
    written = page.write("", "", "", 0.1, [], [alone, beside])
    assert "| SQLite | 40,000 | none | 5,000 | – | – | – | – | 0 | 0 |" in written
    assert "| SQLite | 40,000 | 500/s | 4,000 | 4 ms | 30 ms | 4 ms | 30 ms | 0 | 0 |" in written
