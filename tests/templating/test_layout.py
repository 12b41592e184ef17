"""The page around every mail: legible in light and dark, and in its order without styles."""

import re

import pytest

from broadcaster.templating.colours import AA, contrast
from broadcaster.templating.layout import Letterhead, html_page

HEAD = Letterhead("Lakes School District", "(612) 555-0100", colour="#7a0019")


def page(body: str = "<p>Call (612) 555-0100.</p>", language: str = "en") -> str:
    return html_page("Schools are closed", "No school on Friday", body, language, HEAD, general=True)


def colours(css: str) -> list[str]:
    """The text colours that a piece of CSS sets."""
    return re.findall(r"(?<![-\w])color:\s*(#[0-9a-f]{6})", css)


def test_every_text_is_readable_on_its_ground_in_light() -> None:
    styles, _, inline = page().partition("@media (prefers-color-scheme: dark)")
    of_head = colours(re.findall(r'class="head" role="banner" style="([^"]+)"', inline)[0])
    found = colours(styles) + [colour for colour in colours(inline.partition("<body")[2]) if colour not in of_head]
    assert len(found) >= 4
    assert min(contrast(colour, "#ffffff") for colour in found) >= AA
    assert contrast(of_head[0], HEAD.colour) >= AA


def test_every_text_is_readable_on_its_ground_in_dark() -> None:
    dark = page().partition("@media (prefers-color-scheme: dark)")[2].partition("</style>")[0]
    ground = re.findall(r"\.card \{ background: (#\w{6})", dark)[0]
    found = colours(dark)
    assert len(set(found)) == 3
    assert min(contrast(colour, ground) for colour in found) >= AA


def test_without_styles_it_reads_in_the_same_order() -> None:
    bare = re.sub(r"<style>.*?</style>|<title>.*?</title>", "", page(), flags=re.DOTALL)
    text = " ".join(re.sub(r"<[^>]+>", " ", bare).split())
    assert text == (
        "No school on Friday Lakes School District Schools are closed Call (612) 555-0100 . "
        "This message is from Lakes School District. Questions? Call (612) 555-0100 . "
        "Stop general emails (not emergencies)"
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_number_to_call_stays_on_one_line_and_runs_from_the_left(language: str) -> None:
    assert '<p>Call <span dir="ltr" style="white-space:nowrap;">(612) 555-0100</span>.</p>' in page(language=language)


def test_a_link_with_the_number_stays_a_link() -> None:
    body = '<p><a href="tel:6125550100">(612) 555-0100</a></p>'
    assert '<a href="tel:6125550100"><span' in page(body)
