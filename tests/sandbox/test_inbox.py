"""The pages that show what each family would see."""

from urllib.parse import quote

import pytest

from tests.sandbox.stage import SENDER, Stage, a_mail


def page(stage: Stage, path: str) -> str:
    answer = stage.http.get(stage.url + path, timeout=5)
    assert answer.status_code == 200
    assert "Nobody receives anything" in answer.text
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.text


def test_an_empty_inbox_says_what_to_do(stage: Stage) -> None:
    assert "Nothing was sent yet" in page(stage, "/")


def test_the_list_names_every_address_and_leads_to_it(stage: Stage) -> None:
    stage.text(body="Schools are open.")
    stage.mail(a_mail("a@example.org"))
    found = page(stage, "/")
    assert "1 text and 1 mail so far" in found
    assert "/inbox/sms/%2B16125550101" in found
    assert "/inbox/email/a%40example.org" in found
    assert "Update for Student 0" in found


@pytest.mark.parametrize(
    ("query", "addresses"),
    [
        ("q=(612) 555-0101", {"+16125550101"}),
        ("q=GUARDIAN1", {"guardian1@example.org"}),
        ("channel=sms", {"+16125550101", "+16125550102"}),
        ("channel=email&q=guardian", {"guardian0@example.org", "guardian1@example.org"}),
        ("q=nobody", set()),
    ],
)
def test_addresses_are_found_as_people_write_them(stage: Stage, query: str, addresses: set[str]) -> None:
    everyone = {"+16125550101", "+16125550102", "guardian0@example.org", "guardian1@example.org"}
    stage.text()
    stage.text("+16125550102")
    stage.mail(a_mail("guardian0@example.org", "guardian1@example.org"))
    found = page(stage, "/?" + query)
    assert {address for address in everyone if f">{address}<" in found} == addresses


def test_a_long_list_has_pages(stage: Stage) -> None:
    stage.mail(a_mail(*(f"guardian{number}@example.org" for number in range(60))))
    assert "Page 1 of 3" in page(stage, "/")
    last = page(stage, "/?page=3")
    assert "guardian0@example.org" in last
    assert 'rel="next"' not in last
    assert "Page 3 of 3" in page(stage, "/?page=99")
    assert "Page 1 of 3" in page(stage, "/?page=x")


def test_a_phone_shows_its_texts_and_answers_in_order(stage: Stage) -> None:
    stage.text(body="Schools are <closed>.")
    stage.inbound("Thank you")
    stage.text(body="Schools are open.")
    found = page(stage, "/inbox/sms/" + quote("+16125550101"))
    assert SENDER in found
    places = [found.index(words) for words in ("Schools are &lt;closed&gt;.", "Thank you", "Schools are open.")]
    assert places == sorted(places)


def test_a_mail_is_shown_in_a_frame_that_can_do_nothing(stage: Stage) -> None:
    document = a_mail("a@example.org", headers={"List-Unsubscribe": "<https://alerts.example.org/u/1>"})
    document["content"][1]["value"] = '<p onclick="x()">Hello "[[student_names]]"</p>'
    stage.mail(document)
    found = page(stage, "/inbox/email/a%40example.org")
    assert 'sandbox=""' in found
    assert "&lt;p onclick=&#34;x()&#34;&gt;Hello &#34;Student 0&#34;&lt;/p&gt;" in found
    assert "Dear family of Student 0, schools are open." in found
    assert "List-Unsubscribe: &lt;https://alerts.example.org/u/1&gt;" in found
    assert "Minneapolis Public Schools &lt;notices@mps.example.org&gt;" in found


def test_a_mailbox_shows_each_of_its_mails(stage: Stage) -> None:
    stage.mail(a_mail("a@example.org", subject="First"))
    stage.mail(a_mail("A@example.org", subject="Second"))
    found = page(stage, "/inbox/email/a%40example.org")
    assert '<h2 dir="auto">Second</h2>' in found
    first = found.split("?mail=")[2].split('"')[0]
    assert '<h2 dir="auto">First</h2>' in page(stage, f"/inbox/email/a%40example.org?mail={first}")


@pytest.mark.parametrize("path", ["/inbox/sms/%2B16125550109", "/inbox/fax/1", "/inbox/email/%3Cscript%3E"])
def test_an_address_that_got_nothing_says_so(stage: Stage, path: str) -> None:
    answer = stage.http.get(stage.url + path, timeout=5)
    assert answer.status_code == 404
    assert "Nothing was sent to" in answer.text
    assert "<script" not in answer.text
