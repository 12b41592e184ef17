"""A page to print: one HTML file that loads nothing. The first sheet is for the board, the tables stand behind it.

It holds counts alone: no name, no address.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from broadcaster.reports import charts, paper_report, paper_trends, whole_file
from broadcaster.reports.paper_parts import Page
from broadcaster.reports.report import Report
from broadcaster.reports.trends import Trends
from broadcaster.settings import SETTINGS
from broadcaster.templating import colours

_PAPER = "#ffffff"


def write_report(path: Path, found: Report) -> None:
    """Write a broadcast's report to a file. Raises whole_file.Unwritable."""
    _write(path, paper_report.page(found))


def write_trends(path: Path, found: Trends) -> None:
    """Write a period's trends to a file. Raises whole_file.Unwritable."""
    _write(path, paper_trends.page(found))


def _write(path: Path, page: Page) -> None:
    document = html(page)
    with whole_file.writing(path) as file:
        file.write(document)


def html(page: Page) -> str:
    """The whole document. All text in it is escaped; its charts are our own SVG."""
    district = SETTINGS.district.district
    return _frame().render(
        page=page,
        district=district.name,
        accent=colours.readable(district.colour, _PAPER),
        chart_style=charts.STYLE,
    )


@cache
def _frame() -> Template:
    loader = FileSystemLoader(Path(__file__).parent / "paper")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("frame.html")
