"""Markdown to HTML and to plain text, from one parse."""

import pytest

from broadcaster.templating.markdown import mark, to_html, to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# One\n\nTwo\nthree.", "One\n\nTwo three."),
        ("a  \nb", "a\nb"),
        ("**a** *b* `c`", "a b c"),
        ("- a\n- b\n  - c", "- a\n- b\n  - c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> a\n>\n> b", "> a\n>\n> b"),
        ("---", "-" * 20),
        ("    code\n    more", "code\nmore"),
        ("[the form](https://www.example.org/f)", "the form (https://www.example.org/f)"),
        ("[https://www.example.org](https://www.example.org)", "https://www.example.org"),
        ("<https://www.example.org>", "https://www.example.org"),
        ("[write](mailto:office@example.org)", "write (office@example.org)"),
        ("[call (612) 555-0100](tel:6125550100)", "call (612) 555-0100"),
        ("<b>raw</b>", "<b>raw</b>"),
    ],
)
def test_plain_text_says_the_same(source: str, text: str) -> None:
    assert to_text(source, []) == text


def test_headings_begin_below_the_subject() -> None:
    assert to_html("# a\n\n## b\n\n### c", []) == "<h2>a</h2>\n<h2>b</h2>\n<h3>c</h3>\n"


def test_html_and_images_in_a_wording_are_text() -> None:
    assert to_html("<b>x</b>", []) == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"
    assert "<img" not in to_html("![x](https://www.example.org/p.png)", [])


def test_a_value_can_be_a_link_s_address() -> None:
    source = f"[the form]({mark(0)})"
    assert to_html(source, ["https://www.example.org/a b?c=1&d=2"]) == (
        '<p><a href="https://www.example.org/a%20b?c=1&amp;d=2">the form</a></p>\n'
    )
    assert to_text(source, ["https://www.example.org/f"]) == "the form (https://www.example.org/f)"


@pytest.mark.parametrize("address", ["javascript:alert(1)", 'x" onclick="y', "data:text/html,x", "vbscript:x"])
def test_a_value_can_not_be_a_dangerous_address(address: str) -> None:
    html = to_html(f"[form]({mark(0)})", [address])
    assert "script:" not in html
    assert "data:" not in html
    assert 'onclick="' not in html


def test_lines_in_a_value_stay_lines() -> None:
    assert to_html(f"x {mark(0)}", ["a\nb"]) == "<p>x a<br>\nb</p>\n"
    assert to_text(f"x {mark(0)}", ["a\nb"]) == "x a\nb"
