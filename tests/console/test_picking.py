"""Picking whom it is for by name: saved audiences and lists, inside one's own school, with the counts beside them."""

from pathlib import Path

import pytest
from django.urls import reverse

from broadcaster.audiences import lists, saved
from broadcaster.broadcasts import drafts
from broadcaster.broadcasts.models import Draft
from broadcaster.people.roles import Role
from broadcaster.roster.importing.files import File
from broadcaster.roster.models import Student
from tests.browser.people import SCHOOL, signed_in, somebody

from .conftest import Post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_schools")]

HIGH = "South, all of it"


@pytest.fixture
def high() -> None:
    saved.save(HIGH, 'school:"South High"', by="it@district.example.org")


def taken_in(folder: Path, name: str, *students: Student) -> str:
    """A list of these students, with a route for each; what a term asks for it with."""
    path = folder / name
    rows = "".join(f"{one.source_id},{index}\n" for index, one in enumerate(students))
    path.write_text(f"student_id,route\n{rows}")
    return lists.take_in(File.on_disk(path), by="it@district.example.org").name


def page_of(draft: Draft, role: Role = Role.COMMUNICATIONS) -> str:
    return signed_in(role).get(reverse("console:draft-who", args=[draft.pk]) + "?wait=1").content.decode()


def begun(school_of: Role | None = None) -> Draft:
    school = somebody(school_of).school if school_of else None
    return drafts.begin("weather-closure", "writer@example.org", school)


def test_nothing_kept_is_no_choice() -> None:
    page = page_of(begun())
    assert "A saved audience" not in page
    assert "A list of people" not in page


def test_a_saved_audience_is_picked_by_its_name_and_counted(high: None, post: Post) -> None:
    draft = begun()
    assert "school:&quot;South High&quot;" in page_of(draft), "what it means stands beside its name"
    answer = post(signed_in(Role.COMMUNICATIONS), "draft-who", draft, kind="saved", saved=HIGH, go="when")
    assert answer.headers["Location"] == reverse("console:draft-when", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.audience == f'saved:"{HIGH}"'
    assert "<b>2</b> families" in page_of(draft)


def test_a_list_is_picked_by_its_name_and_counted(post: Post, tmp_path: Path) -> None:
    two = Student.objects.filter(school__name=SCHOOL).order_by("pk")[:2]
    name = taken_in(tmp_path, "bus 17.csv", *two)
    draft = begun()
    page = page_of(draft)
    assert "2 people" in page
    assert "by it@district.example.org" in page
    post(signed_in(Role.COMMUNICATIONS), "draft-who", draft, kind="list", listed=name, go="when")
    draft.refresh_from_db()
    assert draft.audience == f'list:"{name}"'
    assert "<b>2</b> families" in page_of(draft)


def test_a_school_office_reaches_its_own_school_alone_by_them_and_sees_no_others_list(
    high: None, post: Post, tmp_path: Path
) -> None:
    own, other = (Student.objects.filter(school__name=name).first() for name in (SCHOOL, "South High"))
    assert own is not None
    assert other is not None
    taken_in(tmp_path, "theirs.csv", other)
    both = taken_in(tmp_path, "both.csv", own, other)
    draft = begun(Role.OFFICE)
    page = page_of(draft, Role.OFFICE)
    assert "both.csv" in page
    assert "theirs.csv" not in page
    post(signed_in(Role.OFFICE), "draft-who", draft, kind="list", listed=both)
    assert "<b>1</b> family" in page_of(draft, Role.OFFICE)
    answer = post(signed_in(Role.OFFICE), "draft-who", draft, kind="saved", saved=HIGH, go="when")
    assert "This means nobody" in answer.content.decode()


@pytest.mark.parametrize(("kind", "field"), [("saved", "saved"), ("list", "listed")])
def test_picking_the_kind_and_no_name_is_said_beside_it(
    high: None, post: Post, tmp_path: Path, kind: str, field: str
) -> None:
    taken_in(tmp_path, "some.csv", *Student.objects.all()[:1])
    page = post(signed_in(Role.COMMUNICATIONS), "draft-who", begun(), kind=kind, go="when").content.decode()
    assert "Pick whom it is for." in page.partition(f'name="{field}"')[0][-600:]


def test_one_that_was_forgotten_meanwhile_is_said_in_words(high: None, post: Post) -> None:
    draft = begun()
    post(signed_in(Role.COMMUNICATIONS), "draft-who", draft, kind="saved", saved=HIGH)
    saved.forget(HIGH, by="it@district.example.org")
    assert "unknown saved audience" in page_of(draft)
    answer = post(signed_in(Role.COMMUNICATIONS), "draft-who", draft, kind="saved", saved=HIGH, go="when")
    assert answer.status_code == 200


def test_without_javascript_there_is_a_button_that_counts(high: None, post: Post) -> None:
    draft = begun()
    assert 'name="count"' in page_of(draft)
    answer = post(signed_in(Role.COMMUNICATIONS), "draft-who", draft, kind="saved", saved=HIGH, count="1")
    assert answer.status_code == 200
    assert "<b>2</b> families" in answer.content.decode() or "?wait=1" in answer.content.decode()
