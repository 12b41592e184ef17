"""Who gets which words: whatever the marks, the policy and the permissions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.broadcasts.languages import Decision, Gets, Mark, NeedlessOverride, Why, decide
from broadcaster.broadcasts.models import Wording
from broadcaster.broadcasts.wordings import going_out
from broadcaster.kinds import Purpose
from broadcaster.templating.template import TranslationStatus
from broadcaster.text.languages import resolve

TAGS = ("es", "es-MX", "so", "hmn", "mww", "hnj", "ar", "arz", "am", "en-GB")
REVIEWED, DRAFT, MACHINE = (
    Mark(TranslationStatus.REVIEWED),
    Mark(TranslationStatus.DRAFT),
    Mark(TranslationStatus.MACHINE),
)
STALE, OUTDATED = Mark(TranslationStatus.REVIEWED, stale=True), Mark(TranslationStatus.REVIEWED, outdated=True)

marks = st.builds(Mark, st.sampled_from(TranslationStatus), st.booleans(), st.booleans())
line_marks = st.builds(Mark, st.sampled_from(TranslationStatus), st.booleans())
words = st.dictionaries(st.sampled_from(TAGS), marks).map(lambda found: {"en": REVIEWED, **found})
lines = st.dictionaries(st.sampled_from(TAGS[:-1]), line_marks)
purposes = st.sampled_from(Purpose)


def permitted(draw: st.DataObject, decisions: dict[str, Decision], words: dict[str, Mark]) -> frozenset[str]:
    """Some of the languages that a person may let out."""
    stay = sorted(tag for tag in words if decisions[tag].gets is not Gets.OWN)
    return draw.draw(st.frozensets(st.sampled_from(stay))) if stay else frozenset()


@given(purposes, words, lines, st.booleans(), st.data())
def test_what_is_decided_for_a_language_is_what_the_plan_finds_for_its_readers(
    purpose: Purpose, words: dict[str, Mark], lines: dict[str, Mark], policy: bool, data: st.DataObject
) -> None:
    overrides = permitted(data, decide(purpose, words, lines, policy=policy), words)
    decisions = decide(purpose, words, lines, policy=policy, overrides=overrides, asked=TAGS)
    drafted = [Wording(language=tag) for tag in words] + [Wording(language=tag, stand_in=True) for tag in lines]
    kept = {wording.language: wording for wording in going_out(drafted, decisions)}
    assert len(kept) == len(going_out(drafted, decisions))  # one for a language, so the plan can't take the wrong one
    for reader in TAGS:
        found, decision = kept[resolve(reader, kept)], decisions[reader]
        assert (found.language, found.stand_in) == (decision.line or decision.words, bool(decision.line))


@given(purposes, words, lines, st.booleans(), st.data())
def test_no_emergency_has_unreviewed_words_or_an_unreviewed_line_without_leave(
    purpose: Purpose, words: dict[str, Mark], lines: dict[str, Mark], policy: bool, data: st.DataObject
) -> None:
    overrides = permitted(data, decide(purpose, words, lines, policy=policy), words)
    for tag, decision in decide(purpose, words, lines, policy=policy, overrides=overrides, asked=TAGS).items():
        if purpose is Purpose.EMERGENCY and not policy:
            assert decision.words in {"en", *overrides} or words[decision.words].reviewed
            assert not decision.line or lines[decision.line].reviewed
        assert decision.words in overrides or not words[decision.words].outdated
        assert not decision.line or decision.words == "en"
        assert (decision.gets is Gets.OWN) == (decision.words == tag)


@given(purposes, words, lines, st.booleans(), st.data())
def test_leave_lets_out_just_the_languages_that_it_names(
    purpose: Purpose, words: dict[str, Mark], lines: dict[str, Mark], policy: bool, data: st.DataObject
) -> None:
    before = decide(purpose, words, lines, policy=policy)
    overrides = permitted(data, before, words)
    after = decide(purpose, words, lines, policy=policy, overrides=overrides)
    assert {tag for tag, decision in after.items() if decision.why is Why.OVERRIDDEN} == overrides
    own = {tag for tag, decision in before.items() if decision.gets is Gets.OWN}
    assert {tag for tag, decision in after.items() if decision.gets is Gets.OWN} == own | overrides
    for needless in (own | set(TAGS)) - {tag for tag in words if tag not in own}:
        with pytest.raises(NeedlessOverride, match=repr(needless)):
            decide(purpose, words, lines, policy=policy, overrides={needless})


@pytest.mark.parametrize(
    ("purpose", "mark", "line", "gets", "why"),
    [
        (Purpose.EMERGENCY, REVIEWED, REVIEWED, Gets.OWN, Why.REVIEWED),
        (Purpose.EMERGENCY, DRAFT, REVIEWED, Gets.STAND_IN, Why.UNREVIEWED),
        (Purpose.EMERGENCY, MACHINE, REVIEWED, Gets.STAND_IN, Why.UNREVIEWED),
        (Purpose.EMERGENCY, STALE, REVIEWED, Gets.STAND_IN, Why.STALE),
        (Purpose.EMERGENCY, STALE, STALE, Gets.FALLBACK, Why.STALE),
        (Purpose.EMERGENCY, DRAFT, DRAFT, Gets.FALLBACK, Why.UNREVIEWED),
        (Purpose.EMERGENCY, DRAFT, None, Gets.FALLBACK, Why.UNREVIEWED),
        (Purpose.EMERGENCY, None, REVIEWED, Gets.STAND_IN, Why.MISSING),
        (Purpose.ATTENDANCE, STALE, DRAFT, Gets.OWN, Why.ALLOWED),
        (Purpose.GENERAL, DRAFT, DRAFT, Gets.OWN, Why.ALLOWED),
        (Purpose.GENERAL, None, DRAFT, Gets.STAND_IN, Why.MISSING),
        (Purpose.GENERAL, OUTDATED, DRAFT, Gets.STAND_IN, Why.OUTDATED),
        (Purpose.EMERGENCY, OUTDATED, DRAFT, Gets.FALLBACK, Why.OUTDATED),
    ],
)
def test_the_readers_of_spanish_get(
    purpose: Purpose, mark: Mark | None, line: Mark | None, gets: Gets, why: Why
) -> None:
    words = {"en": REVIEWED} | ({"es": mark} if mark else {})
    decision = decide(purpose, words, {"es": line} if line else {}, asked=["es"])["es"]
    assert (decision.gets, decision.why) == (gets, why)


def test_by_policy_an_emergency_goes_out_in_drafts_but_not_in_what_was_changed() -> None:
    words = {"en": REVIEWED, "es": DRAFT, "so": OUTDATED}
    found = decide(Purpose.EMERGENCY, words, {"so": DRAFT}, policy=True)
    assert (found["es"].gets, found["so"].gets) == (Gets.OWN, Gets.STAND_IN)


def test_who_reads_another_language_as_well_gets_that_and_no_line_over_english() -> None:
    words = {"en": REVIEWED, "hmn": REVIEWED, "mww": DRAFT}
    found = decide(Purpose.EMERGENCY, words, {"mww": REVIEWED})
    assert (found["mww"].gets, found["mww"].words, found["mww"].line) == (Gets.FALLBACK, "hmn", "")


def test_a_variety_without_a_line_gets_that_of_its_language() -> None:
    found = decide(Purpose.EMERGENCY, {"en": REVIEWED, "es-MX": DRAFT}, {"es": REVIEWED})
    assert (found["es-MX"].gets, found["es-MX"].line) == (Gets.STAND_IN, "es")
