"""The page of a storm, written by the run itself."""

from collections.abc import Iterator, Sequence

from bench.storm.beside import PAGES, RATE
from bench.storm.ledger import SIZE
from bench.storm.measured import Beside, Storm, refused
from bench.storm.storms import ARRAY, MAIL_LINES, MAILS, OURS, TEXT_LINES, TEXTS, VIEW

#: asked for: so many a second of one core's time, and so many times the view
WANTED = {TEXTS: 5_000, MAILS: 20_000}
TIMES = 15

_HEAD = """\
# The storm of callbacks

Written by `{command}` on {when}; no figure is typed by hand.

**Machine:** {machine}. When it began, its load was {load:.1f}{busy}.

Every message brings two callbacks or more, all at once after a district-wide alert. They are checked, kept, applied
and only then answered: what has its 2xx is never lost (`tests/web/test_process.py` kills the process right after it).

## Targets
"""

_STORMS = """
## Texts and mail, with {size:,} deliveries in the ledger

| way | database | what | a second | a second of one core | half answered after | 99 % after | refused | lost |
|---|---|---|--:|--:|--:|--:|--:|--:|
"""

_BESIDE = """
## At {rate} a second, while a broadcast goes out and the console is used

| database | messages | callbacks | messages/s | half after | 99 % after | pages: half | 99 % after | refused | lost |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""

_HOW = """
## How

- Callbacks are signed before the clock runs, and sent by a process that does nothing else (`bench/storm/flood.py`), on
  the same cores as everything else: texts over {text_lines} connections, `sent` and an end for each in no order; mail
  over {mail_lines}, in arrays of {array} events, `processed` and `delivered` for each.
- *a second*: from the first byte to the last answer. *a second of one core*: callbacks by the processor seconds that
  the web process and its database took. Where others use the machine too, the first says little and the second more.
- *{view}*: what one would write first, with `startproject`'s middleware, the SDKs' validators and a conditional UPDATE
  by primary key, on granian with 2 threads (SQLite) or 4 (PostgreSQL). It keeps nothing but the outcome.
- SQLite and PostgreSQL with all their safety on (`synchronous=FULL`, `fsync`): for the view that is a wait for the disk
  at each callback, for ours one for each group.
- *lost*: deliveries that do not stand in the ledger as the vendor said, asked afterwards.
- While a broadcast goes out: the callbacks are of texts of an earlier one, and a viewer opens {pages} pages a second
  (home, and a broadcast's). The row above has the same broadcast alone. This PostgreSQL is without `fsync`, as in
  `make bench`.

## Where the time goes

A profile of the web process at 500 a second (`py-spy record --gil`, SQLite): of the samples in which callbacks were
answered three in ten read the request out of the server, and four in ten parsed the form and checked its signature;
the thread that writes the groups had one in twenty-five of all. So a callback costs what an HTTP request and an HMAC
cost in Python. Fifteen times the view would be some 12,000 a second of a core, where a prototype that did these two
things and nothing else came to 7,550; the target was set against a view that made 310.
"""


def write(command: str, when: str, machine: str, load: float, found: Sequence[Storm], beside: Sequence[Beside]) -> str:
    """The page."""
    busy = "" if load < 2 else ": others were at work on it, so it is slower here than it is"
    parts = [
        _HEAD.format(command=command, when=when, machine=machine, load=load, busy=busy),
        "| target | wanted | database | measured | |\n|---|--:|---|--:|---|\n",
        *_verdicts(found),
        _STORMS.format(size=SIZE),
        *(_storm(one) for one in found),
        *([_BESIDE.format(rate=RATE)] if beside else []),
        *(_beside(one) for one in beside),
        _HOW.format(text_lines=TEXT_LINES, mail_lines=MAIL_LINES, array=ARRAY, view=VIEW, pages=PAGES),
    ]
    return "".join(parts)


def _verdicts(found: Sequence[Storm]) -> Iterator[str]:
    by = {(one.way, one.database, one.what): one for one in found}
    for one in found:
        if one.way == OURS:
            wanted = WANTED[one.what]
            yield _line(f"{one.what} a second of one core", wanted, one.database, one.per_core)
    for one in found:
        view = by.get((VIEW, one.database, one.what))
        if one.way == OURS and view:
            yield _line(f"{one.what} a second, times the view", TIMES, one.database, one.rate / view.rate)


def _line(say: str, wanted: float, database: str, got: float) -> str:
    verdict = "met" if got >= wanted else f"**missed**, by a factor of {wanted / got:.2f}"
    return f"| {say} | at least {wanted:,} | {database} | {got:,.0f} | {verdict} |\n"


def _storm(one: Storm) -> str:
    went = one.flooded
    return (
        f"| {one.way} | {one.database} | {one.told:,} {one.what} | {one.rate:,.0f} | {one.per_core:,.0f} "
        f"| {_ms(went.half)} | {_ms(went.most)} | {went.refused} | {one.lost} |\n"
    )


def _beside(one: Beside) -> str:
    told, seen = one.callbacks, one.pages
    waits = [_ms(each) for went in (told, seen) if went for each in (went.half, went.most)] or ["–"] * 4
    return (
        f"| {one.database} | {one.messages:,} | {f'{one.rate}/s' if one.rate else 'none'} "
        f"| {one.messages / one.seconds:,.0f} | {' | '.join(waits)} | {refused(one)} | {one.lost} |\n"
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
