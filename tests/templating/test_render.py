"""A wording with values in it: nothing in a value is ever taken for markup, and per-family values stay tokens."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadcaster.templating.fields import clean, read_values
from broadcaster.templating.library import load
from broadcaster.templating.render import Letterhead, Rendered, per_family_fields, render
from broadcaster.templating.template import Template
from broadcaster.text import tokens
from tests.templating.builders import LETTERHEAD, field, make_template


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A template that puts one text field everywhere."""
    library = tmp_path_factory.mktemp("library")
    make_template(library, fields=field("x"), subject="S {{ x }}", sms="T {{ x }}", body="**B** {{ x }} end")
    return load("snack-day", library)


def rendered(template: Template, language: str = "en", head: Letterhead = LETTERHEAD, **given: str) -> Rendered:
    return render(template, language, read_values(template, given), head)


class _Words(HTMLParser):
    """The text of an HTML body, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.words += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.words += data


MARKUP = st.text(alphabet="ab *_`[](){}<>!&#|~%\\\"'-=+.:/1\n{%}é漢😀\u202e\x00", max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(MARKUP)
def test_markup_in_a_value_comes_out_as_text(plain: Template, value: str) -> None:
    message = rendered(plain, x=value)
    kept = clean(value)
    spaced = " ".join(kept.split())
    assert message.subject == f"S {spaced}".strip()
    assert message.sms == f"T {spaced}".strip()
    assert " ".join(message.email_text.rpartition("\n\n--\n")[0].split()) == f"B {spaced} end".replace("  ", " ")
    body = message.email_html.partition("</h1>")[2].partition("</p>")[0]
    found = _Words(body)
    assert set(found.tags) <= {"p", "strong", "br"}
    assert found.words.split() == f"B {kept} end".split()


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "# Heading",
        "[a](javascript:x)",
        "![i](https://x.example.org/p.png)",
    ],
)
def test_well_known_tricks_come_out_as_text(plain: Template, value: str) -> None:
    message = rendered(plain, x=value)
    assert message.sms == f"T {value}"
    assert f"B {value} end" in message.email_text
    assert value in unescape(message.email_html)
    assert value.startswith(("{", "#", "[", "!")) or value not in message.email_html


def test_per_family_values_stay_tokens_until_the_provider_fills_them(tmp_path: Path) -> None:
    make_template(
        tmp_path,
        subject="For {{ student_names }}",
        sms="{{ student_names }}, grade {{ grade }}",
        body="Dear family of *{{ student_names }}*",
        spanish="Familia de {{ student_names }} en {{ school }}",
    )
    template = load("snack-day", tmp_path)
    message = rendered(template)
    assert per_family_fields(template) == {"student_names", "grade", "school"}
    assert message.subject == "For [[student_names]]"
    assert message.sms == "[[student_names]], grade [[grade]]"
    assert "<em>[[student_names]]</em>" in message.email_html
    own = {"student_names": "Ana & <Bo>"}
    assert "Ana &amp; &lt;Bo&gt;" in tokens.fill(message.email_html, own, escape=True)
    assert "Dear family of Ana & <Bo>" in tokens.fill(message.email_text, own)


def test_a_reader_gets_the_nearest_language(tmp_path: Path) -> None:
    make_template(tmp_path, body="Bring a snack.", spanish="Traiga una merienda.")
    template = load("snack-day", tmp_path)
    assert rendered(template, "es-MX").language == "es"
    assert rendered(template, "so").language == "en"
    assert '<html lang="es" dir="ltr">' in rendered(template, "es").email_html
    assert "¿Preguntas? Llame al (612) 555-0100." in rendered(template, "es").email_text


def test_arabic_runs_from_right_to_left(tmp_path: Path) -> None:
    folder = make_template(tmp_path, spanish="اهلا")
    (folder / "es.md").rename(folder / "ar.md")
    assert '<html lang="ar" dir="rtl">' in rendered(load("snack-day", tmp_path), "ar").email_html


@pytest.mark.parametrize(("purpose", "offered"), [("general", True), ("attendance", False), ("emergency", False)])
def test_only_general_mail_offers_to_stop(tmp_path: Path, purpose: str, offered: bool) -> None:
    make_template(tmp_path, purpose=purpose)
    message = rendered(load("snack-day", tmp_path))
    assert ("[[unsubscribe]]" in message.email_text) is offered
    assert ('href="[[unsubscribe]]"' in message.email_html) is offered
    assert "[[unsubscribe]]" not in message.sms


def test_every_mail_says_who_writes_and_whom_to_call(tmp_path: Path) -> None:
    make_template(tmp_path)
    message = rendered(load("snack-day", tmp_path))
    for text in (message.email_text, message.email_html):
        assert "This message is from Lakes School District." in text
        assert "(612) 555-0100" in text
    assert 'href="tel:6125550100"' in message.email_html


def test_the_page_to_check_a_message_on_is_named_only_where_there_is_one(tmp_path: Path) -> None:
    make_template(tmp_path)
    template = load("snack-day", tmp_path)
    head = Letterhead("Lakes", "(612) 555-0100", public_url="https://alerts.example.org")
    assert "from us: https://alerts.example.org" in rendered(template, head=head).email_text
    assert "from us:" not in rendered(template).email_text


def test_html_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    make_template(tmp_path, body="![x](https://x.example.org/p.png) <img src='https://x.example.org/q.png'> text")
    html = rendered(load("snack-day", tmp_path)).email_html
    assert not re.search(r"<(img|link|script|iframe|object)|url\(|@import|src=", html.replace("&lt;img src=", ""))


def test_the_district_s_name_and_colour_are_escaped_and_legible(tmp_path: Path) -> None:
    make_template(tmp_path)
    head = Letterhead("Lakes & <Rivers>", "(612) 555-0100", colour="#ffee00")
    html = rendered(load("snack-day", tmp_path), head=head).email_html
    assert "Lakes &amp; &lt;Rivers&gt;" in html
    assert "background:#ffee00;color:#000000" in html


def test_conditions_and_lists_work_on_typed_values(tmp_path: Path) -> None:
    fields = field("late", "boolean") + field("which", "list") + field("day", "date")
    body = "{% if late %}Late.{% else %}On time.{% endif %}\n\n{% for each in which %}\n- {{ each }}\n{% endfor %}\n"
    make_template(tmp_path, fields=fields, body=body, sms="{{ which }}{% if day %} on {{ day | short }}{% endif %}")
    template = load("snack-day", tmp_path)
    message = rendered(template, late="no", which="a*, <b>, c", day="2026-11-24")
    assert message.email_text.startswith("On time.\n\n- a*\n- <b>\n- c\n")
    assert "<li>&lt;b&gt;</li>" in message.email_html
    assert message.sms == "a*, <b>, and c on Tue, Nov 24"
    assert rendered(template).sms == ""


def test_a_subject_is_one_line(plain: Template) -> None:
    assert rendered(plain, x="a\r\nBcc: b@example.org").subject == "S a Bcc: b@example.org"


def test_a_number_before_the_code_is_dialled_without_it(tmp_path: Path) -> None:
    make_template(tmp_path, sms="Questions? Call {{ district_phone }}")
    head = replace(LETTERHEAD, code="234567")
    text = rendered(load("snack-day", tmp_path), head=head).sms
    assert text == "Questions? Call (612) 555-0100. #234567"
    found = phonenumbers.PhoneNumberMatcher(text, "US", leniency=phonenumbers.Leniency.POSSIBLE)
    assert [match.raw_string for match in found] == ["(612) 555-0100"]
