"""Terms that mean people one by one: a list, an address, an earlier broadcast."""

from pathlib import Path

import pytest

from broadcaster import clock
from broadcaster.audiences import AudienceError, count, lists, parse
from broadcaster.audiences.audience import for_the_log, frozen
from broadcaster.audiences.models import Listed, PeopleList
from broadcaster.delivery.models import Delivery, Member
from broadcaster.kinds import BadInput, Channel
from broadcaster.roster.importing.files import File
from broadcaster.roster.models import Contact, Student
from tests import builders

pytestmark = pytest.mark.django_db


def file(folder: Path, text: str, name: str = "affected.csv") -> File:
    path = folder / name
    path.write_text(text)
    return File.on_disk(path)


@pytest.fixture
def children() -> list[Student]:
    """Three children of three families; the second has two parents."""
    made = [builders.student(builders.guardian(email=f"f{n}@example.org")) for n in range(3)]
    second = builders.guardian(
        email="other@example.org", family=Contact.objects.get(points__address="f1@example.org").family
    )
    second.guardianships.create(student=made[1])
    return made


def test_a_list_means_its_students_and_its_people(children: list[Student], tmp_path: Path) -> None:
    staff = builders.staff_member(email="s@example.org")
    lone = Contact.objects.get(points__address="f2@example.org")
    text = f"Student Number,Contact ID,staff_id\n{children[1].source_id},,\n,{lone.source_id},\n,,{staff.source_id}\n"
    taken = lists.take_in(file(tmp_path, text), by="tester")
    assert (taken.rows, taken.rejected) == (3, ())
    counts = count(f'list:"{taken.name}"')
    assert (counts.students, counts.families, counts.contacts, counts.email) == (2, 2, 4, 4)
    assert count(f"list:{taken.name} and not staff").contacts == 3


def test_what_a_row_lacks_is_said_where_it_stands(children: list[Student], tmp_path: Path) -> None:
    one, two, three = (child.source_id for child in children)
    text = (
        f"student_id,Absence Date,other\n{one},2026-11-24,x\nnobody,2026-11-24,x\n{two},,x\n"
        f"{one},2026-11-25,x\n,2026-11-24,x\n{three},=1+1,x\n"
    )
    taken = lists.take_in(file(tmp_path, text), by="tester")
    assert taken.fields == ("absence_date",)
    assert [(row.line, row.column) for row in taken.rejected] == [
        (3, "student_id"),
        (4, "Absence Date"),
        (5, "student_id"),
        (6, ""),
        (7, "Absence Date"),
    ]
    assert [row.own for row in Listed.objects.all()] == [{"absence_date": "2026-11-24"}]


def test_the_same_file_is_the_same_list_and_another_of_its_name_is_newer(
    children: list[Student], tmp_path: Path
) -> None:
    first = lists.take_in(file(tmp_path, f"student_id\n{children[0].source_id}\n"), by="tester")
    assert lists.take_in(file(tmp_path, f"student_id\n{children[0].source_id}\n"), by="tester").name == first.name
    kept = frozen("list:affected.csv")
    assert kept == f'list:"{first.name}"'
    lists.take_in(file(tmp_path, "student_id\n" + "\n".join(child.source_id for child in children)), by="tester")
    assert (count("list:affected.csv").students, count(kept).students) == (3, 1)
    assert PeopleList.objects.count() == 2


def test_a_list_that_is_still_being_written_is_found_by_nobody(children: list[Student], tmp_path: Path) -> None:
    whole = lists.take_in(file(tmp_path, f"student_id\n{children[0].source_id}\n"), by="tester")
    half = PeopleList.objects.create(name="affected.csv", digest="unfinished 1.0", by="tester", at=clock.now())
    assert frozen("list:affected.csv") == f'list:"{whole.name}"'
    with pytest.raises(AudienceError, match="unknown list"):
        parse(f'list:"affected.csv#{half.pk}"')


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\nAna\n", "has no student_id, contact_id or staff_id, found name"),
        ("student_id\nnobody\n", "names nobody who is on file"),
    ],
)
def test_a_file_that_is_no_list_is_refused(children: list[Student], tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        lists.take_in(file(tmp_path, text), by="tester")
    with pytest.raises(AudienceError, match=r"unknown list 'affected\.csv'"):
        parse("list:affected.csv")


def test_an_address_means_somebody_who_is_in_no_roster(children: list[Student]) -> None:
    for expression in ("address:help@example.org", "address:+1 612 555 0142"):
        counts = count(expression)
        assert (counts.families, counts.contacts, counts.email + counts.sms) == (0, 1, 1)
    counts = count("district or address:HELP@example.org or address:612-555-0142")
    assert (counts.families, counts.email, counts.sms) == (3, 5, 1)
    assert count("district").contacts == 4
    assert count("staff or district").contacts == 4
    assert Contact.objects.filter(kind="guest").count() == 2


@pytest.mark.parametrize("value", ["nobody", "a@b@example.org", "+1 800 555 0100"])
def test_an_address_that_can_not_be_written_to_is_refused(value: str) -> None:
    with pytest.raises(AudienceError, match=r"at position 1"):
        parse(f"address:{value}")


def test_an_earlier_broadcast_means_who_got_it_leavers_too(children: list[Student]) -> None:
    sent = builders.broadcast()
    for child, status in zip(children, ("delivered", "failed", "sent"), strict=True):
        for tie in child.guardianships.select_related("contact"):
            Member.objects.create(
                broadcast_id=sent.pk,
                student_id=child.pk,
                contact_id=tie.contact_id,
                family_id=tie.contact.family_id,
                allowed=True,
            )
            Delivery.objects.create(
                broadcast_id=sent.pk,
                channel=Channel.EMAIL,
                address=tie.contact.points.get().address,
                contact_id=tie.contact_id,
                family_id=tie.contact.family_id,
                language="en",
                wave=1,
                status=status,
            )
    Contact.objects.filter(points__address="f2@example.org").update(left_at=clock.now())
    Student.objects.filter(pk=children[2].pk).update(left_at=clock.now())
    counts = count(f"broadcast:{sent.pk}")
    assert (counts.students, counts.families, counts.email) == (2, 2, 2)
    assert count(f"broadcast:{sent.pk} and district").families == 2
    assert count("district").families == 2
    assert count(f"district and not broadcast:{sent.pk}").families == 1


@pytest.mark.parametrize("value", ["99", "x", "-1"])
def test_an_unknown_broadcast_is_told(value: str) -> None:
    with pytest.raises(AudienceError, match=rf"broadcast.*{value}.*\(at position 1\)"):
        parse(f"broadcast:{value}")


def test_who_can_not_be_reached_is_counted_by_why(children: list[Student]) -> None:
    from broadcaster.roster import consent

    builders.student()
    builders.student(builders.guardian(email="no@example.org"), may_contact=False)
    builders.student(builders.guardian())
    consent.suppress(Channel.EMAIL, "f0@example.org", "bounced")
    Student.objects.filter(guardianships=None).update(family=builders.Family.objects.create())
    counts = count("district")
    assert counts.unreachable == 4
    assert counts.why_unreachable == {
        "nobody on file": 1,
        "nobody may be contacted": 1,
        "no phone or email": 1,
        "opted out or suppressed": 1,
    }


def test_no_log_has_the_addresses_that_an_expression_names() -> None:
    said = for_the_log("district or ADDRESS:+1 612 555 0142 or (address:help@example.org and not staff)")
    assert said == "district or address:… or (address:… and not staff)"
