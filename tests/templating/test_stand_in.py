"""English for families who read another language, under one line in theirs."""

import re
from pathlib import Path

import pytest

from broadcaster.templating import library
from broadcaster.templating.judging import MOST_SEGMENTS
from broadcaster.templating.layout import Letterhead, lead, text_page
from broadcaster.templating.render import Rendered, render
from broadcaster.templating.stand_in import stand_in
from broadcaster.text.segments import measure
from tests.templating.builders import make_template

HEAD = Letterhead("Lakes School District", "(612) 555-0100", language_lines={"es": "(612) 555-0131"})
MARKED = "\u200e(612) 555-0100\u200e"


def shown(tmp_path: Path, language: str, sms: str = "Bring a snack.") -> Rendered:
    make_template(tmp_path, sms=sms)
    return stand_in(library.load("snack-day", tmp_path), language, {}, HEAD)


def test_text_and_mail_have_the_english_under_a_line_that_says_whom_to_call(tmp_path: Path) -> None:
    found = shown(tmp_path, "es")
    line = "Por ahora, solo en inglés. Para ayuda en español, llame al (612) 555-0131."
    assert (found.language, found.subject) == ("es", "Snack day")
    assert found.sms == f"{line}\nBring a snack."
    assert found.email_text.startswith(f"{line}\n\nBring a snack.\n\n--\nEste mensaje es de Lakes School District.\n")
    assert "(612) 555-0100" in found.email_text


def test_the_mail_is_an_english_page_with_the_line_and_the_foot_in_their_own_language(tmp_path: Path) -> None:
    html = shown(tmp_path, "ar").email_html
    assert '<html lang="en" dir="ltr">' in html
    assert len(re.findall(r'<(?:p|div class="foot" role="contentinfo") lang="ar" dir="rtl"', html)) == 2
    assert html.index('<p lang="ar"') < html.index("<h1") < html.index("Bring a snack.") < html.index('class="foot"')
    line = html.partition('<p lang="ar"')[2].partition("</p>")[0]
    assert '<a href="tel:6125550100"><span dir="ltr" style="white-space:nowrap;">(612) 555-0100</span></a>.' in line


def test_mail_in_a_familys_own_language_has_no_such_line(tmp_path: Path) -> None:
    make_template(tmp_path)
    html = render(library.load("snack-day", tmp_path), "en", {}, HEAD).email_html
    assert "Only in English" not in html
    assert html.count('lang="en"') == 2


@pytest.mark.parametrize(("language", "number"), [("ar", MARKED), ("en", "(612) 555-0100")])
def test_a_number_keeps_its_order_where_the_words_run_from_the_right(language: str, number: str) -> None:
    page = text_page("Body.", language, HEAD, general=False)
    assert f" {number}." in page
    assert ("\u200e" in page) == (language == "ar")


def test_an_arabic_text_is_measured_with_its_line(tmp_path: Path) -> None:
    size = measure(shown(tmp_path, "ar").sms)
    assert (size.encoding, size.segments) == ("UCS-2", 2)


def test_a_text_that_would_become_too_long_goes_without_the_line(tmp_path: Path) -> None:
    units = 67 * MOST_SEGMENTS - len(lead("ar", HEAD)) - 1
    longest, longer = "x" * units, "x" * (units + 1)
    led = shown(tmp_path / "longest", "ar", longest).sms
    assert led.endswith(f"\n{longest}")
    assert measure(led).segments == MOST_SEGMENTS
    assert shown(tmp_path / "longer", "ar", longer).sms == longer


def test_a_template_without_a_text_has_none(tmp_path: Path) -> None:
    make_template(tmp_path, sms="", more="").joinpath("template.toml").write_text(
        'title = "Snack day"\npurpose = "general"\nchannels = ["email"]\n'
    )
    assert stand_in(library.load("snack-day", tmp_path), "ar", {}, HEAD).sms == ""
