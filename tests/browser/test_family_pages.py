"""A family's pages at the size of a phone, in the four languages: walked through, with axe, in light and in dark."""

import re

import pytest
from playwright.sync_api import Page

from broadcaster import clock
from broadcaster.board import limits
from broadcaster.delivery.epoch import current, reference
from broadcaster.delivery.models import Acknowledgement, Delivery
from broadcaster.delivery.send import links
from broadcaster.people.roles import Role
from broadcaster.providers.twilio.inbound import Inbound
from broadcaster.replies.models import Reply
from broadcaster.replies.recording import record
from broadcaster.roster import consent
from broadcaster.roster.models import Consent, Contact
from broadcaster.templating.phrases import page_languages
from tests import builders
from tests.board.conftest import ENGLISH, sent
from tests.browser import axe, look
from tests.browser.console import PHONE, Console
from tests.delivery.worker import plan

LANGUAGES = ("en", "es", "so", "hmn")
in_four_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    for limit in (limits._OF_A_PLACE, limits._OF_ALL):
        limit._buckets.clear()


def said(language: str, name: str) -> str:
    """A phrase up to its first place."""
    return page_languages()[language].texts[name].partition("{")[0].strip()


def is_good(page: Page, name: str) -> None:
    """It fits a phone, has nothing for axe to say, and no person's address in it."""
    look.fits(page)
    axe.has_no_complaint(page)
    look.picture(page, name)
    small = page.evaluate(
        "[...document.querySelectorAll('button, .button, main input[type=checkbox], main input[type=radio]')]"
        ".filter(one => one.getBoundingClientRect().height < 24).length"
    )
    assert small == 0, f"{page.url}: {small} things are too small for a thumb"


def thread() -> None:
    first = sent("BCDF23", status="cancelled")
    text = ENGLISH.replace("BCDF23", "GHJK45").replace("today", "tomorrow")
    sent("GHJK45", text=text, follows_id=first.pk, thread_id=first.pk, number=2, corrects=True)


@in_four_languages
def test_a_family_finds_a_message_on_the_board_and_checks_one(console: Console, language: str) -> None:
    thread()
    page = console.open("/board", None, width=PHONE, language="hmn-US" if language == "hmn" else language)
    page.goto(console.url + f"/board/{language}")
    assert said(language, "board_intro").partition(".")[0] in page.inner_text("main")
    assert page.locator("html").get_attribute("lang") == language
    is_good(page, f"board-{language}")
    page.locator("article h2 a").last.click()
    assert said(language, "corrected") in page.inner_text("main")
    page.locator("details").first.click()
    is_good(page, f"notice-{language}")
    page.get_by_role("link", name=said(language, "check_title")).click()
    page.fill("#message", ENGLISH.replace("Meals are at South High", "Pay at http://evil.example"))
    page.get_by_role("button").click()
    assert said(language, "changed") in page.inner_text(".verdict")
    assert "http://evil.example" in " ".join(page.locator("ins").all_inner_texts())
    is_good(page, f"check-changed-{language}")
    page.fill("#code", "bcdf-23")
    page.get_by_role("button").click()
    assert said(language, "ours_by_code") in page.inner_text(".verdict")
    page.fill("#message", "You won a gift card")
    page.get_by_role("button").click()
    assert said(language, "not_ours") in page.inner_text(".verdict")
    page.fill("#code", "not a code")
    page.get_by_role("button").click()
    assert page.input_value("#code") == "not a code"
    assert said(language, "check_no_code") in page.inner_text("#wrong")
    is_good(page, f"check-wrong-{language}")


def family(language: str) -> Contact:
    made = builders.guardian(sms=builders.phone(1), email="ana@example.org", language=language)
    builders.student(made, at=builders.school("South"))
    return made


