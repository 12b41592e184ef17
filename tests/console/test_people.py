"""People and roles: an administrator lets people in, changes what they are, and lets them go."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from broadcaster.broadcasts.models import AuditEntry
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from tests import builders
from tests.browser.people import PASSWORD, signed_in, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    return signed_in(Role.ADMINISTRATOR)


def add(client: Client, **fields: object) -> HttpResponse:
    told = {
        "name": "Nora New",
        "email": "nora@district.example.org",
        "role": Role.COMMUNICATIONS,
        "school": "",
        **fields,
    }
    return client.post(reverse("console:add-person"), told)


def link_on(page: str) -> str:
    found = re.search(r'class="copy">(.*?)<', page)
    assert found
    return "/" + found[1].split("/", 3)[3]


def test_somebody_new_comes_in_by_a_link_that_is_shown_once_and_works_once(administrator: Client) -> None:
    shown = administrator.get(add(administrator).headers["Location"])
    link = link_on(shown.content.decode())
    again = administrator.get(reverse("console:person", args=[Person.objects.get(name="Nora New").pk]))
    assert 'class="copy"' not in again.content.decode()
    nora = Client()
    assert nora.post(link, {"password": PASSWORD}).status_code == 302
    assert nora.get(reverse("console:home")).headers["Location"] == reverse("console:second-factor")
    assert Client().get(link).status_code == 404


def test_a_role_of_a_school_needs_its_school_and_what_was_typed_stays(administrator: Client) -> None:
    page = add(administrator, role=Role.OFFICE).content.decode()
    assert "Choose the school" in page
    assert "nora@district.example.org" in page
    assert not Person.objects.filter(name="Nora New").exists()


def test_schools_are_chosen_by_name_and_stand_so_in_the_log(administrator: Client) -> None:
    school = builders.school("South High")
    assert ">South High</option>" in administrator.get(reverse("console:add-person")).content.decode()
    vera = somebody(Role.VIEWER)
    told = {"name": vera.name, "role": Role.VIEWER, "school": school.pk}
    administrator.post(reverse("console:person", args=[vera.pk]), told)
    assert AuditEntry.objects.order_by("-id")[0].detail["school"] == "South High"


def test_an_address_is_there_once_in_capitals_or_not(administrator: Client) -> None:
    add(administrator)
    assert "already" in add(administrator, email="NORA@district.example.org").content.decode()


def test_who_is_deactivated_is_out_at_once_and_can_come_back(administrator: Client) -> None:
    cora, client = somebody(Role.COMMUNICATIONS), signed_in(Role.COMMUNICATIONS)
    assert client.get(reverse("console:home")).status_code == 200
    administrator.post(reverse("console:act-person", args=[cora.pk, "deactivate"]))
    assert client.get(reverse("console:home")).status_code == 302
    assert not UserSession.objects.filter(user=cora).exists()
    administrator.post(reverse("console:act-person", args=[cora.pk, "reactivate"]))
    assert signed_in(Role.COMMUNICATIONS).get(reverse("console:home")).status_code == 200


def test_a_lost_second_factor_is_reset_and_the_log_says_who_did_it(administrator: Client) -> None:
    cora, client = somebody(Role.COMMUNICATIONS), signed_in(Role.COMMUNICATIONS)
    client.get(reverse("console:home"))
    administrator.post(reverse("console:act-person", args=[cora.pk, "reset-factors"]))
    assert not Authenticator.objects.filter(user=cora).exists()
    assert client.get(reverse("console:home")).status_code == 302
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.actor, entry.act, entry.detail["of"]) == (
        "administrator@district.example.org",
        "reset the second factor of a person",
        cora.email,
    )


def test_nobody_takes_the_keys_from_themselves(administrator: Client) -> None:
    me = Person.objects.get(role=Role.ADMINISTRATOR)
    assert administrator.post(reverse("console:act-person", args=[me.pk, "deactivate"])).status_code == 404
    fields = {"name": me.name, "role": Role.VIEWER, "school": builders.school().pk}
    assert "own role" in administrator.post(reverse("console:person", args=[me.pk]), fields).content.decode()
    me.refresh_from_db()
    assert (me.is_active, me.role) == (True, Role.ADMINISTRATOR)


def test_a_change_of_role_counts_with_the_next_click(administrator: Client) -> None:
    vera, client = somebody(Role.VIEWER), signed_in(Role.VIEWER)
    assert client.get(reverse("console:audit")).status_code == 403
    fields = {"name": vera.name, "role": Role.COMMUNICATIONS, "school": ""}
    administrator.post(reverse("console:person", args=[vera.pk]), fields)
    assert client.get(reverse("console:audit")).status_code == 200


def test_an_administrator_ends_anothers_session_and_nobody_else_does(administrator: Client) -> None:
    cora = signed_in(Role.COMMUNICATIONS)
    cora.get(reverse("console:home"))
    session = UserSession.objects.get(user__role=Role.COMMUNICATIONS)
    assert signed_in(Role.VIEWER).post(reverse("console:end-session", args=[session.pk])).status_code == 403
    administrator.post(reverse("console:end-session", args=[session.pk]))
    assert cora.get(reverse("console:home")).status_code == 302


def test_whose_language_is_spanish_reads_spanish_whatever_the_browser_asks_for() -> None:
    client = signed_in(Role.VIEWER)
    client.post(reverse("console:account"), {"language": "es"})
    page = client.get(reverse("console:account"), headers={"Accept-Language": "en"})
    assert '<html lang="es">' in page.content.decode()
