"""The chart of a run: a bar for each way, on a scale of powers of ten, as SVG text."""

from html import escape
from math import ceil, log10

from bench.medians import Row

_LABEL, _BAR, _LINE, _TOP = 330, 420, 26, 64
_COLOURS = {"a": "#8a8f98", "b": "#8a8f98", "c": "#8a8f98", "d": "#b9bec6", "e": "#0b5c8a"}


def draw(rows: list[Row], title: str) -> str:
    """Messages a second of these rows, with their figures beside the bars."""
    decades = max(1, ceil(log10(max(row.rate for row in rows))))
    height = _TOP + _LINE * len(rows) + 30
    shape = f'viewBox="0 0 {_LABEL + _BAR + 90} {height}" role="img" font-family="sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {shape}>',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="16" y="26" font-size="15" font-weight="bold" fill="#1c2430">{escape(title)}</text>',
        *(_grid(power, decades, height) for power in range(decades + 1)),
        *(_bar(place, row, decades) for place, row in enumerate(rows)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(power: int, decades: int, height: int) -> str:
    x = _LABEL + _BAR * power / decades
    return (
        f'<line x1="{x:.0f}" y1="{_TOP - 12}" x2="{x:.0f}" y2="{height - 20}" stroke="#dde1e6"/>'
        f'<text x="{x:.0f}" y="{_TOP - 18}" text-anchor="middle" font-size="11" fill="#5b6470">{10**power:,}</text>'
    )


def _bar(place: int, row: Row, decades: int) -> str:
    y, width = _TOP + _LINE * place, _BAR * log10(max(row.rate, 1)) / decades
    colour = _COLOURS[row.way[0]]
    return (
        f'<text x="{_LABEL - 10}" y="{y + 14}" text-anchor="end" fill="#1c2430">{escape(row.way)}</text>'
        f'<rect x="{_LABEL}" y="{y}" width="{width:.1f}" height="18" fill="{colour}"/>'
        f'<text x="{_LABEL + width + 6:.1f}" y="{y + 14}" fill="#1c2430">{row.rate:,.0f}</text>'
    )