@in_four_languages
def test_a_family_chooses_and_then_says_that_the_phone_is_not_theirs(console: Console, language: str) -> None:
    ana = family(language)
    consent.suppress(builders.Channel.EMAIL, "ana@example.org", "bounced")
    where = links.choices(ana.pk, ana.points.get(channel="sms").pk, clock.now() + 3600).partition("/choices/")[2]
    page = console.open(f"/choices/{where}", None, width=PHONE, language="en")
    assert page.locator("html").get_attribute("lang") == language
    is_good(page, f"choices-{language}")
    page.get_by_role("checkbox", name=re.compile(re.escape(said(language, "general")))).uncheck()
    page.get_by_role("button", name=said(language, "choices_save")).click()
    assert said(language, "choices_saved") in page.inner_text("main")
    assert [*Consent.objects.values_list("purpose", "state")] == [("general", "out")]
    is_good(page, f"choices-saved-{language}")
    page.get_by_role("button", name=said(language, "wrong_button")).click()
    assert said(language, "wrong_done") in page.inner_text("main")
    assert Reply.objects.get().kind == "wrong"
    is_good(page, f"wrong-{language}")


@in_four_languages
def test_a_family_stops_general_mail_and_says_that_it_read_a_message(console: Console, language: str) -> None:
    family(language)
    made = builders.broadcast(acknowledge=True)
    plan(made.pk)
    ref = reference(current(), Delivery.objects.get(broadcast_id=made.pk, channel="email").pk)
    page = console.open(f"/read/{links.acknowledge(ref).rpartition('/')[2]}", None, width=PHONE, language="en")
    assert "School is open." in page.inner_text("main")
    is_good(page, f"read-{language}")
    page.get_by_role("button", name=said(language, "answered_button")).click()
    assert said(language, "answered_done") in page.inner_text("main")
    assert Acknowledgement.objects.count() == 1
    page.goto(console.url + "/unsubscribe/" + links.unsubscribe(ref).rpartition("/")[2])
    is_good(page, f"stop-{language}")
    page.get_by_role("button", name=said(language, "stop_button")).click()
    assert said(language, "stop_done") in page.inner_text("h1")
    is_good(page, f"stopped-{language}")


@in_four_languages
def test_a_link_that_is_over_says_so_in_the_browsers_language(console: Console, language: str) -> None:
    page = console.open("/choices/1-1-1.000000000000000000000000", None, width=PHONE, language=language)
    assert said(language, "link_over_title") in page.inner_text("h1")
    is_good(page, f"over-{language}")


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_the_office_sees_wishes_to_stop_first_and_answers_the_rest(console: Console, width: int) -> None:
    family("es")
    for number, body in enumerate(("When do buses run?", "please no more texts", "STOP")):
        phone = builders.phone(1 if number < 2 else 2)
        record(Inbound(phone, "+16125550199", body, "", f"SM{number}"), clock.now(), simulated=False)
    page = console.open("console:replies", Role.COMMUNICATIONS, width=width)
    heads = page.locator("section.card h2").all_inner_texts()
    assert heads[0].startswith("Reads as a wish to stop")
    is_good(page, f"replies-{width}")
    page.get_by_role("button", name="Stop texts to this phone").click()
    page.get_by_label("Your answer").last.fill("")
    page.get_by_role("button", name="Send the answer").click()
    assert "required" in page.inner_text("main")
    page.get_by_label("Your answer").last.fill("At 7:30.")
    page.get_by_role("button", name="Send the answer").click()
    assert "Your answer is on its way" in page.inner_text("main")
    page.get_by_role("link", name="Seen to").click()
    assert "At 7:30." in page.inner_text("main")
    is_good(page, f"replies-done-{width}")


def test_letters_are_sheets_that_print_without_anything_from_elsewhere(console: Console) -> None:
    for language in LANGUAGES:
        guardian = builders.guardian(language=language)
        builders.student(guardian, at=builders.school("South"), name=f"Amina {language}")
    made = builders.broadcast(languages=LANGUAGES, code="BCDF23")
    plan(made.pk)
    page = console.open("console:letters", Role.COMMUNICATIONS, made.pk)
    assert page.locator("article.sheet").count() == 4
    look.picture(page, "letters")
    axe.has_no_complaint(page)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('article')).breakAfter") == "page"
