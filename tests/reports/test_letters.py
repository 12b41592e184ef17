"""Letters to families whom no message can reach."""

from pathlib import Path

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import Channel
from broadcaster.reports.letters import html, letters, write
from tests import builders
from tests.delivery.worker import plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> int:
    """A broadcast that reached nobody of three families at two schools; a fourth may still be reached."""
    south, north = builders.school("South"), builders.school("North/West")
    builders.student(builders.guardian(language="so"), at=south, name="Amina", grade="4")
    builders.student(builders.guardian(sms=builders.phone(2)), at=south, name="Ben")
    builders.student(at=north, name="Cy", family=builders.Family.objects.create())
    builders.student(builders.guardian(sms=builders.phone(3)), at=south, name="Dee")
    made = builders.broadcast(languages=("en", "so"), sms="School is open for [[student_names]].", code="BCDF23")
    plan(made.pk)
    Delivery.objects.filter(address=builders.phone(2)).update(status="failed")
    Delivery.objects.filter(address=builders.phone(3)).update(status="sent")
    return int(made.pk)


def test_each_family_without_a_working_address_gets_a_letter_in_its_language_with_its_own_values(sent: int) -> None:
    found = {letter.students[0]: letter for letter in letters(sent)}
    assert set(found) == {"Amina (4)", "Ben", "Cy"}
    amina = found["Amina (4)"]
    assert (amina.language, amina.to) == ("so", "Ku socota qoyska Amina")
    assert amina.paragraphs == ("School is open for Amina.",)
    assert "(612) 555-0100" in amina.why
    assert found["Ben"].to == "To the family of Ben"


def test_there_is_a_file_to_print_for_each_school_with_a_sheet_for_each_family(sent: int, tmp_path: Path) -> None:
    assert write(tmp_path / "letters", sent) == 3
    files = {path.name: path.read_text().count('class="sheet"') for path in (tmp_path / "letters").iterdir()}
    assert files == {"South.html": 2, "North-West.html": 1}
    page = (tmp_path / "letters" / "South.html").read_text()
    assert "/board #BCDF23" in page
    assert "break-after: page" in page
    assert 'lang="so"' in page


def test_of_one_school_only_its_own_letters_are_printed(sent: int) -> None:
    assert [letter.students for letter in letters(sent, builders.school("North/West"))] == [("Cy",)]


def test_a_letter_of_a_drill_says_that_it_is_not_to_be_sent(sent: int) -> None:
    made = builders.broadcast(drill=True, channels=(Channel.SMS,))
    plan(made.pk)
    assert "DRILL" in html(made, "South", list(letters(made.pk)))


def test_where_everybody_was_reached_there_is_nothing_to_print(tmp_path: Path) -> None:
    builders.student(builders.guardian(sms=builders.phone(1)))
    made = builders.broadcast()
    plan(made.pk)
    Delivery.objects.update(status="delivered", ended_at=clock.now())
    assert write(tmp_path, made.pk) == 0
    assert not list(tmp_path.iterdir())
