"""Takes the pictures of docs/messages.md: one message as mail and as a text, in four languages, light and dark; a
stand-in; and mail on a phone.

    PYTHONPATH=. .venv/bin/python docs/pictures/messages.py

It needs Debian's chromium and the packages of `make setup-dev`. Nothing leaves the machine: the pages load nothing.
"""

from dataclasses import replace
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from broadcaster.templating import library
from broadcaster.templating.coding import code_of
from broadcaster.templating.fields import FieldValue, read_draft
from broadcaster.templating.layout import Letterhead
from broadcaster.templating.render import Rendered, render
from broadcaster.templating.samples import FAMILY
from broadcaster.templating.stand_in import stand_in
from broadcaster.templating.template import Template
from broadcaster.text import tokens
from broadcaster.text.segments import measure

TEMPLATE = "mps-technical-difficulties"
LANGUAGES = {"en": "English", "es": "Spanish", "so": "Somali", "hmn": "Hmong"}
STANDS_IN = "ar"
ON_A_PHONE = ("absence-notice", {"date": "2026-12-01"})
SCHEMES = ("light", "dark")
FOLDER = Path(__file__).parent / "messages"
LETTERHEAD = Letterhead(
    "Minneapolis Public Schools", "(612) 555-0100", public_url="https://alerts.mps.example.org/board"
)
SENDER = "(612) 555-0199"

_SHEET = """<!DOCTYPE html>
<html lang="{language}"><meta charset="utf-8"><title>{subject}</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ margin: 0; padding: 20px; display: flex; gap: 20px; align-items: flex-start; width: calc({width}px + 340px);
         background: #dfe3e8; font-family: system-ui, sans-serif; }}
  iframe {{ border: 0; width: {width}px; border-radius: 8px; }}
  .phone {{ flex: 1; max-width: 272px; min-height: 520px; padding: 18px 16px; border: 8px solid #22262b;
           border-radius: 34px; background: #ffffff; color: #1d2126; }}
  .from {{ text-align: center; font-size: 14px; padding-bottom: 12px; margin-bottom: 16px;
          border-bottom: 1px solid #d7dbe0; }}
  .said {{ padding: 12px 14px; border-radius: 18px 18px 18px 4px; background: #e6e9ed; font-size: 16px;
          line-height: 1.4; overflow-wrap: anywhere; }}
  .size {{ margin-top: 8px; font-size: 13px; color: #555b63; }}
  @media (prefers-color-scheme: dark) {{
    body {{ background: #2a2d32; }}
    .phone {{ background: #000000; color: #f1f2f4; border-color: #4a4f57; }}
    .from {{ border-color: #3a3e45; }}
    .said {{ background: #2b2e33; }}
    .size {{ color: #b9bdc4; }}
  }}
</style>
<iframe srcdoc="{mail}" onload="style.height = contentDocument.documentElement.scrollHeight + 'px'"></iframe>
<div class="phone"><div class="from">{sender}</div><div class="said">{paragraphs}</div>
<div class="size" lang="en">{size}</div></div></html>"""


def sheet(rendered: Rendered, width: int = 620) -> str:
    """A page with the mail as a mail program of that width shows it, beside the text as a phone does, for a made-up
    family.
    """
    text = tokens.fill(rendered.sms, FAMILY)
    size = measure(text)
    plural = "" if size.segments == 1 else "s"
    return _SHEET.format(
        language=rendered.language,
        width=width,
        subject=escape(rendered.subject),
        mail=escape(tokens.fill(rendered.email_html, FAMILY, escape=True)),
        sender=SENDER,
        paragraphs="".join(f'<div dir="auto">{escape(line)}</div>' for line in text.split("\n")),
        size=f"{size.segments} segment{plural}, {size.encoding}",
    )


def take(browser: Browser, page_html: str, scheme: str, path: Path) -> None:
    """Save a picture of the whole page as a reader with that colour scheme sees it."""
    page = browser.new_page(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": 1000, "height": 400}
    )
    page.set_content(page_html, wait_until="load")
    page.set_viewport_size({"width": page.evaluate("document.body.offsetWidth"), "height": 400})
    page.screenshot(path=path, full_page=True)
    page.close()


def coded(name: str, given: dict[str, str]) -> tuple[Template, dict[str, FieldValue], Letterhead]:
    """A template, its values, and the letterhead with the code that its message would have."""
    template = library.load(name)
    values = read_draft(template, given, LETTERHEAD.region)
    return template, values, replace(LETTERHEAD, code=code_of(template, values))


def main() -> None:
    """Take them all anew."""
    FOLDER.mkdir(exist_ok=True)
    everyday, absence = coded(TEMPLATE, {}), coded(*ON_A_PHONE)
    sheets = {
        **{language: sheet(render(everyday[0], language, *everyday[1:])) for language in LANGUAGES},
        STANDS_IN: sheet(stand_in(everyday[0], STANDS_IN, *everyday[1:])),
        "phone": sheet(render(absence[0], "en", *absence[1:]), width=380),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, page in sheets.items():
            for scheme in SCHEMES:
                take(browser, page, scheme, FOLDER / f"{name}-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    main()
