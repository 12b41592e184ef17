"""Uploading a list of people: looked at first, kept once, read as the command line reads it, each school in its own."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from broadcaster.audiences import lists
from broadcaster.audiences.models import Listed, PeopleList, Upload
from broadcaster.broadcasts import drafts
from broadcaster.broadcasts.models import AuditEntry, Draft
from broadcaster.console import uploading
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from broadcaster.roster.importing.files import File
from broadcaster.roster.models import Contact, Student
from tests import builders
from tests.browser.people import SCHOOL, signed_in, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_schools")]

PAGE = "console:lists"


def ids(school: str = SCHOOL) -> list[str]:
    return list(Student.objects.filter(school__name=school).order_by("pk").values_list("source_id", flat=True))


def upload(client: Client, content: str | bytes, name: str = "", file: str = "absent.csv", where: str = "") -> Any:
    content = content.encode() if isinstance(content, str) else content
    data = {"file": SimpleUploadedFile(file, content, content_type="text/csv"), "name": name}
    return client.post(where or reverse(PAGE), data, follow=True)


def looked_at(answer: Any) -> str:
    """The address of the page that shows what was found."""
    assert answer.redirect_chain, answer.content.decode()
    return str(answer.redirect_chain[-1][0])


def save(client: Client, answer: Any) -> str:
    return str(client.post(looked_at(answer), follow=True).content.decode())


@pytest.fixture
def client() -> Client:
    return signed_in(Role.COMMUNICATIONS)


def test_a_file_is_looked_at_first_then_kept_as_the_command_line_keeps_it(client: Client, tmp_path: Path) -> None:
    one, two, three = ids()
    text = (
        f"Student Number,Absence Date,Lunch\n{one},2026-11-24,x\n{two},2026-11-23,x\nnobody,2026-11-24,x\n{three},,x\n"
    )
    answer = upload(client, text, "absent today")
    page = answer.content.decode()
    assert "The file names <b>2 people</b> who are on file." in page
    for line, column, why in (
        (4, "Student Number", "&#x27;nobody&#x27; is on file as nobody who is here"),
        (5, "Absence Date", "is empty"),
    ):
        cells = f'line {line}</th><td class="wraps" data-name="Column"><code>{column}</code></td>'
        assert f'{cells}<td class="wraps" data-name="Why">{why}</td>' in page
    assert not PeopleList.objects.exists(), "nothing is kept before somebody says yes"
    assert not AuditEntry.objects.exists()
    assert "“absent today” is saved, with 2 people." in save(client, answer)
    kept = PeopleList.objects.get()
    (tmp_path / "absent today").write_text(text)
    assert lists.take_in(File.on_disk(tmp_path / "absent today"), by="it").name == lists.asked_for_by(kept)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.act) == (f"{Role.COMMUNICATIONS.value}@district.example.org", "took in a list")
    assert entry.detail == {"list": kept.pk, "rows": 2, "fields": ["absence_date"]}
    assert not Upload.objects.exists()


def test_left_without_a_name_it_is_called_as_the_file_is(client: Client) -> None:
    save(client, upload(client, f"student_id\n{ids()[0]}\n", file='bus "17" #2.csv'))
    assert PeopleList.objects.get().name == "bus 17 2.csv"


def test_what_a_name_means_from_now_on_is_said_before(client: Client) -> None:
    one, two, _ = ids()
    save(client, upload(client, f"student_id\n{one}\n", "bus 17"))
    again = upload(client, f"student_id\n{one}\n", "bus 17")
    assert "This very list is kept already" in again.content.decode()
    save(client, again)
    assert PeopleList.objects.count() == 1
    other = upload(client, f"student_id\n{one}\n{two}\n", "bus 17")
    page = other.content.decode()
    assert "There is a list of this name already, with 1 person" in page
    assert "From now on the name means the new one" in page
    save(client, other)
    assert [lists.rows_of(one.pk) for one in PeopleList.objects.order_by("pk")] == [1, 2]
    assert lists.called("bus 17").pk == PeopleList.objects.latest("pk").pk


def test_a_school_office_lists_its_own_people_alone_and_the_others_are_named() -> None:
    office = signed_in(Role.OFFICE)
    own, (other, _) = ids(), ids("South High")
    mine = Contact.objects.filter(guardianships__student__source_id=own[0]).get().source_id
    theirs = Contact.objects.filter(guardianships__student__source_id=other).get().source_id
    ours = builders.staff_member(at=builders.school(SCHOOL)).source_id
    text = f"student_id,contact_id,staff_id\n{own[1]},,\n{other},,\n,{mine},\n,{theirs},\n,,{ours}\n"
    answer = upload(office, text, "bus 17")
    page = answer.content.decode()
    assert "The file names <b>3 people</b> who are on file." in page
    for refused in (other, theirs):
        assert f"&#x27;{refused}&#x27; is not of {SCHOOL}" in page
    assert f"“{SCHOOL}: bus 17” is saved, with 3 people." in save(office, answer)
    named = set(Listed.objects.values_list("student_id", flat=True)) - {None}
    assert named == set(Student.objects.filter(source_id=own[1]).values_list("pk", flat=True))


def test_an_offices_list_takes_the_name_of_nobody_elses(client: Client) -> None:
    save(client, upload(client, f"student_id\n{ids('South High')[0]}\n", "absent"))
    office = signed_in(Role.OFFICE)
    page = upload(office, f"student_id\n{ids()[0]}\n", "absent").content.decode()
    assert "There is a list of this name" not in page
    save(office, upload(office, f"student_id\n{ids()[0]}\n", "absent"))
    assert lists.rows_of(lists.called("absent").pk) == 1
    assert lists.called("absent").by == "communications@district.example.org"


def test_an_office_sees_a_list_of_its_parents_and_staff_and_none_of_others(client: Client) -> None:
    guardian = Contact.objects.filter(guardianships__student__school__name=SCHOOL)[0].source_id
    save(client, upload(client, f"contact_id\n{guardian}\n", "our council"))
    save(client, upload(client, f"student_id\n{ids('South High')[0]}\n", "their bus"))
    page = signed_in(Role.OFFICE).get(reverse(PAGE)).content.decode()
    assert "our council" in page
    assert "their bus" not in page
    theirs = lists.asked_for_by(PeopleList.objects.get(name="their bus"))
    page = signed_in(Role.OFFICE).get(reverse("console:new"), {"list": theirs}).content.decode()
    assert "It goes to the list" not in page


def test_nobody_keeps_or_sees_what_another_laid_by(client: Client) -> None:
    address = looked_at(upload(client, f"student_id\n{ids()[0]}\n", "bus 17"))
    admin = signed_in(Role.ADMINISTRATOR)
    for answer in (admin.get(address, follow=True), admin.post(address, follow=True)):
        assert "That upload is not here any more" in answer.content.decode()
        assert "bus 17" not in answer.content.decode()
    assert not PeopleList.objects.exists()


def test_a_second_click_on_save_keeps_it_once(client: Client) -> None:
    answer = upload(client, f"student_id\n{ids()[0]}\n", "bus 17")
    save(client, answer)
    assert "That upload is not here any more" in save(client, answer)
    assert PeopleList.objects.count() == 1


def test_a_viewer_can_do_nothing_of_it_and_no_form_goes_without_its_token(client: Client) -> None:
    viewer = signed_in(Role.VIEWER)
    assert upload(viewer, f"student_id\n{ids()[0]}\n").status_code == 403
    laid_by = looked_at(upload(client, f"student_id\n{ids()[0]}\n"))
    assert viewer.post(laid_by).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(somebody(Role.COMMUNICATIONS), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert upload(strict, f"student_id\n{ids()[0]}\n").status_code == 403
    assert strict.post(laid_by).status_code == 403
    assert not PeopleList.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("between", [";", "\t"])
def test_what_excel_makes_of_it_is_read(client: Client, encoding: str, between: str) -> None:
    text = f"Student ID{between}Data involved\r\n{ids()[0]}{between}Adresse für Briefe\r\n"
    page = upload(client, text.encode(encoding)).content.decode()
    assert "The file names <b>1 person</b> who is on file." in page
    assert Upload.objects.get().content["students"][0][1] == {"data_involved": "Adresse für Briefe"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"  \r\n", "absent.csv: the file is empty"),
        (b"PK\x03\x04 and so on", "absent.csv: is not a CSV file but a zip or an Excel workbook; save it as CSV first"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "absent.csv: is not a CSV file: it holds binary data"),
        (b"name\nAna\n", "absent.csv: the header has no student_id, contact_id or staff_id, found name"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_a_line_beside_the_field(
    client: Client, content: bytes, says: str
) -> None:
    page = upload(client, content).content.decode()
    assert f'<p class="wrong" id="id_file_error">{says}</p>' in page
    assert not Upload.objects.exists()


def test_a_form_without_a_file_says_so(client: Client) -> None:
    page = client.post(reverse(PAGE), {"name": "bus 17"}).content.decode()
    assert '<p class="wrong" id="id_file_error">Choose a file first.</p>' in page
    assert 'value="bus 17"' in page


def test_too_large_a_file_is_refused_in_one_line(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "_LARGEST", 100_000)
    page = upload(client, f"student_id\n{ids()[0]}\n" + "nobody\n" * 30_000).content.decode()
    assert "The file has 0.2 MB, and a list may have 0.1 here: the command line takes larger ones." in page
    assert not Upload.objects.exists()


def test_a_file_that_names_nobody_says_why_and_can_not_be_saved(client: Client) -> None:
    answer = upload(client, "student_id\nS1\nS2\n")
    page = answer.content.decode()
    assert "there is nothing to save" in page
    assert "&#x27;S2&#x27; is on file as nobody who is here" in page
    assert "Save the list" not in page
    save(client, answer)
    assert not PeopleList.objects.exists()


def test_of_very_many_wrong_rows_the_first_are_shown_and_the_rest_are_counted(client: Client) -> None:
    page = upload(client, f"student_id\n{ids()[0]}\n" + "nobody\n" * 1234).content.decode()
    assert page.count("is on file as nobody who is here") == 200
    assert "1,034 more rows can&#x27;t be used." in page or "1,034 more rows can't be used." in page


def test_names_and_values_of_a_file_are_text_on_the_page(client: Client) -> None:
    text = "<b>student_id</b>,student_id\nx,<script>alert(1)</script>\n"
    page = upload(client, text, "<img src=x>").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_what_is_saved_is_picked_in_a_new_broadcast(client: Client) -> None:
    page = save(client, upload(client, f"student_id\n{ids()[0]}\n", "bus 17"))
    value = lists.asked_for_by(PeopleList.objects.get())
    address = reverse("console:new", query={"list": value})
    assert page.count(f'href="{address}"') == 2, "in the note, and beside the list"
    assert "It goes to the list <b>bus 17</b>" in client.get(address).content.decode()
    answer = client.post(address, {"template": "weather-closure", "list": value})
    draft = Draft.objects.get()
    assert answer.headers["Location"] == reverse("console:draft-what", args=[draft.pk])
    assert draft.audience == f'list:"{value}"'
    who = client.get(reverse("console:draft-who", args=[draft.pk]) + "?wait=1").content.decode()
    assert "<b>1</b> family" in who
    assert "checked" in who.partition(f'value="{value}"')[2][:80]


def test_a_school_office_writes_to_its_list_inside_its_school() -> None:
    office = signed_in(Role.OFFICE)
    save(office, upload(office, f"student_id\n{ids()[0]}\n", "bus 17"))
    value = lists.asked_for_by(PeopleList.objects.get())
    office.post(reverse("console:new"), {"template": "weather-closure", "list": value})
    assert Draft.objects.get().audience == f'school:"{SCHOOL}" and (list:"{value}")'


def test_from_a_draft_it_leads_back_there_with_the_list_picked(client: Client) -> None:
    draft = drafts.begin("weather-closure", "communications@district.example.org")
    link = f"{reverse(PAGE)}?draft={draft.pk}"
    assert link in client.get(reverse("console:draft-who", args=[draft.pk])).content.decode()
    answer = upload(client, f"student_id\n{ids()[0]}\n", "bus 17", where=link)
    assert looked_at(answer).endswith(f"?draft={draft.pk}")
    page = save(client, answer)
    assert "It is picked here." in page
    draft.refresh_from_db()
    assert draft.audience == f'list:"{lists.asked_for_by(PeopleList.objects.get())}"'


def test_another_schools_draft_is_no_way_back() -> None:
    draft = drafts.begin("weather-closure", "writer@example.org", builders.school("South High"))
    assert signed_in(Role.OFFICE).get(f"{reverse(PAGE)}?draft={draft.pk}").status_code == 404


def test_the_example_is_a_list_itself(client: Client) -> None:
    answer = client.get(reverse("console:list-example"))
    content = b"".join(answer)  # type: ignore[arg-type]  # it streams
    assert 'filename="list-example.csv"' in answer.headers["Content-Disposition"]
    number = content.decode("utf-8-sig").splitlines()[1].split(",")[0]
    Student.objects.filter(source_id=ids()[0]).update(source_id=number)
    assert "The file names <b>1 person</b> who is on file." in upload(client, content).content.decode()


def test_it_reads_spanish_to_whom_it_should(client: Client) -> None:
    Person.objects.update(language="es")
    page = upload(client, f"student_id\n{ids()[0]}\nnobody\n").content.decode()
    assert "is on file as nobody" not in page
    assert "El archivo nombra a" in page
    assert "libro de Excel" in upload(client, b"PK\x03\x04 and so on").content.decode()
