"""One mail request as SendGrid wants it."""

import html
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from broadcaster.providers.base import Content, Message
from broadcaster.providers.sendgrid.payload import Letterhead, request_body

SENDER = "notices@mps.example.org"
HEAD = Letterhead("Minneapolis Public Schools", "office@mps.example.org")
CONTENT = Content(
    "en",
    text="Dear family of [[student_names]]. Stop: [[unsubscribe]]",
    subject="News for [[student_names]]",
    html='<p>Dear family of [[student_names]].</p><a href="[[unsubscribe]]">Stop</a>',
)
ANA = Message("e1-7", "ana@example.org", {"student_names": "Ana & Luis"}, "https://mps.example.org/u?a=1&b=2")


def body(*messages, content=CONTENT, head=HEAD):
    return request_body(head, SENDER, content, messages, "r7")


def rendered(text, substitutions):
    """What the vendor does: replace each key wherever it stands."""
    keys = sorted(substitutions, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, keys)), lambda key: substitutions[key[0]], text) if keys else text


def test_the_request_carries_one_wording_and_a_personalization_for_each_family():
    made = body(ANA, Message("e1-8", "bo@example.org", {"student_names": "Bo"}))
    assert made["from"] == {"email": SENDER, "name": "Minneapolis Public Schools"}
    assert made["reply_to"] == {"email": "office@mps.example.org"}
    assert made["subject"] == "News for [[student_names]]"
    assert [part["type"] for part in made["content"]] == ["text/plain", "text/html"]
    assert [one["to"] for one in made["personalizations"]] == [
        [{"email": "ana@example.org"}],
        [{"email": "bo@example.org"}],
    ]
    assert [one["custom_args"] for one in made["personalizations"]] == [
        {"d": "e1-7", "r": "r7"},
        {"d": "e1-8", "r": "r7"},
    ]


def test_the_text_takes_a_value_plain_and_the_html_takes_it_escaped():
    made = body(ANA)
    given = made["personalizations"][0]["substitutions"]
    text, page = (rendered(part["value"], given) for part in made["content"])
    assert text == "Dear family of Ana & Luis. Stop: https://mps.example.org/u?a=1&b=2"
    assert page == ('<p>Dear family of Ana &amp; Luis.</p><a href="https://mps.example.org/u?a=1&amp;b=2">Stop</a>')
    assert rendered(made["subject"], given) == "News for Ana & Luis"


def test_one_click_opts_out_by_headers_of_the_recipient_s_own():
    with_link, without = body(ANA, Message("e1-8", "bo@example.org"))["personalizations"]
    assert with_link["headers"] == {
        "List-Unsubscribe": "<https://mps.example.org/u?a=1&b=2>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert "headers" not in without


def test_only_values_that_the_wording_uses_leave_the_house():
    plain = Content("en", "School is closed.", "Closed")
    (one,) = body(ANA, content=plain)["personalizations"]
    assert one.keys() == {"to", "custom_args", "headers"}


def test_opens_and_clicks_are_not_tracked():
    assert body(ANA)["tracking_settings"] == {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
        "subscription_tracking": {"enable": False},
    }


def test_only_an_emergency_passes_the_vendor_s_unsubscribe_lists():
    assert "mail_settings" not in body(ANA)
    urgent = Content("en", "Stay home.", "Closed", emergency=True)
    assert body(ANA, content=urgent)["mail_settings"] == {"bypass_list_management": {"enable": True}}


def test_what_is_not_set_is_not_sent():
    made = body(ANA, content=Content("en", "Hello"), head=Letterhead())
    assert made["from"] == {"email": SENDER}
    assert "reply_to" not in made
    assert [part["type"] for part in made["content"]] == ["text/plain"]


@given(st.text(), st.text())
def test_any_value_reads_the_same_in_text_and_in_html(first, second):
    content = Content("en", "[[a]]|[[b]]", "", "<p>[[a]]|[[b]]</p>")
    made = body(Message("e1-1", "ana@example.org", {"a": first, "b": second}), content=content)
    made = json.loads(json.dumps(made))
    given_values = made["personalizations"][0]["substitutions"]
    text, page = (rendered(part["value"], given_values) for part in made["content"])
    assert text == f"{first}|{second}"
    assert html.unescape(page.removeprefix("<p>").removesuffix("</p>")) == html.unescape(html.escape(text))
    assert "<" not in page.removeprefix("<p>").removesuffix("</p>")
