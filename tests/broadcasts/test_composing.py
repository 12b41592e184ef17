"""Composing: what a screen shows before there is a draft, with the words that are changed for this broadcast."""

from collections.abc import Mapping

import pytest

from broadcaster.broadcasts import keeping, preview
from broadcaster.broadcasts.composing import Composed, UnknownLanguage, compose
from broadcaster.broadcasts.drafting import Order, draft, order_of, redraft
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.templating import library, saved
from broadcaster.templating.changing import BadChange
from broadcaster.templating.fields import BadValue
from broadcaster.templating.template import TranslationStatus
from broadcaster.templating.writing import with_words
from tests import builders

pytestmark = pytest.mark.django_db

DELAY = {"route": "412", "minutes": "20"}


def composed(values: Mapping[str, str] = DELAY, **changes: Mapping[str, str]) -> Composed:
    return compose("bus-delay", values, changes)


def test_every_language_is_shown_with_the_words_that_were_changed_in_it() -> None:
    shown = composed(en={"sms": "Bus {{ route }} comes late."}, es={"sms": "El bus {{ route }} viene tarde."})
    found = {one.language: one for one in shown.previews()}
    assert list(found) == ["en", "es", "hmn", "so"]
    assert found["en"].sms.startswith("Bus 412 comes late. #")
    assert found["es"].sms.startswith("El bus 412 viene tarde. #")
    assert [found[tag].mark.outdated for tag in ("es", "so")] == [False, True]
    assert (found["es"].name, found["es"].direction) == ("Spanish", "ltr")


def test_a_value_that_is_missing_shows_as_its_label_and_a_wrong_one_is_refused() -> None:
    shown = composed({"route": "412"})
    assert shown.missing == ["minutes"]
    assert "[Minutes late]" in shown.preview("en").sms
    with pytest.raises(BadValue, match="minutes 'soon'"):
        composed({"minutes": "soon"})


def test_the_words_to_change_are_those_that_are_written() -> None:
    shown = composed(es={"sms": "Tarde."})
    assert shown.texts("es")["sms"] == "Tarde."
    assert "{{ route }}" in shown.texts("en")["body"]


def test_a_mistake_in_changed_words_is_told_by_language_and_part() -> None:
    with pytest.raises(BadChange) as caught:
        composed(en={"sms": "{{ rout }}"}, es={"subject": "{% if %}", "body": "Uno.\n\n{{ nada }}"})
    found = caught.value.by_part()
    assert set(found) == {("en", "sms"), ("es", "subject"), ("es", "body")}
    assert [(fault.line, fault.right) for fault in found["en", "sms"]] == [(1, "did you mean route?")]
    assert found["es", "body"][0].line == 3


def test_readers_without_words_see_a_stand_in_and_others_nothing_more() -> None:
    shown = composed().previews(readers=["es-MX", "ar", "arz", "am", ""])
    assert [(one.language, one.stand_in) for one in shown][4:] == [("ar", True)]
    assert shown[4].direction == "rtl"
    with pytest.raises(UnknownLanguage, match="bus-delay has no language 'am': it has en, es"):
        composed().preview("am")


def test_a_familys_own_values_fill_it() -> None:
    shown = compose("clever-issues", {}).preview("en")
    assert "[[student_names]]" in shown.text
    assert shown.is_personal(Channel.EMAIL)
    assert not shown.is_personal(Channel.SMS)
    filled = shown.filled({"student_names": "Zoë & <Bo>", "school": "South"})
    assert "Dear family of Zoë & <Bo>," in filled.text
    assert "Zoë &amp; &lt;Bo&gt;" in filled.html
    assert filled.size.segments == 2


def test_what_values_bring_along_is_weighed_and_not_refused() -> None:
    shown = compose("all-clear", {"school_name": "South, see bit.ly/x or south.k12.mn.us/now"}).preview("en")
    said = " ".join(shown.cautions(Purpose.EMERGENCY))
    assert "bit.ly in the text is a link shortener" in said
    assert "The emergency text has a link in it (bit.ly/x)" in said
    assert compose("all-clear", {"school_name": "South"}).preview("en").cautions(Purpose.EMERGENCY) == []
    assert "4 segments" in composed({**DELAY, "route": "漢" * 100}).preview("en").cautions(Purpose.GENERAL)[0]


def test_a_draft_can_be_taken_up_again_with_its_changed_words() -> None:
    builders.families(1)
    made = draft(Order("bus-delay", "district", DELAY, changes={"en": {"sms": "Late."}}), "a person")
    order = order_of(Broadcast.objects.get(pk=made.pk))
    assert (order.values, order.changes, order.channels) == (DELAY, {"en": {"sms": "Late."}}, made.channel_list)
    redraft(made, Order("bus-delay", "district", {**DELAY, "minutes": "5"}), "another person")
    assert "about 5 minutes late" in preview.of_broadcast(made)[0].sms
    assert [one.language for one in preview.of_broadcast(made)] == ["en", "hmn", "so", "es"]
    assert [entry.act for entry in AuditEntry.objects.order_by("id")] == ["drafted", "redrafted"]


def test_what_is_no_draft_any_more_stays_as_it_is() -> None:
    builders.families(1)
    made = draft(Order("bus-delay", "district", DELAY), "a person")
    Broadcast.objects.filter(pk=made.pk).update(status="in_review")
    with pytest.raises(BadInput, match="is in_review, so it can't be drafted anew"):
        redraft(made, Order("lockdown", "district", {"school_name": "South"}), "a person")
    made.refresh_from_db()
    assert (made.template, made.wordings.count()) == ("bus-delay", 4)
    assert AuditEntry.objects.count() == 1


def test_the_words_of_a_broadcast_can_be_saved_as_a_template_of_their_own() -> None:
    files = library.find("bus-delay").files
    words = {"en": {"body": "Bus **{{ route }}** is late by {{ minutes }}, {{ trip }}."}, "es": {"sms": "Tarde."}}
    kept = keeping.save(with_words(files, words, "bus-late", 'Late "bus"'), "a person", base=0, note="shorter")
    assert (kept.version, kept.is_new) == (1, True)
    found = library.load("bus-late")
    assert (found.title, found.english.body) == ('Late "bus"', words["en"]["body"])
    assert (found.languages["es"].sms, found.languages["es"].translation) == ("Tarde.", TranslationStatus.DRAFT)
    assert found.is_stale("so")
    assert library.load("bus-delay").version == 0
    assert AuditEntry.objects.get().detail == {"template": "bus-late", "version": 1}
    keeping.withdraw("bus-late", "a person")
    assert saved.newest_version("bus-late") == 2
    assert "bus-late" not in library.names()
