"""Each role's day from signing in to the last page, as it is lived: one story after the other."""

import pytest
from playwright.sync_api import Locator, Page

from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.word import staff
from broadcaster.people.roles import Role
from tests import builders
from tests.browser import look, people, sending
from tests.browser.console import PHONE, Console
from tests.delivery import worker
from tests.sandbox.accounts import accounts_of
from tests.sandbox.stage import Stage

WRITER, SECOND = "wanda@district.example.org", "simon@district.example.org"
OTHER_SCHOOL = "South High"


@pytest.fixture(autouse=True)
def district(console: Console) -> None:
    """Two schools of three families each; one family reads Spanish."""
    for place, name in enumerate((people.SCHOOL, OTHER_SCHOOL)):
        for index in range(3):
            number = 3 * place + index
            made = builders.guardian(
                email=f"family{number}@example.org",
                sms=builders.phone(number),
                language="es" if number == 4 else "en",
            )
            builders.student(made, at=builders.school(name), name=f"Child {number} of {name}")


@pytest.fixture
def inbox(vendors: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The sandbox stands where the providers do, for tests to oneself too."""
    monkeypatch.setattr(staff, "accounts", lambda **_: accounts_of(vendors))
    return vendors


def menu(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Pages").get_by_role("link")


def in_menu(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True)


def write_a_closure(page: Page) -> None:
    page.get_by_role("link", name="New broadcast").click()
    page.get_by_role("button", name="Schools closed for weather").click()
    page.get_by_label("Day schools are closed").fill("2026-12-01")
    page.get_by_role("button", name="Go on to who gets it").click()
    page.get_by_label("All families of the district").check()
    page.locator("#live").get_by_text("6 families").wait_for()
    page.get_by_role("button", name="Go on to when and how").click()
    page.get_by_role("button", name="Go on to check it").click()
    page.get_by_text("This will text").wait_for()


def test_district_communications_writes_tests_hands_in_and_a_second_person_sends_it(
    console: Console, inbox: Stage
) -> None:
    for email in (WRITER, SECOND):
        people.somebody(Role.COMMUNICATIONS, email=email)
    wanda = console.open("console:home", None)
    people.sign_in(wanda, WRITER)
    write_a_closure(wanda)

    wanda.get_by_text("Send a test to me").click()
    wanda.get_by_label("My phone").fill("612-555-0123")
    wanda.get_by_role("button", name="Send the test").click()
    wanda.get_by_role("status").get_by_text("The test to wanda@district.example.org").wait_for()
    sent = inbox.http.get(f"{inbox.url}/sandbox/messages", timeout=5).json()["messages"]
    assert {one["to"] for one in sent} == {WRITER, "+16125550123"}
    wanda.get_by_label("Type the number of families").fill("6")
    wanda.get_by_role("button", name="Hand it in for a second person").click()
    wanda.get_by_text("It waits for a second person now.").wait_for()
    assert not Delivery.objects.exists(), "nothing leaves before a second person has seen it"

    simon = console.open("console:home", None)
    people.sign_in(simon, SECOND)
    simon.get_by_role("heading", name="Waits for you").wait_for()
    simon.get_by_role("link", name="Schools closed").first.click()
    simon.get_by_role("link", name="Look at it and decide").click()
    simon.get_by_text("Nothing: the words are the library's").wait_for()
    simon.get_by_text("Send it back").first.click()
    simon.get_by_label("What should be changed").fill("It is ice, not snow.")
    simon.get_by_role("button", name="Send it back").click()

    in_menu(wanda, "Broadcasts").click()
    wanda.get_by_role("link", name="Schools closed").first.click()
    wanda.get_by_text("It is ice, not snow.").wait_for()
    wanda.get_by_label("Weather").select_option("ice")
    wanda.get_by_role("button", name="Go on to who gets it").click()
    wanda.get_by_role("link", name="Check").click()
    wanda.get_by_label("Type the number of families").fill("6")
    wanda.get_by_role("button", name="Hand it in for a second person").click()

    broadcast = Broadcast.objects.get()
    simon.goto(console.address("console:approve", broadcast.pk))
    simon.locator("ins", has_text="ice").first.wait_for()
    look.picture(simon, "day-approve")
    simon.get_by_role("button", name="Approve: send it now").click()
    simon.get_by_text("Approved. It goes out now.").wait_for()

    wanda.goto(console.address("console:broadcast", broadcast.pk))
    sending.all_of(broadcast.pk, inbox)
    wanda.get_by_text("6 of 6 families reached.").first.wait_for()
    wanda.goto(console.address("console:report", broadcast.pk))
    wanda.get_by_text("All of them.").wait_for()
    look.picture(wanda, "day-report")


def test_a_school_office_writes_to_its_own_school_and_can_not_reach_another(console: Console, inbox: Stage) -> None:
    people.somebody(Role.OFFICE)
    page = console.open("console:home", None, width=PHONE)
    people.sign_in(page, "office@district.example.org")
    page.get_by_role("link", name="New broadcast").click()
    page.get_by_role("button", name="Bus delay").click()
    page.get_by_label("Bus or route").fill("17")
    page.get_by_label("Minutes late").fill("20")
    page.get_by_role("button", name="Go on to who gets it").click()
    page.get_by_label("Something else, in words").check()
    page.get_by_role("textbox", name="In words").fill(f'school:"{OTHER_SCHOOL}" or district')
    page.locator("#live").get_by_text("3 families").wait_for()
    page.get_by_role("textbox", name="In words").fill(f'school:"{OTHER_SCHOOL}"')
    page.get_by_role("button", name="Go on to when and how").click()
    page.get_by_text("This means nobody").first.wait_for()
    page.get_by_label(f"All families of {people.SCHOOL}").check()
    page.get_by_role("button", name="Go on to when and how").click()
    page.get_by_role("button", name="Go on to check it").click()
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/broadcasts/*")
    look.fits(page)
    broadcast = Broadcast.objects.get()
    sending.all_of(broadcast.pk, inbox)
    assert {one.address for one in Delivery.objects.filter(channel="email")} == {
        f"family{number}@example.org" for number in range(3)
    }
    page.get_by_text("3 of 3 families reached.").first.wait_for()

    page.goto(console.address("console:roster") + "?q=Child")
    found = page.locator("#main").inner_text()
    assert people.SCHOOL in found
    assert OTHER_SCHOOL not in found
    elsewhere = builders.broadcast(audience=f'school:"{OTHER_SCHOOL}"')
    for name in ("console:broadcast", "console:report", "console:approve"):
        answer = page.goto(console.address(name, elsewhere.pk))
        assert answer is not None
        assert answer.status == 404, name


def test_a_viewer_reads_the_reports_of_its_school_and_nothing_else(console: Console) -> None:
    people.somebody(Role.VIEWER)
    broadcast = builders.broadcast()
    worker.plan(broadcast.pk)
    page = console.open("console:home", None)
    people.sign_in(page, "viewer@district.example.org")
    assert menu(page).all_inner_texts() == ["Home", "Broadcasts", "Reports"]
    assert not page.get_by_role("link", name="New broadcast").count()
    in_menu(page, "Reports").click()
    assert page.get_by_text(f"You see the families of {people.SCHOOL}.").is_visible()
    page.goto(console.address("console:report", broadcast.pk))
    shown = page.locator("#main").inner_text()
    assert "Child" not in shown
    assert "@example.org" not in shown
    assert not page.get_by_role("link", name="CSV").count()
    for name in ("console:new", "console:roster", "console:people", "console:audit", "console:stop"):
        answer = page.goto(console.address(name))
        assert answer is not None
        assert answer.status == 403, name
        assert page.get_by_role("heading", name="This page is not yours to open").is_visible()


def test_an_administrator_lets_somebody_in_ends_their_session_and_reads_it_all_in_the_audit_log(
    console: Console,
) -> None:
    people.somebody(Role.ADMINISTRATOR)
    ada = console.open("console:home", None)
    people.sign_in(ada, "administrator@district.example.org")
    in_menu(ada, "People").click()
    ada.get_by_role("link", name="Add a person").click()
    ada.get_by_label("Name").fill("Nora New")
    ada.get_by_label("Email address").fill("nora@district.example.org")
    ada.get_by_label("District communications").check()
    ada.locator("main").get_by_role("button").first.click()
    link = ada.locator(".copy").inner_text()

    nora = console.visit(None)
    nora.goto(console.url + "/" + link.split("/", 3)[3])
    nora.get_by_label("A password of your own").fill(people.PASSWORD)
    nora.get_by_role("button", name="Go on").click()
    nora.get_by_role("link", name="Use an app on my phone").click()
    nora.get_by_label("code").fill(people.digits(nora.locator("#authenticator_secret").input_value()))
    nora.locator("main").get_by_role("button").first.click()
    nora.goto(console.address("console:home"))
    nora.get_by_role("link", name="New broadcast").wait_for()

    ada.reload()
    ada.get_by_role("button", name="End it").click()
    ada.get_by_text("That session is over.").wait_for()
    nora.reload()
    nora.get_by_role("heading", name="Sign in").wait_for()

    in_menu(ada, "Audit log").click()
    ada.get_by_label("What").select_option("ended a session")
    ada.get_by_role("button", name="Narrow").click()
    assert ada.locator("tbody tr").count() == 1
    assert "nora@district.example.org" in ada.locator("tbody").inner_text()
    ada.get_by_role("button", name="Verify the chain").click()
    ada.get_by_text(f"The chain holds: all {AuditEntry.objects.count()} entries").wait_for()
