"""Pictures of the printed reports: `python docs/pictures/reports.py HOME ID`, a data folder and a broadcast in it.
It needs Debian's chromium and the packages of `make setup-dev`.

Each page as paper shows it, the first sheet in colour and in grey, and what stands behind it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

OUT = Path(__file__).with_name("reports")
#: letter paper within its margins, at 96 dots an inch
WIDTH, HEIGHT = 703, 935


def main(home: str, broadcast: str) -> None:
    """Write the pages, and photograph them."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report, trends = Path(folder) / "report.html", Path(folder) / "trends.html"
        for command in (["report", broadcast, "--print", str(report)], ["trends", "--print", str(trends)]):
            environment = {**os.environ, "BROADCASTER_HOME": home}
            subprocess.run(
                [sys.executable, "-m", "broadcaster", *command, "--json"],
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        photograph(browser, report, "report")
        photograph(browser, report, "report-grey", grey=True)
        photograph(browser, report, "report-tables", behind=True)
        photograph(browser, trends, "trends")
        browser.close()


def photograph(browser: Browser, page: Path, name: str, *, grey: bool = False, behind: bool = False) -> None:
    """The first sheet, or the tables behind it."""
    height = 2 * HEIGHT if behind else HEIGHT
    shown = browser.new_page(viewport={"width": WIDTH, "height": height}, device_scale_factor=1.5)
    shown.emulate_media(media="print")
    shown.goto(page.as_uri())
    hidden = ".first { display: none }" if behind else "section.part, p.foot { display: none }"
    shown.add_style_tag(content=f"{hidden} body {{ padding: 16px !important }}")
    if grey:
        shown.add_style_tag(content="html { filter: grayscale(1) }")
    shown.screenshot(path=OUT / f"{name}.png", full_page=not behind)
    shown.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
