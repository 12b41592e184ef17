"""From the draft to the plan: who gets words that were reviewed, a stand-in under a line of their own, or English."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from broadcaster import clock
from broadcaster.broadcasts import approval, drafting, wordings
from broadcaster.broadcasts.languages import Gets, NeedlessOverride, Why
from broadcaster.broadcasts.models import AuditEntry, Broadcast, Wording
from broadcaster.broadcasts.outlook import outlook
from broadcaster.delivery.forecasting.forecast import forecast
from broadcaster.delivery.models import Batch, Delivery
from broadcaster.delivery.plan import planning
from broadcaster.kinds import Channel, Purpose
from broadcaster.templating import library, standing
from broadcaster.text.segments import measure
from tests import builders
from tests.templating.builders import make_template

pytestmark = pytest.mark.django_db

SPANISH_LINE = "Por ahora, solo en inglés."


def drafted(template: str = "snack-day", unreviewed: Iterable[str] = ()) -> Broadcast:
    return drafting.draft(drafting.Order(template, "district", unreviewed=frozenset(unreviewed)), "a person")


def approved(template: str = "snack-day", unreviewed: Iterable[str] = ()) -> Broadcast:
    made = drafted(template)
    approval.approve(made, "an approver", "now", frozenset(unreviewed))
    return made


def words(found: Wording) -> str:
    """A text without the code behind it."""
    return found.sms.partition(" #")[0]


def text_for(made: Broadcast, language: str) -> Wording:
    """The wording in which the plan puts the text to that reader."""
    assert planning.hold(made.pk, clock.now())
    while planning.advance(made.pk):
        pass
    delivery = Delivery.objects.get(broadcast_id=made.pk, channel=Channel.SMS, language=language)
    found = Wording.objects.get(pk=Batch.objects.get(pk=delivery.batch_id).wording_id)
    assert delivery.segments == found.sms_segments == measure(found.sms).segments
    return found


def arabic_is_a_stand_in(made: Broadcast) -> bool:
    return made.wordings.get(language="ar").stand_in


@pytest.fixture(autouse=True)
def _a_family_of_each_language() -> None:
    for number, language in enumerate(("en", "es", "ar", "am")):
        family = builders.guardian(email=f"{language}@example.org", sms=builders.phone(number), language=language)
        builders.student(family)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty library."""
    monkeypatch.setattr(library, "FOLDER", tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def emergency(shelf: Path) -> None:
    """A template for emergencies with a Spanish draft."""
    make_template(shelf, purpose="emergency", spanish="Traiga una merienda.")


@pytest.fixture
def general(shelf: Path) -> None:
    """The same for anything else."""
    make_template(shelf, spanish="Traiga una merienda.")


@pytest.fixture
def reviewed_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Spanish and the Arabic lines as somebody has reviewed them."""
    file = tmp_path / "standing.toml"
    file.write_text(standing.FILE.read_text())
    for tag in ("es", "ar"):
        file.write_text(standing.with_reviewed(tag, standing.rows(tag), "a person", date(2026, 11, 24), file))
    monkeypatch.setattr(standing, "FILE", file)
    return file


@pytest.mark.usefixtures("emergency")
def test_an_emergency_with_a_draft_and_an_unreviewed_line_is_plain_english() -> None:
    made = approved()
    found = text_for(made, "es")
    assert (found.language, found.stand_in, words(found)) == ("en", False, "Bring a snack.")
    assert made.wordings.count() == 1


@pytest.mark.usefixtures("emergency", "reviewed_lines")
@pytest.mark.parametrize("language", ["es", "ar"])
def test_an_emergency_with_a_draft_or_nothing_is_english_under_a_reviewed_line(language: str) -> None:
    found = text_for(approved(), language)
    line, english = words(found).split("\n")
    assert (found.language, found.stand_in, english) == (language, True, "Bring a snack.")
    assert "(612) 555-0100" in line
    assert found.email_text.startswith(f"{line}\n\nBring a snack.")
    assert found.subject == "Snack day"


@pytest.mark.usefixtures("emergency", "reviewed_lines")
def test_a_language_that_an_approver_lets_out_goes_out_and_is_in_the_log() -> None:
    made = approved(unreviewed=["es"])
    assert words(text_for(made, "es")) == "Traiga una merienda."
    detail = AuditEntry.objects.get(act="let out unreviewed words", actor="an approver", broadcast_id=made.pk).detail
    assert detail == {"language": "es", "families": 1, "status": "draft", "stale": False, "outdated": False}
    assert arabic_is_a_stand_in(made)


@pytest.mark.usefixtures("reviewed_lines")
def test_a_review_of_an_earlier_english_is_none_in_an_emergency(shelf: Path) -> None:
    folder = make_template(shelf, purpose="emergency", spanish="Traiga una merienda.", status="reviewed")
    assert words(text_for(approved(), "es")) == "Traiga una merienda."
    english = folder / "en.md"
    english.write_text(english.read_text().replace("Bring a snack.", "Bring two snacks."))
    made = approved()
    assert made.wordings.get(language="es").stand_in
    approved(unreviewed=["es"])
    assert AuditEntry.objects.filter(detail__status="reviewed", detail__stale=True).count() == 1


@pytest.mark.usefixtures("general")
def test_anything_else_goes_out_in_drafts_and_under_unreviewed_lines() -> None:
    made = approved()
    assert words(text_for(made, "es")) == "Traiga una merienda."
    assert arabic_is_a_stand_in(made)


@pytest.mark.usefixtures("emergency")
def test_by_policy_an_emergency_does_too(policies: Callable[..., None]) -> None:
    policies(unreviewed_translations=True)
    made = approved()
    assert not made.wordings.get(language="es").stand_in
    assert arabic_is_a_stand_in(made)


@pytest.mark.usefixtures("emergency", "reviewed_lines")
def test_a_draft_keeps_both_and_only_for_languages_that_somebody_reads() -> None:
    kept = {(wording.language, wording.stand_in) for wording in drafted().wordings.all()}
    assert kept == {("en", False), ("es", False), ("es", True), ("ar", True)}


@pytest.mark.usefixtures("emergency", "reviewed_lines")
def test_who_comes_into_the_roster_after_the_draft_gets_plain_english() -> None:
    made = approved()
    builders.student(builders.guardian(sms=builders.phone(9), language="vi"))
    assert words(text_for(made, "vi")) == "Bring a snack."


@pytest.mark.usefixtures("emergency", "reviewed_lines")
@pytest.mark.parametrize("language", ["ar", "en", "xx"])
def test_leave_that_nobody_needs_is_refused_and_nothing_is_approved(language: str) -> None:
    made = drafted()
    before, acts = made.wordings.count(), AuditEntry.objects.count()
    for act in (approval.submit, approval.approve):
        with pytest.raises(NeedlessOverride, match=f"'{language}'"):
            act(made, "an approver", unreviewed={language})
    made.refresh_from_db()
    assert (made.status, made.wordings.count(), AuditEntry.objects.count()) == ("draft", before, acts)
    with pytest.raises(NeedlessOverride):
        drafted(unreviewed=[language])
    assert Broadcast.objects.count() == 1


@pytest.mark.usefixtures("emergency")
def test_who_hands_in_only_proposes_to_let_a_language_out() -> None:
    made = drafted()
    approval.submit(made, "a person", unreviewed={"es"})
    assert AuditEntry.objects.get(act="submitted").detail == {"unreviewed": ["es"]}
    approval.approve(made, "an approver")
    assert not made.wordings.filter(language="es").exists()


@pytest.mark.usefixtures("emergency", "reviewed_lines")
def test_before_the_approval_the_forecast_sees_what_would_go_out_and_after_it_what_does() -> None:
    made = drafted()
    before = wordings.texts(wordings.of(made))
    ahead = forecast("district", Purpose.EMERGENCY, [Channel.SMS], before)
    approval.approve(made, "an approver", unreviewed=frozenset())
    text_for(made, "es")
    made.refresh_from_db()
    assert before == wordings.texts(wordings.of(made))
    planned = Delivery.objects.filter(broadcast_id=made.pk, channel=Channel.SMS)
    assert ahead.segments == sum(delivery.segments for delivery in planned)
    let_out = approved(unreviewed=["es"])
    let_out.refresh_from_db()
    assert wordings.texts(wordings.of(let_out))["es"].partition(" #")[0] == "Traiga una merienda."


@pytest.mark.usefixtures("general")
def test_words_that_were_not_changed_with_the_english_stay_whatever_the_purpose() -> None:
    template = replace(library.load("snack-day"), outdated_by_change=frozenset({"es"}))
    found = wordings.drafted(template, {}, None, ["es"])
    (spanish,) = [wording for wording in found if wording.stand_in]
    assert spanish.sms.startswith(SPANISH_LINE)
    decision = wordings.decided(found, Purpose.GENERAL)["es"]
    assert (decision.gets, decision.why) == (Gets.STAND_IN, Why.OUTDATED)


@pytest.mark.usefixtures("emergency", "reviewed_lines")
def test_the_approver_sees_who_reads_what_and_why() -> None:
    two = builders.guardian(email="two@example.org", language="es-MX")
    other = builders.guardian(email="other@example.org", language="es", family=two.family)
    builders.student(two, other)
    builders.student(builders.guardian(language="so"), may_contact=False)
    found = outlook(drafted().wordings.all(), Purpose.EMERGENCY, "district", overrides=())
    assert [(one.name, one.families, one.decision.gets, one.decision.why) for one in found] == [
        ("Spanish", 2, Gets.STAND_IN, Why.UNREVIEWED),
        ("Amharic", 1, Gets.FALLBACK, Why.MISSING),
        ("Arabic", 1, Gets.STAND_IN, Why.MISSING),
    ]


@pytest.mark.usefixtures("emergency")
def test_staff_count_one_by_one() -> None:
    for email in ("a@example.org", "b@example.org"):
        member = builders.staff_member(email=email)
        member.language = "es"
        member.save()
    made = drafting.draft(drafting.Order("snack-day", "staff"), "a person")
    assert [one.families for one in outlook(made.wordings.all(), Purpose.EMERGENCY, "staff")] == [2]
