"""What a run measures, in which order, and how much of each: FULL to publish, QUICK to see that all works."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from bench import ways
from bench.measure import Case, Result, Stage
from bench.product import Home

SLOW = 0.08
TEXTS, MAILS = ("sms",), ("email",)


@dataclass(frozen=True, slots=True)
class Size:
    """Contacts per way: slow ways get fewer, their rates do not depend on it. 0 leaves the slow vendor out for them."""

    rounds: int
    slow_rounds: int
    product: int
    texts: int
    mails: int
    rows: int
    plain: int
    usual: int
    slow_plain: int
    slow_usual: int


FULL = Size(3, 2, 20_000, 10_000, 40_000, 20_000, 1_000, 1_000, 100, 500)
QUICK = Size(1, 1, 2_000, 2_000, 10_000, 2_000, 200, 200, slow_plain=0, slow_usual=0)

PLAIN = "a: a loop with both SDKs"
TASK = "b: a Celery task per message"
NOTIFY = "c: a save task and a deliver task"
HTTP = "d: bare aiohttp, 64 connections"
SDK = "d: Twilio SDK, async, 64 connections"
TUNED = "d: Twilio SDK on our HTTP client, 64 connections"
TUNED_TWICE = "d: the same in two processes"
PREPARED = "d: SendGrid SDK, prepared requests of 1000"
MADE = "d: SendGrid SDK and its helpers, requests of 1000"
ROWS_SQLITE, ROWS_POSTGRESQL = "d: insert, then update, SQLite", "d: insert, then update, PostgreSQL"
OURS_SQLITE, OURS_POSTGRESQL = "e: this product, SQLite", "e: this product, PostgreSQL"


def measurements(stage: Stage, homes: dict[str, Home], size: Size) -> Iterator[Result]:
    """Round by round, every way in each, so that a noisy minute meets all of them."""
    for number in range(size.rounds):
        slowly = number < size.slow_rounds
        yield from _loops(stage, size)
        if slowly and size.slow_plain:
            yield from _slow_loops(stage, size)
        yield from _ours(homes, size, (0.0, SLOW) if slowly else (0.0,))


def _loops(stage: Stage, size: Size) -> Iterator[Result]:
    texts, mails, rows = Case(size.texts, TEXTS), Case(size.mails, MAILS), Case(size.rows)
    steps: list[Callable[[], Result]] = [
        lambda: ways.loop(stage, PLAIN, "plain", Case(size.plain)),
        lambda: ways.usual(stage, TASK, "task", Case(size.usual)),
        lambda: ways.usual(stage, NOTIFY, "notify", Case(size.usual)),
        lambda: ways.loop(stage, HTTP, "bare_http", texts),
        lambda: ways.loop(stage, SDK, "sdk_texts", texts),
        lambda: ways.loop(stage, TUNED, "tuned_texts", texts),
        lambda: ways.loop(stage, TUNED_TWICE, "tuned_texts", texts, 2),
        lambda: ways.loop(stage, PREPARED, "prepared_mails", mails),
        lambda: ways.loop(stage, MADE, "made_mails", Case(size.texts, MAILS)),
        lambda: ways.rows(stage, ROWS_SQLITE, rows, str(stage.folder / "rows.sqlite3")),
        lambda: ways.rows(stage, ROWS_POSTGRESQL, rows, stage.postgres_url),
    ]
    return (step() for step in steps)


def _slow_loops(stage: Stage, size: Size) -> Iterator[Result]:
    steps: list[Callable[[], Result]] = [
        lambda: ways.loop(stage, PLAIN, "plain", Case(size.slow_plain, delay=SLOW)),
        lambda: ways.usual(stage, TASK, "task", Case(size.slow_usual, delay=SLOW)),
        lambda: ways.usual(stage, NOTIFY, "notify", Case(size.slow_usual, delay=SLOW)),
        lambda: ways.loop(stage, SDK, "sdk_texts", Case(size.texts // 2, TEXTS, SLOW)),
        lambda: ways.loop(stage, TUNED_TWICE, "tuned_texts", Case(size.texts, TEXTS, SLOW), 2),
        lambda: ways.loop(stage, PREPARED, "prepared_mails", Case(size.mails, MAILS, SLOW)),
    ]
    return (step() for step in steps)


def _ours(homes: dict[str, Home], size: Size, delays: tuple[float, ...]) -> Iterator[Result]:
    for way, home in homes.items():
        with home.serving() as pid:
            for delay, channels in product(delays, (TEXTS + MAILS, TEXTS, MAILS)):
                yield home.send(way, Case(size.product, channels, delay), pid)
