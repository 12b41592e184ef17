"""The library that ships: right, complete, in plain words, and short enough for a text message."""

import pytest
import textstat

from broadcaster.kinds import Channel, Purpose
from broadcaster.templating import samples
from broadcaster.templating.check import check
from broadcaster.templating.fields import missing, read_values
from broadcaster.templating.library import FOLDER, load, load_all, names
from broadcaster.templating.render import Letterhead, Rendered, render
from broadcaster.templating.template import FieldType, Template, TranslationStatus
from broadcaster.text import tokens
from broadcaster.text.segments import measure

LETTERHEAD = Letterhead("Minneapolis Public Schools", "(612) 555-0100")
TEMPLATES = load_all(FOLDER)
LANGUAGES = {"en", "es", "so", "hmn"}
every_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.name))


def both_ways(template: Template, language: str) -> list[Rendered]:
    """With as little as may be given, and with everything."""
    given = (samples.barest(template), samples.fullest(template))
    return [render(template, language, read_values(template, values), LETTERHEAD) for values in given]


def every_way(template: Template, language: str) -> list[Rendered]:
    """With each choice, each yes and no, and with and without each field that may be empty."""
    given = [samples.barest(template)]
    for each in template.fields:
        values = {FieldType.BOOLEAN: ("yes", "no"), FieldType.CHOICE: each.choices}.get(each.type, ())
        if not values and not each.required:
            values = ("", samples.fullest(template)[each.name])
        if values:
            given = [{**one, each.name: value} for one in given for value in values]
    return [render(template, language, read_values(template, values), LETTERHEAD) for values in given]


def test_the_library_has_no_fault() -> None:
    assert [str(fault) for fault in check(FOLDER).faults] == []
    assert len(TEMPLATES) == len(names(FOLDER))


def test_the_two_everyday_messages_come_first() -> None:
    assert [template.title for template in TEMPLATES[:2]] == [
        "Update on MPS technical difficulties",
        "Technical issues with Clever",
    ]
    for template in TEMPLATES[:2]:
        assert template.purpose is Purpose.GENERAL
        assert template.audience == "families"
        assert set(template.channels) == {Channel.EMAIL, Channel.SMS}
        assert missing(template, {}) == []


def test_clever_names_the_programs_that_do_not_work() -> None:
    template = load("clever-issues", FOLDER)
    for language in template.languages:
        message = render(template, language, read_values(template, {}), LETTERHEAD)
        for program in ("Lexia", "Seesaw", "Dreambox", "ST Math"):
            assert program in message.email_text
            assert program in message.sms


@every_template
def test_each_template_speaks_the_four_languages_and_says_who_answers_for_them(template: Template) -> None:
    assert set(template.languages) == LANGUAGES
    for wording in template.languages.values():
        if wording.language != "en":
            assert wording.translation is TranslationStatus.DRAFT
            assert wording.by
            assert wording.on


def test_each_kind_of_news_has_its_template() -> None:
    assert {template.title for template in TEMPLATES} >= {
        "Beware of messages that are not ours",
        "Correction of an earlier message",
        "School event reminder",
        "Notice to people whose information was involved",
    }


def test_what_data_was_involved_is_in_the_mail_and_never_on_a_lock_screen() -> None:
    template = load("information-involved", FOLDER)
    for language in template.languages:
        for message in both_ways(template, language):
            assert "data_involved" in tokens.names(message.email_text)
            assert not tokens.names(message.sms + message.subject + message.preheader)


@pytest.mark.parametrize(("given", "shown"), [({"date": "2026-11-24"}, "Nov"), ({}, "[[absence_date]]")])
def test_an_absence_is_of_one_day_for_all_or_of_each_familys_own(given: dict[str, str], shown: str) -> None:
    template = load("absence-notice", FOLDER)
    message = render(template, "en", read_values(template, given), LETTERHEAD)
    for text in (message.subject, message.sms, message.email_text):
        assert shown in text
        assert ("[[absence_date]]" in text) == (not given)


@every_template
def test_english_can_be_read_in_grade_six_whatever_is_chosen(template: Template) -> None:
    for message in every_way(template, "en"):
        body, _, _ = message.email_text.partition("\n\n--\n")
        for text in (message.email_text, body, message.sms):
            filled = tokens.fill(text, samples.FAMILY)
            assert textstat.automated_readability_index(filled) <= 6, filled


@every_template
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_text_message_takes_two_segments_at_most(template: Template, language: str) -> None:
    for message in every_way(template, language):
        size = measure(tokens.fill(message.sms, samples.FAMILY))
        assert 1 <= size.segments <= 2


def test_both_messages_on_restored_systems_are_called_so() -> None:
    titles = [each.title for each in TEMPLATES if each.name.startswith("systems-restored")]
    assert len(titles) == 2
    assert all(title.startswith("Systems restored") for title in titles)
    assert {load(f"systems-restored-{who}", FOLDER).audience for who in ("families", "staff")} == {"families", "staff"}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_may_be_untrue_is_said_only_where_somebody_said_so(language: str) -> None:
    for name, fields in {
        "systems-restored-families": ("police", "not_paid"),
        "systems-restored-staff": ("police", "not_paid"),
        "information-involved": ("police",),
        "all-clear": ("all_safe",),
    }.items():
        template = load(name, FOLDER)
        base = {**samples.barest(template), **dict.fromkeys(fields, "no")}
        unsaid = render(template, language, read_values(template, base), LETTERHEAD)
        for field in fields:
            said = render(template, language, read_values(template, {**base, field: "yes"}), LETTERHEAD)
            assert len(said.email_text) > len(unsaid.email_text)


@every_template
def test_no_language_is_left_half_english(template: Template) -> None:
    english = {line for line in template.english.body.splitlines() if len(line) > 30 and "{" not in line}
    for tag, wording in template.languages.items():
        assert tag == "en" or not english & set(wording.body.splitlines())
