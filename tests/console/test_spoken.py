"""Sentences of the rooms below with numbers and names in them: each in Spanish, with what stands in its places."""

from collections import Counter
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.utils import translation

from broadcaster.audiences import list_file
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console.spoken import PATTERNS, WHOLE, spoken
from broadcaster.delivery.models import Answer
from broadcaster.kinds import BadInput, Channel
from broadcaster.reports import verdict
from broadcaster.reports.comparing import Line
from broadcaster.reports.doubts import InDoubt, happened, known
from broadcaster.reports.trends import Trends
from broadcaster.roster.importing.files import File
from broadcaster.roster.models import Student
from tests import builders


def line(name: str = "Oak and Elm", **changes: Any) -> Line:
    values: dict[str, Any] = dict.fromkeys(("broadcasts", "families", "meant", "reached", "compared", "later"), 40)
    values |= {"share": 0.9, "elsewhere": 0.98, "t90": None, "all_t90": 30.0}
    return Line(name=name, **(values | dict.fromkeys(("small", "behind", "slow"), False) | changes))


def trends(*schools: Line, school: str = "", **counts: int) -> Trends:
    left = dict.fromkeys(("unfinished", "drills", "cancelled", "planning"), 0) | counts
    return cast("Trends", SimpleNamespace(points=[1], schools=schools, languages=schools, school=school, **left))


def of_the_year() -> list[str]:
    worse = [line(behind=True, slow=True), line("South High", behind=True, slow=True)]
    many = [line(str(index), behind=True, slow=True) for index in range(7)]
    found = [
        trends(*worse),
        trends(*many),
        trends(line(small=True)),
        trends(line()),
        trends(line(), school="South High"),
    ]
    found += [trends(unfinished=number, drills=number, cancelled=number, planning=number) for number in (1, 2)]
    return [text for one in found for text in (*verdict.stands_out(one), *verdict.notes(one))]


def of_doubts() -> list[str]:
    causes = ("its worker stopped", "HTTP 503", "ReadTimeout", "ServerDisconnected")
    answers: Counter[str] = Counter({one.value: 3 for one in Answer})
    groups = [
        InDoubt(1, "", BroadcastStatus.SENDING, channel, "", True, 3, 0.0, causes, asks, answers, told)
        for channel in Channel
        for asks in (0, 2)
        for told in (0, 1, 2)
    ]
    return [*map(happened, causes), *(text for group in groups for text in known(group))]


#: a file that is no list, each in a way of its own
NO_LISTS = (
    b" ",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x1f\x8b",
    b"\x00\x01\x02\x03" * 9,
    b"name\nAna\n",
    b'"a\n',
)
#: a row that is no row, each in a way of its own
NO_ROWS = (
    f"student_id,absence_date\n,Monday\nS1,Monday\nS2,Monday\nS3,\nS3,{'x' * 501}\nS3,Monday\nS3,Friday\n"
    f'S3,Monday,more\n=1+1,Monday\n"S3,Monday\n{"x" * 1_000_001}\nS3'
)


def of_lists() -> list[str]:
    at = builders.school("Oak and Elm")
    for number, school in (("S2", builders.school()), ("S3", at)):
        builders.student(at=school)
        Student.objects.filter(source_id__startswith="p").update(source_id=number)
    said = []
    for content in NO_LISTS:
        with pytest.raises(BadInput) as error:
            list_file.read(file(content))
        said.append(str(error.value))
    return [*said, *(row.reason for row in list_file.read(file(NO_ROWS.encode()), school=at).rejected)]


def file(content: bytes) -> File:
    return File("absent.csv", "absent.csv", len(content), lambda: BytesIO(content))


@pytest.mark.django_db
def test_what_is_wrong_with_a_list_is_said_in_spanish() -> None:
    made = of_lists()
    assert len({*made}) == 19, made
    with translation.override("es"):
        assert [text for text in made if spoken(text) == text] == []
    with translation.override("en"):
        assert [text for text in made if spoken(text) != text] == []


def test_each_of_them_is_said_in_spanish_and_none_is_forgotten() -> None:
    made = {*of_the_year(), *of_doubts()}
    with translation.override("es"):
        said = {text: spoken(text) for text in made}
        left = [text for text in (*PATTERNS, *WHOLE) if translation.gettext(text) == text]
    assert [text for text, spanish in said.items() if spanish == text] == []
    assert left == []
    english = (" elsewhere", " after ", " drill", " broadcast", " never", " more.", ") and ", " mail")
    assert [one for one in said.values() for word in english if word in one] == []


@pytest.mark.parametrize("text", sorted({*of_the_year(), *of_doubts()}))
def test_in_english_it_is_what_the_reports_say(text: str) -> None:
    with translation.override("en"):
        assert spoken(text) == text


def test_a_schools_own_name_stays_as_it_is() -> None:
    with translation.override("es"):
        said = spoken(verdict.stands_out(trends(line(behind=True), line("South High", behind=True)))[0])
    assert said.startswith("Escuelas")
    assert "Oak and Elm (90.0 %, en otras partes 98.0 %) y South High" in said
