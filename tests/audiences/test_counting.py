"""An audience in counts."""

import pytest

from broadcaster.audiences import AudienceError, Counts, count, parse
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster import consent
from broadcaster.roster.models import ConsentState, Contact, Student, Suppression

pytestmark = pytest.mark.usefixtures("district")

# Families: A with B; C; D; and S4, whom nobody is on file for
DISTRICT = Counts(
    students=5,
    families=4,
    contacts=4,
    email=2,
    sms=2,
    unreachable=2,
    by_language={"en": 2, "es-MX": 1, "so": 1},
    schools=2,
    why_unreachable={"nobody on file": 1, "no phone or email": 1},
)


def test_the_district_in_counts() -> None:
    assert count("district") == DISTRICT
    assert count(parse("district")) == DISTRICT


def test_a_contact_counts_only_where_a_pair_inside_the_audience_allows_it() -> None:
    ninth = count("grade:9")
    assert (ninth.contacts, ninth.email, ninth.sms) == (2, 1, 1)  # A and C; B may not be contacted about S1
    tenth = count("grade:10")
    assert (tenth.contacts, tenth.email, tenth.sms) == (2, 2, 2)


def test_staff_count_as_people() -> None:
    assert count("staff") == Counts(0, 0, 2, 2, 0, 0, {"en": 2}, 1, {})
    consent.suppress(Channel.EMAIL, "t1@staff.example.org", "bounced")
    assert count("staff").unreachable == 1
    both = count("district or staff")
    assert (both.families, both.contacts, both.unreachable) == (4, 6, 3)


def test_an_opt_out_of_a_shared_address_is_for_all_who_share_it() -> None:
    consent.record(Channel.SMS, "+16125550102", Purpose.GENERAL, ConsentState.OPTED_OUT, "text")
    after = count("district")
    assert (after.sms, after.email, after.unreachable) == (1, 2, 3)  # D had only that phone
    assert (after.families, after.contacts) == (DISTRICT.families, DISTRICT.contacts)


def test_consent_is_per_purpose() -> None:
    consent.record(Channel.SMS, "+16125550102", Purpose.GENERAL, ConsentState.OPTED_OUT, "text")
    assert count("district", Purpose.EMERGENCY).sms == 2
    consent.opt_out_everything(Channel.SMS, "+16125550102", "text STOP")
    assert count("district", Purpose.EMERGENCY).sms == 1


def test_a_suppressed_address_counts_again_when_it_is_lifted() -> None:
    consent.suppress(Channel.EMAIL, "a@example.org", "bounced")
    assert count("district", Purpose.EMERGENCY).email == 1
    Suppression.objects.update(lifted_at=1.0)
    assert count("district").email == 2


def test_an_empty_roster_is_nobody() -> None:
    Contact.objects.all().delete()
    Student.objects.all().delete()
    assert count("district or staff") == Counts(0, 0, 0, 0, 0, 0, {}, 0)
    assert count("language:en").families == 0
    with pytest.raises(AudienceError, match="the roster has none yet"):
        count("grade:9")


def test_counting_takes_four_queries(django_assert_num_queries: object) -> None:
    audience = parse("district and not grade:9")
    with django_assert_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture has no public type
        count(audience)
