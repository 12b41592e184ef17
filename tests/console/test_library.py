"""The library on its pages: what there is in which language, and changing it with the checker beside the text."""

import pytest
from django.test import Client
from django.urls import reverse

from broadcaster.broadcasts.models import AuditEntry
from broadcaster.people.roles import Role
from broadcaster.templating import library, saved
from tests.browser.people import signed_in

pytestmark = pytest.mark.django_db

NAME, FILE = "bus-delay", "en.md"


@pytest.fixture
def client() -> Client:
    return signed_in(Role.COMMUNICATIONS)


def text_of(file: str = FILE) -> str:
    return library.all_files()[NAME].texts[file]


def write(client: Client, text: str, *, do: str = "save", base: int = 0, file: str = FILE, note: str = "") -> str:
    address = reverse("console:edit-template", args=[NAME, file])
    told = {"text": text, "base": base, "do": do, "note": note}
    return client.post(address, told, follow=True).content.decode()


def shown(client: Client, **query: object) -> str:
    return client.get(reverse("console:template", args=[NAME]), query).content.decode()


def test_the_matrix_says_of_each_language_how_far_it_may_be_trusted(client: Client) -> None:
    page = client.get(reverse("console:library")).content.decode()
    assert "Bus delay" in page
    assert f'{reverse("console:template", args=[NAME])}?language=so"><span class="state wait">draft' in page


def test_a_change_is_a_version_more_with_its_note_and_is_in_the_log(client: Client) -> None:
    page = write(client, text_of().replace("Bus", "Coach"), note="we say coach")
    assert "Saved as version 1" in page
    assert "we say coach" in page
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.act, entry.detail) == ("saved template", {"template": NAME, "version": 1})


def test_a_file_is_shown_as_it_stands(client: Client) -> None:
    page = client.get(reverse("console:edit-template", args=[NAME, "es.md"])).content.decode()
    assert "Estimadas familias" in page


def test_a_mistake_is_said_with_its_line_and_nothing_typed_is_lost(client: Client) -> None:
    page = write(client, text_of().replace("{{ route }}", "{{ rout }}", 1))
    assert "line 2" in page
    assert "{{ rout }}" in page
    assert saved.newest_version(NAME) == 0


def test_checking_keeps_nothing_and_shows_the_message(client: Client) -> None:
    page = write(client, text_of().replace("Dear families", "Good evening"), do="check")
    assert "no complaint" in page
    assert "Good evening" in client.get(reverse("console:picture")).content.decode()
    assert saved.newest_version(NAME) == 0


def test_who_comes_second_is_told_and_may_put_theirs_on_top(client: Client) -> None:
    write(client, text_of().replace("Bus", "Coach"))
    mine = text_of().replace("Coach", "Shuttle")
    page = write(client, mine, base=0)
    assert "saved version 1 meanwhile" in page
    assert "Shuttle" in page
    assert 'name="base" value="1"' in page
    assert "Saved as version 2" in write(client, mine, base=1)


def test_an_earlier_version_is_used_again_and_a_withdrawal_brings_the_shipped_one_back(
    client: Client,
) -> None:
    write(client, text_of().replace("Bus", "Coach"))
    write(client, text_of().replace("Coach", "Shuttle"), base=1)
    mail = reverse("console:template-mail", args=[NAME])
    assert "Coach" in client.get(mail, {"version": 1}).content.decode()
    client.post(reverse("console:take-up", args=[NAME, 1]))
    assert "Coach" in client.get(mail).content.decode()
    client.post(reverse("console:withdraw", args=[NAME]))
    assert "Coach" not in client.get(mail).content.decode()
    assert [row.version for row in saved.versions(NAME)] == [4, 3, 2, 1]


def test_a_new_language_begins_as_a_draft_of_the_english(client: Client) -> None:
    address = client.post(reverse("console:add-language", args=[NAME]), {"language": "Oromo"}).headers["Location"]
    assert address.endswith("om.md")
    page = client.get(address).content.decode()
    assert "status = &quot;draft&quot;" in page
    assert "no complaint" in page
    assert (
        "Klingonish"
        in client.post(
            reverse("console:add-language", args=[NAME]), {"language": "Klingonish"}, follow=True
        ).content.decode()
    )


def test_a_template_of_ones_own_begins_from_another(client: Client) -> None:
    told = {"like": NAME, "title": "Ferry delay", "name": "ferry-delay"}
    assert client.post(reverse("console:begin-template"), told).status_code == 302
    assert library.load("ferry-delay").title == "Ferry delay"
    assert "There is a template of that name" in client.post(reverse("console:begin-template"), told).content.decode()


def test_a_mail_is_shown_in_a_frame_that_runs_and_loads_nothing(client: Client) -> None:
    answer = client.get(reverse("console:template-mail", args=[NAME]))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
