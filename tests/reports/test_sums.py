"""Whatever the ledger holds, the report's numbers agree with each other and with a count by hand."""

from collections import Counter
from collections.abc import Mapping

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.reports import ledger, overview, reach, snapshot, unreached
from broadcaster.reports.counts import report
from broadcaster.reports.report import NO_GRADE, NO_LANGUAGE, NO_SCHOOL, Counts, Report, Served
from broadcaster.roster import grades
from tests.reports import builders
from tests.reports.small_ledgers import (
    GRADES,
    LANGUAGES,
    SCHOOLS,
    Small,
    Written,
    child,
    ledgers,
    school_of,
    time_by_hand,
    write,
)

pytestmark = pytest.mark.django_db
S = DeliveryStatus
EVERYBODY_AND_EACH_SCHOOL = (None, *SCHOOLS)


@given(small=ledgers())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_number_is_what_one_counts_by_hand_for_the_district_and_for_each_school(small: Small) -> None:
    with transaction.atomic():
        written = write(small)
        for school in EVERYBODY_AND_EACH_SCHOOL:
            found = report(written.sent.pk, written.school(school))
            check_messages(found, small, school)
            check_families(found, small, school)
            check_the_others_agree(found, small, written, school)
        transaction.set_rollback(True)


def check_messages(found: Report, small: Small, school: int | None) -> None:
    sent = small.sent(school)
    assert found.totals == Counter(one.status.value for one in sent)
    for groups in (found.channels, found.languages, found.schools, found.grades):
        assert added_up(groups) == found.totals
    assert found.languages == counted((one.language, one.status) for one in sent)
    assert found.schools == counted(
        (named(school_of(small, one.to) if school is None else school), one.status) for one in sent
    )
    assert found.grades == counted(
        (grade_of(small, one.to[0], school, school_of(small, one.to)), one.status) for one in sent
    )
    lost = (S.FAILED, S.UNDELIVERED, S.SUPPRESSED, S.CANCELLED)
    assert sum(reason.count for reason in found.reasons) == sum(one.status in lost for one in sent)
    left = Counter(one.channel for one in sent if one.status in (S.SENT, S.DELIVERED, S.UNDELIVERED))
    assert (found.segments, found.mails) == (2 * left[Channel.SMS], left[Channel.EMAIL])


def counted(pairs: object) -> dict[str, dict[str, int]]:
    total: dict[str, dict[str, int]] = {}
    for name, status in pairs:  # type: ignore[attr-defined]  # a generator of pairs
        counts = total.setdefault(name, {})
        counts[status.value] = counts.get(status.value, 0) + 1
    return total


def named(school: int | None) -> str:
    return NO_SCHOOL if school is None else f"School {school}"


def grade_of(small: Small, family: int, scope: int | None, school: int | None) -> str:
    """That of the family's youngest child at the school that the delivery is counted at."""
    at = school if scope is None else scope
    theirs = {GRADES[tie.child] for tie in small.of(scope) if tie.family == family and tie.child and tie.school == at}
    places = {grade: place for place, grade in enumerate(grades.ORDER)}
    youngest = min(theirs, key=lambda grade: (places.get(grade, 99), grade), default="") if family else ""
    return youngest or NO_GRADE


def check_families(found: Report, small: Small, school: int | None) -> None:
    ties, families, times = small.of(school), small.families(school), small.reached()
    reached = {family: at for family, at in times.items() if family in families}
    assert (found.families.total, found.families.reached) == (len(families), len(reached))
    for percent, said in ((50, found.families.t50), (90, found.families.t90), (99, found.families.t99)):
        assert said == time_by_hand(reached.values(), found.families.reachable, percent)
    pairs = {(child(tie), tie.family) for tie in ties if tie.child}
    assert found.students.total == len({student for student, _ in pairs})
    assert found.students.reached == len({student for student, family in pairs if family in times})
    curve = [(float(at), sum(each <= at for each in reached.values())) for at in sorted(set(reached.values()))]
    if curve and curve[-1][0] > 0:  # each step to within a two hundredth of the whole time
        assert [count for _, count in found.curve] == [count for at, count in curve]
        assert all(0 <= said - at <= curve[-1][0] / 200 for (said, _), (at, _) in zip(found.curve, curve, strict=True))

    by_school = grouped((named(tie.school), tie.family) for tie in ties if tie.family)
    assert found.school_families == {name: served(small, group) for name, group in by_school.items()}
    by_grade = grouped((GRADES[tie.child] or NO_GRADE, tie.family) for tie in ties if tie.family)
    assert found.grade_families == {name: served(small, group) for name, group in by_grade.items()}
    by_language = grouped(
        (LANGUAGES[sum(tie.guardian) % len(LANGUAGES)] or "en", tie.family)
        for tie in ties
        if tie.family and tie.allowed
    )
    if alone := families - {family for group in by_language.values() for family in group}:
        by_language[NO_LANGUAGE] = alone
    assert found.language_families == {name: served(small, group) for name, group in by_language.items()}


def grouped(pairs: object) -> dict[str, set[int]]:
    groups: dict[str, set[int]] = {}
    for name, family in pairs:  # type: ignore[attr-defined]  # a generator of pairs
        groups.setdefault(name, set()).add(family)
    return groups


def served(small: Small, families: set[int]) -> Served:
    times = [at for family, at in small.reached().items() if family in families]
    reachable = len(small.reachable() & families)
    t50, t90 = (time_by_hand(times, reachable, percent) for percent in (50, 90))
    return Served(len(families), len(times), reachable, t50, t90)


def check_the_others_agree(found: Report, small: Small, written: Written, school: int | None) -> None:
    """The call list, the live snapshot, the list of broadcasts and the reach say the same as the report."""
    of, pk = written.school(school), written.sent.pk
    times = {written.families[family]: builders.APPROVED + at for family, at in small.reached().items()}
    theirs = {written.families[family] for family in small.families(school)}
    scope = ledger.scope(pk, of)
    assert reach.read(scope, builders.APPROVED).families == {family: times[family] for family in times.keys() & theirs}
    calls = list(unreached.unreached(pk, of))
    assert {row.family_id for row in calls if row.family_id} == theirs - times.keys()
    assert sum(row.family_id is None for row in calls) == found.people.total - found.people.reached
    seen = snapshot.snapshot(pk, of)
    assert (seen.families.total, seen.families.reached) == (found.families.total, found.families.reached)
    assert (seen.people, seen.complete) == (found.people, found.complete)
    if school is None:
        line = next(line for line in overview.overview() if line.id == pk)
        assert (line.deliveries, line.families) == (len(small.messages), seen.families)


def added_up(groups: Mapping[str, Counts]) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in groups.values():
        for status, count in counts.items():
            total[status] = total.get(status, 0) + count
    return total
