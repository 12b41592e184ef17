"""The board's pages as a browser gets them."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from broadcaster.board import limits
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.text import codes
from tests.board.conftest import ENGLISH, sent

pytestmark = pytest.mark.django_db


def body(path: str, status: int = 200, **headers: str) -> str:
    answer = Client().get(path, headers=headers)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("so-SO, en;q=0.8", "so"),
        ("mww", "hmn"),
        ("fr, es;q=0.5", "es"),
        ("fr", "en"),
        ("", "en"),
        ("en, so", "en"),
        (";;q=x", "en"),
    ],
)
def test_the_address_in_messages_leads_to_the_readers_language(accepts: str, language: str) -> None:
    answer = Client().get("/board", headers={"accept-language": accepts})
    assert (answer.status_code, answer["Location"]) == (302, f"/board/{language}")
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize("language", ["en", "es", "so", "hmn"])
def test_the_board_has_every_public_broadcast_in_the_pages_language_and_no_other(language: str) -> None:
    sent()
    sent("GHJK45", public=False)
    sent("MNPQ67", drill=True, public=False)
    sent("RSTV89", started_at=None)
    page = body(f"/board/{language}")
    assert f'<html lang="{language}"' in page
    assert set(re.findall(r"#([2-9B-Z]{6})\b", page)) == {"BCDF23"}
    assert ("Dugsiyadu way xiran yihiin" in page) == (language == "so")


def test_a_notice_has_all_languages_and_says_which_is_a_draft() -> None:
    sent()
    page = body("/board/en/BCDF23")
    assert ENGLISH in page
    assert "Dugsiyadu way xiran yihiin" in page
    assert page.count("no native speaker has checked it yet") == 1


def test_a_code_typed_into_the_address_leads_to_its_notice() -> None:
    sent()
    assert Client().get("/board/bcdf23")["Location"] == "/board/en/BCDF23"
    body("/board/nothing-here", 404)


def test_the_thread_is_shown_and_what_was_wrong_says_so() -> None:
    first = sent(status=BroadcastStatus.CANCELLED)
    sent("GHJK45", follows_id=first.pk, thread_id=first.pk, number=2, corrects=True)
    old, new = body("/board/en/BCDF23"), body("/board/en/GHJK45")
    assert "Read the correction: update 2" in old
    assert "/board/en/GHJK45" in old
    assert "/board/en/BCDF23" in new


@pytest.mark.parametrize("code", ["BCDF23", "GHJK45"])
def test_a_code_that_is_not_on_the_board_shows_no_words(code: str) -> None:
    sent(public=False)
    page = body(f"/board/en/{code}", 200 if code == "BCDF23" else 404)
    assert "closed" not in page


def test_a_pasted_message_is_posted_and_in_no_address() -> None:
    sent()
    answer = Client().post("/board/so/check", {"code": "", "message": ENGLISH})
    assert answer.status_code == 200
    assert "Haa, farriintan annaga ayaa soo dirnay." in answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"code": "", "message": ""}, "Type a code or paste a message."),
        ({"code": "no code", "message": "Hello <b>"}, "six letters and digits"),
    ],
)
def test_what_can_not_be_checked_is_said_beside_the_field_and_nothing_typed_is_lost(given, says: str) -> None:
    answer = Client().post("/board/en/check", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert given["code"] in page
    assert ("Hello &lt;b&gt;" in page) == bool(given["message"])


def test_a_flood_of_look_ups_is_held_back_and_says_whom_to_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_OF_A_PLACE", limits.Limit(at_once=2, each_second=0))
    assert [Client().get("/board/en/BCDF23").status_code for _ in range(3)] == [404, 404, 429]
    answer = Client().get("/board/es/BCDF23")
    assert answer["Retry-After"] == "60"
    assert "(612) 555-0100" in answer.content.decode()


def test_a_limit_fills_up_again_with_time() -> None:
    now = [0.0]
    limit = limits.Limit(at_once=2, each_second=0.5, clock=lambda: now[0])
    assert [limit.allows("a"), limit.allows("a"), limit.allows("a"), limit.allows("b")] == [True, True, False, True]
    now[0] = 2.0
    assert [limit.allows("a"), limit.allows("a")] == [True, False]


@pytest.mark.parametrize(
    ("seen", "told", "counts_as"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "9.9.9.9, 203.0.113.7", "203.0.113.7"),
        ("8.8.8.8", "203.0.113.7", "8.8.8.8"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_whoever_is_no_proxy_of_ours_can_not_say_where_it_comes_from(rf, seen: str, told: str, counts_as: str) -> None:
    assert limits.place(rf.get("/board", REMOTE_ADDR=seen, HTTP_X_FORWARDED_FOR=told)) == counts_as


def test_the_feed_is_atom_with_the_notices_and_no_others() -> None:
    sent()
    sent("GHJK45", public=False)
    feed = ElementTree.fromstring(body("/board/feed.atom"))  # noqa: S314 - our own
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.tag == f"{atom}feed"
    links = [entry.find(f"{atom}link").get("href") for entry in feed.findall(f"{atom}entry")]
    assert [link.rpartition("/")[2] for link in links] == ["BCDF23"]


def test_no_page_of_the_board_sets_a_cookie_or_runs_a_script() -> None:
    sent()
    for path in ("/board/en", "/board/en/BCDF23", "/board/en/check", "/board/feed.atom", "/board/key.pem"):
        answer = Client().get(path)
        assert not answer.cookies
        assert "<script" not in answer.content.decode()


def test_long_boards_have_pages() -> None:
    for number in range(23):
        sent(codes.made_of(str(number)))
    assert body("/board/en").count("<article") == 20
    assert body("/board/en?page=2").count("<article") == 3
    assert body("/board/en?page=-1").count("<article") == 20
