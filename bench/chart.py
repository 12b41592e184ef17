"""The chart of a run: a bar for each way, on a scale of powers of ten, as SVG text that is readable on light and dark.

It brings its own ground: a page may be dark where the reader's system is light, and writing must not vanish.
"""

from html import escape
from math import ceil, log10

from bench.medians import Row

_LABEL, _BAR, _LINE, _TOP = 330, 420, 26, 64
_CLASSES = {"e": "ours", "d": "floor"}
_STYLE = """\
<style>
.ground { fill: #ffffff } .say { fill: #1c2430 } .scale { fill: #5b6470 } .grid { stroke: #dde1e6 }
.usual { fill: #8a8f98 } .floor { fill: #b9bec6 } .ours { fill: #0b5c8a }
@media (prefers-color-scheme: dark) {
.ground { fill: #0f141a } .say { fill: #e6eaf0 } .scale { fill: #a3adba } .grid { stroke: #2c3540 }
.usual { fill: #79818d } .floor { fill: #525c69 } .ours { fill: #4fa8dc }
}
</style>"""


def draw(rows: list[Row], title: str) -> str:
    """Messages a second of these rows, with their figures beside the bars."""
    decades = max(1, ceil(log10(max(row.rate.median for row in rows))))
    height = _TOP + _LINE * len(rows) + 30
    shape = f'viewBox="0 0 {_LABEL + _BAR + 90} {height}" role="img" font-family="sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {shape}>',
        f"<title>{escape(title)}</title>",
        _STYLE,
        '<rect width="100%" height="100%" rx="6" class="ground"/>',
        f'<text x="16" y="26" font-size="15" font-weight="bold" class="say">{escape(title)}</text>',
        *(_grid(power, decades, height) for power in range(decades + 1)),
        *(_bar(place, row, decades) for place, row in enumerate(rows)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(power: int, decades: int, height: int) -> str:
    x = _LABEL + _BAR * power / decades
    return (
        f'<line x1="{x:.0f}" y1="{_TOP - 12}" x2="{x:.0f}" y2="{height - 20}" class="grid"/>'
        f'<text x="{x:.0f}" y="{_TOP - 18}" text-anchor="middle" font-size="11" class="scale">{10**power:,}</text>'
    )


def _bar(place: int, row: Row, decades: int) -> str:
    y, width = _TOP + _LINE * place, _BAR * log10(max(row.rate.median, 1)) / decades
    return (
        f'<text x="{_LABEL - 10}" y="{y + 14}" text-anchor="end" class="say">{escape(row.way)}</text>'
        f'<rect x="{_LABEL}" y="{y}" width="{width:.1f}" height="18" class="{_CLASSES.get(row.way[0], "usual")}"/>'
        f'<text x="{_LABEL + width + 6:.1f}" y="{y + 14}" class="say">{row.rate.median:,.0f}</text>'
    )
