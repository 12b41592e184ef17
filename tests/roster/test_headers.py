"""Which headers mean what."""

import pytest

from broadcaster.roster.importing.headers import families_columns, staff_columns
from tests.roster.rosters import FAMILIES, STAFF


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Student Number", "student_id"),
        ("STUDENTID", "student_id"),
        ("studentId", "student_id"),
        ("Pupil Identifier", "student_id"),
        ("Student", "student_name"),
        ("Name", "student_name"),
        ("Last Name", "student_last"),
        ("Building", "school"),
        ("School Name", "school"),
        ("Grade Level", "grade"),
        ("Guardian ID", "contact_id"),
        ("Contact #", "contact_id"),
        ("Parent/Guardian Name", "contact_name"),
        ("Guardian First Name", "contact_first"),
        ("Relation", "relationship"),
        ("Relationship to Student", "relationship"),
        ("Home Language", "language"),
        ("Language of Correspondence", "language"),
        ("E-mail Address", "email"),
        ("Parent Email 1", "email"),
        ("Mobile Phone", "phone"),
        ("Cell", "phone"),
        ("Phone2", "phone"),
        ("May Contact", "may_contact"),
        ("Can be contacted", "may_contact"),
        ("Contact Permission", "may_contact"),
        ("Do Not Contact", "do_not_contact"),
        ("Lives With", "lives_with"),
    ],
)
def test_a_families_header_is_understood(header: str, meaning: str) -> None:
    assert list(families_columns([header]).at) == [meaning]


@pytest.mark.parametrize(
    "header",
    [
        "Sibling Email",
        "Guardian 2 Email",
        "Home Address",
        "Contact Type",
        "Emergency Phone",
        "",
        "Gender",
    ],
)
def test_a_header_of_something_else_is_left_alone(header: str) -> None:
    assert families_columns([header]).at == {}


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Employee Number", "staff_id"),
        ("Staff ID", "staff_id"),
        ("Name", "staff_name"),
        ("Job Title", "role"),
        ("Site", "school"),
    ],
)
def test_a_staff_header_is_understood(header: str, meaning: str) -> None:
    assert list(staff_columns([header]).at) == [meaning]


def test_our_own_headers_are_understood_in_their_order() -> None:
    assert families_columns(FAMILIES).at == {name: (place,) for place, name in enumerate(FAMILIES)}
    assert staff_columns(STAFF).at == {name: (place,) for place, name in enumerate(STAFF)}


def test_the_plainest_of_several_columns_wins() -> None:
    assert families_columns(["School ID", "School Name", "Student Language", "Home Language"]).at == {
        "school": (1,),
        "language": (3,),
    }


def test_all_columns_with_addresses_are_read() -> None:
    assert families_columns(["Home Phone", "Cell Phone", "Work Email", "Email"]).at == {
        "email": (2, 3),
        "phone": (0, 1),
    }
