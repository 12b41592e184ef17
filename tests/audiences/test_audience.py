"""Who an expression means."""

import pytest
from django.db import connection

from broadcaster.audiences import AudienceError, Condition, parse, register, terms
from broadcaster.roster.models import Contact, Student

pytestmark = pytest.mark.usefixtures("district")

EVERYBODY = {"S1-A", "S1-B!", "S2-A", "S2-B", "S3-C", "S4-?!", "S5-D"}


def people(expression: str) -> set[str]:
    """Rows as student-contact; ? stands for nobody, ! for may not be written to."""
    sql, params = parse(expression).rows_sql()
    students = dict(Student.objects.values_list("id", "source_id"))
    contacts = dict(Contact.objects.values_list("id", "source_id"))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert [column[0] for column in cursor.description] == [
            *("student_id", "contact_id", "family_id", "school_id", "allowed")
        ]
        rows = cursor.fetchall()
    found = [
        f"{students.get(student, 'staff')}-{contacts.get(contact, '?')}{'' if allowed else '!'}"
        for student, contact, _, _, allowed in rows
    ]
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize(
    ("expression", "who"),
    [
        ("district", EVERYBODY),
        ("District", EVERYBODY),
        ("staff", {"staff-T1", "staff-T2"}),
        ("district or staff", EVERYBODY | {"staff-T1", "staff-T2"}),
        ("not staff", EVERYBODY),
        ("not district", set()),
        ("school:South High", {"S3-C", "S4-?!"}),
        ('school:"roosevelt HIGH"', {"S1-A", "S1-B!", "S2-A", "S2-B"}),
        ("not school:South High", EVERYBODY - {"S3-C", "S4-?!"}),
        ("staff and school:South High", {"staff-T1"}),
        ("staff and not school:South High", {"staff-T2"}),
        ("school:South High or staff", {"S3-C", "S4-?!", "staff-T1", "staff-T2"}),
        ("grade:9", {"S1-A", "S1-B!", "S3-C"}),
        ("grade:09", {"S1-A", "S1-B!", "S3-C"}),
        ("grade:9-12", {"S1-A", "S1-B!", "S2-A", "S2-B", "S3-C"}),
        ("grade:K-8", {"S4-?!"}),
        ("grade:Kindergarten", {"S4-?!"}),
        ("not grade:K-12", {"S5-D"}),
        ('grade:9-12 and school:"South High"', {"S3-C"}),
        ("language:so", {"S1-B!", "S2-B"}),
        ("language:Somali", {"S1-B!", "S2-B"}),
        ("language:es", {"S3-C"}),
        ("language:en", {"S1-A", "S2-A", "S5-D"}),
        ("not language:en", {"S1-B!", "S2-B", "S3-C", "S4-?!"}),
        ("school:South High and (grade:K or language:es)", {"S3-C", "S4-?!"}),
    ],
)
def test_an_expression_means_these_people(expression: str, who: set[str]) -> None:
    assert people(expression) == who


def test_people_who_left_are_in_no_audience() -> None:
    Contact.objects.filter(source_id__in=["C", "T1"]).update(left_at=1.0)
    Student.objects.filter(source_id="S5").update(left_at=1.0)
    assert people("district or staff") == {"S1-A", "S1-B!", "S2-A", "S2-B", "S3-?!", "S4-?!", "staff-T2"}


def test_rows_carry_the_family_and_the_school() -> None:
    sql, params = parse("district or staff").rows_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT student_id, contact_id, family_id, school_id FROM ({sql}) AS x", params)
        rows = {(student, contact): (family, school) for student, contact, family, school in cursor.fetchall()}
    for (student, contact), (family, school) in rows.items():
        if student is None:
            teacher = Contact.objects.get(pk=contact)
            assert (family, school) == (None, teacher.school_id)
        else:
            child = Student.objects.get(pk=student)
            home = Contact.objects.get(pk=contact).family_id if contact else child.family_id
            assert home is not None
            assert (family, school) == (home, child.school_id)


def test_rows_can_be_narrowed_to_some_families_in_one_query() -> None:
    sql, params = parse("district and not language:so").rows_sql()
    assert sql.replace("%s", "").count("%") == 0
    family = Contact.objects.get(source_id="A").family_id
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM ({sql}) AS x WHERE family_id >= %s AND family_id < %s",
            [*params, family, (family or 0) + 1],
        )
        assert cursor.fetchone()[0] == 2


@pytest.mark.parametrize(
    ("expression", "say"),
    [
        ("distrct", "unknown audience term 'distrct'; nearest: district"),
        ("scool:South High", "unknown audience term 'scool:'; nearest: school"),
        ("school:Rosevelt", "unknown school 'Rosevelt'; nearest: Roosevelt High"),
        ("school:Xyz", "unknown school 'Xyz'; existing: Roosevelt High, South High"),
        ("grade:11", "unknown grade '11'; nearest: 10"),
        ("grade:12-9", "unknown grade '12-9'; existing: K, 9, 10"),
        ("language:fr", "unknown language 'fr'; existing: "),
        ("language:Elvish", "unknown language 'Elvish'; "),
        ("school", "audience term 'school' needs a value after a colon, for example school:\"South High\""),
        ("district:9", "audience term 'district' takes no value, found '9'"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_ones(expression: str, say: str) -> None:
    with pytest.raises(AudienceError) as wrong:
        parse(expression)
    assert say in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_another_room_can_add_a_term(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "_TERMS", dict(terms._TERMS))
    register("child", lambda value: Condition("(student_id IS NOT NULL AND student_id = %s)", (value,)))
    child = Student.objects.get(source_id="S1")
    assert people(f"child:{child.pk} and language:so or not district") == {"S1-B!"}
