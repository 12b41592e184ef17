"""Charts as SVG, drawn here: no script, nothing loaded. They read the same in grey, and each has a title and a
description; the page has the numbers in a table beside it.

Colours come from the page by classes (`STYLE` has what is needed): `--accent`, `--ink`, `--quiet`, `--line`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from broadcaster.reports.phrases import number

#: what a page's stylesheet must have for the charts
STYLE = """
.chart { display: block; width: 100%; height: auto; font: 13px/1 system-ui, sans-serif; }
.chart text { fill: var(--ink, #1b2230); font-variant-numeric: tabular-nums; }
.chart .quiet { fill: var(--quiet, #525c6e); }
.chart .grid { stroke: var(--line, #d5d9e0); stroke-width: 1; }
.chart .all { stroke: var(--quiet, #525c6e); stroke-width: 1.5; stroke-dasharray: 6 4; fill: none; }
.chart .curve { stroke: var(--accent, #0b5c8a); stroke-width: 2.5; fill: none; stroke-linejoin: round; }
.chart .under { fill: var(--accent, #0b5c8a); fill-opacity: .12; stroke: none; }
.chart .mark { fill: var(--paper, #ffffff); stroke: var(--accent, #0b5c8a); stroke-width: 2.5; }
.chart .bar { fill: var(--accent, #0b5c8a); }
.chart .rest { fill: none; stroke: var(--quiet, #525c6e); stroke-width: 1; }
.chart .tick { stroke: var(--ink, #1b2230); stroke-width: 2; }
"""

_WIDTH, _HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 24, 34
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Words:
    """What a screen reader says of a chart. `name` is unique on the page."""

    name: str
    title: str
    description: str


def curve(points: Sequence[tuple[float, int]], total: int, words: Words, time: Callable[[float], str]) -> str:
    """Families reached over time as steps, `total` as a dashed line above. Empty without points.

    `points` rise, as Reach.curve has them; `time` says a number of seconds.
    """
    if not points:
        return ""
    last = points[-1][0] or 1.0
    highest = max(total, points[-1][1])

    def x(seconds: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * seconds / last

    def y(families: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * families / highest

    path = f"M{x(0):.1f} {y(0):.1f}"
    for (_, before), (at, families) in pairwise([(0.0, 0), *points]):
        path += f"L{x(at):.1f} {y(before):.1f}L{x(at):.1f} {y(families):.1f}"
    end = points[-1][1]
    parts = [
        *_levels(highest, y),
        *_times(last, x, time),
        f'<path class="under" d="{path}L{x(last):.1f} {y(0):.1f}Z"/>',
        f'<line class="all" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(total):.1f}" y2="{y(total):.1f}"/>',
        _text(_LEFT + 6, y(total) - 7, f"all {number(total)} families", "quiet"),
        f'<path class="curve" d="{path}"/>',
        f'<circle class="mark" cx="{x(last):.1f}" cy="{y(end):.1f}" r="4.5"/>',
        _text(x(last) - 8, y(end) + 20, f"{number(end)} reached", anchor="end"),
    ]
    return _svg(words, _HEIGHT, parts)


def _levels(highest: int, y: Callable[[float], float]) -> list[str]:
    """Lines across at round numbers."""
    step = _round_step(highest / _STEPS)
    levels = [level for level in range(0, highest + 1, step) if level == 0 or highest - level > step / 3]
    return [
        part
        for level in levels
        for part in (
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(level):.1f}" y2="{y(level):.1f}"/>',
            _text(_LEFT - 8, y(level) + 4, number(level), "quiet", anchor="end"),
        )
    ]


def _times(last: float, x: Callable[[float], float], time: Callable[[float], str]) -> list[str]:
    instants = [last * place / _STEPS for place in range(_STEPS + 1)]
    anchors = ["start", *["middle"] * (_STEPS - 1), "end"]
    return [
        _text(x(at), _HEIGHT - 10, time(at) if at else "approval", "quiet", anchor=anchor)
        for at, anchor in zip(instants, anchors, strict=True)
    ]


def _round_step(raw: float) -> int:
    """1, 2, 5, 10, 20, 50 ...: the least that is not below."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= raw:
                return factor * power
        power *= 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of bars: what it is called, how much of the whole it fills (0 to 1), what is said behind it, and a mark to
    compare with (0 to 1), if there is one.
    """

    name: str
    share: float
    said: str
    mark: float | None = None


_ROW, _BAR, _NAME, _SAID, _LETTERS = 28, 14, 220, 140, 30


def bars(rows: Sequence[Bar], words: Words) -> str:
    """A bar each, from nothing to all: filled as far as reached, open for the rest, so that it reads in grey. Empty
    without rows.
    """
    if not rows:
        return ""
    room = _WIDTH - _NAME - _SAID
    parts = []
    for place, row in enumerate(rows):
        top = place * _ROW + (_ROW - _BAR) / 2
        text = top + _BAR - 3
        parts += [
            _text(_NAME - 12, text, _short(row.name), anchor="end"),
            f'<rect class="rest" x="{_NAME}" y="{top:.1f}" width="{room}" height="{_BAR}" rx="2"/>',
            f'<rect class="bar" x="{_NAME}" y="{top:.1f}" width="{room * row.share:.1f}" height="{_BAR}" rx="2"/>',
        ]
        if row.mark is not None:
            at = _NAME + room * row.mark
            parts.append(
                f'<line class="tick" x1="{at:.1f}" x2="{at:.1f}" y1="{top - 4:.1f}" y2="{top + _BAR + 4:.1f}"/>'
            )
        parts.append(_text(_NAME + room + 12, text, row.said))
    return _svg(words, len(rows) * _ROW, parts)


@dataclass(frozen=True, slots=True)
class Dot:
    """One broadcast in a row of them: what is said below it where there is room, and its share from 0 to 1."""

    said: str
    share: float
    final: bool = True


def dots(found: Sequence[Dot], words: Words) -> str:
    """Shares in the order of time. The scale begins at a round tenth below the least. Empty without any."""
    if not found:
        return ""
    lowest = min(8, max(0, int(10 * min(dot.share for dot in found)) - 1)) / 10

    def x(place: int) -> float:
        return _LEFT + 12 + (_WIDTH - _LEFT - _RIGHT - 24) * (place / (len(found) - 1) if len(found) > 1 else 0.5)

    def y(share: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (share - lowest) / (1 - lowest)

    parts = []
    for place in range(_STEPS + 1):
        level = lowest + (1 - lowest) * place / _STEPS
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(level):.1f}" y2="{y(level):.1f}"/>'
        )
        parts.append(_text(_LEFT - 8, y(level) + 4, f"{100 * level:g} %", "quiet", anchor="end"))
    path = "L".join(f"{x(place):.1f} {y(dot.share):.1f}" for place, dot in enumerate(found))
    parts.append(f'<path class="curve" d="M{path}"/>')
    for place, dot in enumerate(found):
        parts.append(
            f'<circle class="mark" cx="{x(place):.1f}" cy="{y(dot.share):.1f}" r="{4.5 if dot.final else 3}"/>'
        )
    for place in sorted({0, len(found) // 2, len(found) - 1}):
        anchor = "start" if place == 0 and len(found) > 1 else "end" if place == len(found) - 1 > 0 else "middle"
        parts.append(_text(x(place), _HEIGHT - 10, found[place].said, "quiet", anchor=anchor))
    return _svg(words, _HEIGHT, parts)


def _svg(words: Words, height: float, parts: Sequence[str]) -> str:
    title, described = f"{words.name}-title", f"{words.name}-said"
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="{title} {described}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{title}">{escape(words.title)}</title>'
        f'<desc id="{described}">{escape(words.description)}</desc>{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(said)}</text>'


def _short(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1].rstrip()}…"
