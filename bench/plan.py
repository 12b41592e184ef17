"""What a run measures, in which order, and how much of each: FULL to publish, QUICK to see that all works."""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from bench import paced, ways
from bench.contacts import District, Families
from bench.measure import Case, Result, Stage
from bench.paced import Paced
from bench.product import OURS_POSTGRESQL, OURS_SQLITE, Home, homes

SLOW = 0.08
TEXTS, MAILS = ("sms",), ("email",)
BOTH = TEXTS + MAILS
#: what `--only` can name: the letters of the ways, and two parts that are about this product alone
PARTS = ("a", "b", "c", "d", "e", "size", "paced")


@dataclass(frozen=True, slots=True)
class Size:
    """Contacts per measurement. `same` are written to by all of (a), (b), (c) and (e); `texts` and `mails` by the
    floors (d) and by (e) on one channel alone; `everybody` by (e).

    With the slow vendor: `slow_plain` by (a), `slow_usual` by (b) and (c), the others by (d) and (e); 0 leaves it out.
    """

    rounds: int
    same: int
    texts: int
    mails: int
    everybody: int
    #: contacts with two rows each, for the ledger's floor
    rows: int
    slow_rounds: int
    slow_plain: int
    slow_usual: int
    slow_texts: int
    slow_mails: int
    #: contacts with two deliveries each: few, in so many broadcasts, and many; and on which databases
    few: int
    few_times: int
    many: int
    many_on: tuple[str, ...]
    #: families of the paced run, with two phones on average
    families: int
    paced_on: tuple[str, ...]


OURS = (OURS_SQLITE, OURS_POSTGRESQL)
FULL = Size(
    rounds=3,
    same=1_000,
    texts=20_000,
    mails=100_000,
    everybody=100_000,
    rows=20_000,
    slow_rounds=2,
    slow_plain=50,
    slow_usual=500,
    slow_texts=10_000,
    slow_mails=40_000,
    few=5_000,
    few_times=10,
    many=500_000,
    many_on=(OURS_SQLITE,),
    families=3_000,
    paced_on=OURS,
)
QUICK = Size(
    rounds=1,
    same=100,
    texts=1_000,
    mails=5_000,
    everybody=5_000,
    rows=1_000,
    slow_rounds=1,
    slow_plain=0,
    slow_usual=0,
    slow_texts=1_000,
    slow_mails=0,
    few=500,
    few_times=2,
    many=2_500,
    many_on=(OURS_SQLITE,),
    families=520,
    paced_on=(OURS_SQLITE,),
)

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

Step = Callable[[], Result]


def measurements(stage: Stage, size: Size, only: Collection[str]) -> Iterator[tuple[str, Result | Paced]]:
    """Each measurement, and the part of the findings it belongs to."""
    yield from (("ways", result) for result in _ways(stage, size, only))
    if "size" in only:
        yield from (("size", result) for result in _sizes(stage, size))
    if "paced" in only:
        yield from (("paced", found) for found in _paced(stage, size))


def _ways(stage: Stage, size: Size, only: Collection[str]) -> Iterator[Result]:
    """Round by round, every way in each, so that a noisy minute meets all of them."""
    asked = {size.same, size.everybody, size.texts, size.mails, size.slow_texts, size.slow_mails}
    roster = District(tuple(sorted(asked - {0})))
    with ExitStack() as stack:
        ours = stack.enter_context(homes(stage, "ways", roster, OURS)) if "e" in only else {}
        for number in range(size.rounds):
            slowly = number < size.slow_rounds
            for letter, step in [*_loops(stage, size), *(_slow_loops(stage, size) if slowly else ())]:
                if letter in only:
                    yield step()
            for way, home in ours.items():
                yield from _ours(home, way, size, slowly=slowly)


def _loops(stage: Stage, size: Size) -> list[tuple[str, Step]]:
    texts, mails, rows = Case(size.texts, TEXTS), Case(size.mails, MAILS), Case(size.rows)
    return [
        ("a", partial(ways.loop, stage, PLAIN, "plain", Case(size.same))),
        ("b", partial(ways.usual, stage, TASK, "task", Case(size.same))),
        ("c", partial(ways.usual, stage, NOTIFY, "notify", Case(size.same))),
        ("d", partial(ways.loop, stage, HTTP, "bare_http", texts)),
        ("d", partial(ways.loop, stage, SDK, "sdk_texts", texts)),
        ("d", partial(ways.loop, stage, TUNED, "tuned_texts", texts)),
        ("d", partial(ways.loop, stage, TUNED_TWICE, "tuned_texts", texts, 2)),
        ("d", partial(ways.loop, stage, PREPARED, "prepared_mails", mails)),
        ("d", partial(ways.loop, stage, MADE, "made_mails", mails)),
        ("d", partial(ways.rows, stage, ROWS_SQLITE, rows, str(stage.folder / "rows.sqlite3"))),
        ("d", partial(ways.rows, stage, ROWS_POSTGRESQL, rows, stage.postgres_url)),
    ]


def _slow_loops(stage: Stage, size: Size) -> list[tuple[str, Step]]:
    texts, mails = Case(size.slow_texts, TEXTS, SLOW), Case(size.slow_mails, MAILS, SLOW)
    usual, plain = Case(size.slow_usual, delay=SLOW), Case(size.slow_plain, delay=SLOW)
    steps: list[tuple[str, Case, Step]] = [
        ("a", plain, partial(ways.loop, stage, PLAIN, "plain", plain)),
        ("b", usual, partial(ways.usual, stage, TASK, "task", usual)),
        ("c", usual, partial(ways.usual, stage, NOTIFY, "notify", usual)),
        ("d", texts, partial(ways.loop, stage, HTTP, "bare_http", texts)),
        ("d", texts, partial(ways.loop, stage, SDK, "sdk_texts", texts)),
        ("d", texts, partial(ways.loop, stage, TUNED_TWICE, "tuned_texts", texts, 2)),
        ("d", mails, partial(ways.loop, stage, PREPARED, "prepared_mails", mails)),
    ]
    return [(letter, step) for letter, case, step in steps if case.contacts]


def _ours(home: Home, way: str, size: Size, *, slowly: bool) -> Iterator[Result]:
    cases = [Case(size.same), Case(size.everybody), Case(size.texts, TEXTS), Case(size.mails, MAILS)]
    if slowly:
        cases += [
            Case(size.slow_texts, delay=SLOW),
            Case(size.slow_texts, TEXTS, SLOW),
            Case(size.slow_mails, MAILS, SLOW),
        ]
    with home.serving() as pid:
        for case in cases:
            if case.contacts:
                yield home.send(way, case, pid)


def _sizes(stage: Stage, size: Size) -> Iterator[Result]:
    """Few deliveries, several times, then many; the processes are new for each, so that neither inherits memory."""
    with homes(stage, "size", District((size.few, size.many)), size.many_on) as ours:
        for way, home in ours.items():
            for contacts, times in ((size.few, size.few_times), (size.many, 1)):
                with home.serving() as pid:
                    for _ in range(times):
                        yield home.send(way, Case(contacts), pid)


def _paced(stage: Stage, size: Size) -> Iterator[Paced]:
    families = Families(size.families)
    with homes(stage, "paced", families, size.paced_on, paced.RATE) as ours:
        for way, home in ours.items():
            yield paced.measure(home, way, families)
