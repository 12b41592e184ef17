"""Other words for one broadcast: where the template allows it, and checked as the library is."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from broadcaster.templating.changing import BadChange, BadChangeFile, change, read
from broadcaster.templating.library import FOLDER, load
from broadcaster.templating.template import PARTS, Template, TranslationStatus
from tests.templating.builders import field, make_template


@pytest.fixture
def template(tmp_path: Path) -> Template:
    """All its parts may be changed; its Spanish is reviewed."""
    make_template(tmp_path, fields=field("what"), spanish="Traiga una merienda.", status="reviewed")
    return load("snack-day", tmp_path)


def test_the_words_are_put_in_and_the_template_itself_stays(template: Template) -> None:
    changed = change(template, {"en": {"sms": "Bring {{ what }}.", "body": "One.\n\n- Two."}})
    assert (changed.english.sms, changed.english.body) == ("Bring {{ what }}.", "One.\n\n- Two.")
    assert changed.english.subject == "Snack day"
    assert template.english.sms == "Bring a snack."


def test_a_translation_is_outdated_where_only_the_english_of_a_part_changed(template: Template) -> None:
    changed = change(template, {"en": {"sms": "Bring two."}})
    assert changed.outdated_by_change == {"es"}
    assert changed.is_stale("es")
    assert changed.languages["es"].translation is TranslationStatus.REVIEWED


def test_a_translation_that_was_changed_with_the_english_is_a_draft_of_it(template: Template) -> None:
    changed = change(template, {"en": {"sms": "Bring two."}, "es": {"sms": "Traiga dos."}})
    assert (changed.outdated_by_change, changed.is_stale("es")) == (frozenset(), False)
    assert changed.languages["es"].translation is TranslationStatus.DRAFT
    assert changed.english.translation is TranslationStatus.REVIEWED


def test_a_translation_with_another_part_changed_is_outdated_all_the_same(template: Template) -> None:
    changed = change(template, {"en": {"sms": "Bring two."}, "es": {"body": "Traiga dos."}})
    assert changed.outdated_by_change == {"es"}
    assert changed.is_stale("es")


def test_a_part_that_the_translation_does_not_have_makes_it_no_older(template: Template) -> None:
    assert change(template, {"en": {"preheader": "Soon"}}).outdated_by_change == frozenset()


def test_a_translation_may_be_changed_alone(template: Template) -> None:
    changed = change(template, {"es": {"sms": "Traiga algo rico."}})
    assert changed.outdated_by_change == frozenset()
    assert changed.languages["es"].sms == "Traiga algo rico."


@pytest.mark.parametrize("same", ["Bring a snack.", "\r\nBring a snack.\r\n"])
def test_words_that_are_given_as_they_stand_change_nothing(template: Template, same: str) -> None:
    changed = change(template, {"en": {"sms": same}, "es": {}})
    assert changed.outdated_by_change == frozenset()
    assert changed.languages["es"].translation is TranslationStatus.REVIEWED
    assert change(load("lockdown", FOLDER), {"en": load("lockdown", FOLDER).english.parts()}).english.sms


def test_another_line_break_outdates_nothing(template: Template) -> None:
    assert change(template, {"en": {"body": "Bring\na snack."}}).outdated_by_change == frozenset()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fr": {"sms": "x"}}, "snack-day/fr:1: there is no language 'fr'; there are: en, es"),
        ({"en": {"smss": "x"}}, "snack-day/en:1: there is no part 'smss'; did you mean sms?"),
        ({"en": {"sms": "{{ wat }}"}}, "snack-day/en:1: sms: there is no field wat; did you mean what?"),
        ({"en": {"body": "One.\n{{ wat }}"}}, "snack-day/en:2: body: there is no field wat; did you mean what?"),
        ({"es": {"body": "{% if what %}"}}, "snack-day/es:1: body: Unexpected end of template"),
        ({"es": {"body": "{{ grade | upper }}"}}, "snack-day/es:1: body: grade is a per-family value in an expression"),
        ({"en": {"sms": ""}}, "snack-day/en:1: there is no sms; add it"),
        ({"en": {"body": " \n"}}, "snack-day/en:1: there is no email; write it"),
        ({"en": {"sms": "a" * 1600}}, "snack-day/en:1: sms: 11 segments; shorten it"),
        ({"en": {"body": "https://bit.ly/x"}}, "snack-day/en:1: body: bit.ly is a link shortener; give the full"),
        ({"en": {"sms": "a\x00b"}}, "snack-day/en:1: sms: the unprintable character '\\x00'; take it out"),
        ({"en": {"body": "One.\n\x07"}}, "snack-day/en:2: body: the unprintable character '\\x07'; take it out"),
    ],
)
def test_a_change_that_can_not_be_made_is_named_by_language_and_part(
    template: Template, changes: Mapping[str, Mapping[str, str]], said: str
) -> None:
    with pytest.raises(BadChange) as caught:
        change(template, changes)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_every_mistake_is_told_at_once(template: Template) -> None:
    with pytest.raises(BadChange, match=r"snack-day/en:1: .* \(and 1 more\)$") as caught:
        change(template, {"en": {"sms": "{{ wat }}"}, "es": {"body": "{{ wat }}"}})
    assert [fault.file.name for fault in caught.value.faults] == ["en", "es"]


@pytest.mark.parametrize(
    ("editable", "part", "right"),
    [
        ("[]", "body", "body: may not be changed for one broadcast; no part may be"),
        ('["sms", "body"]', "subject", "subject: may not be changed for one broadcast; sms and body may be"),
    ],
)
def test_a_part_that_may_not_be_changed_is_refused(tmp_path: Path, editable: str, part: str, right: str) -> None:
    make_template(tmp_path, more=f"editable = {editable}")
    with pytest.raises(BadChange, match=f"snack-day/en:1: {right}"):
        change(load("snack-day", tmp_path), {"en": {part: "Other words"}})


def test_all_parts_may_be_changed_unless_the_template_says_otherwise(template: Template) -> None:
    assert template.editable == PARTS


@pytest.mark.parametrize("name", ["lockdown", "information-involved"])
def test_words_that_the_law_or_the_police_weigh_stay_as_they_are(name: str) -> None:
    assert load(name, FOLDER).editable == ()


def test_a_file_of_changed_wording_has_only_what_changes(tmp_path: Path) -> None:
    path = tmp_path / "es.md"
    path.write_text('+++\nsms = "Traiga dos."\n+++\n')
    assert read(path) == ("es", {"sms": "Traiga dos."})
    path.write_text("+++\n+++\nUno.\n\nDos.\n")
    assert read(path) == ("es", {"body": "Uno.\n\nDos."})


def test_a_language_file_of_the_library_is_one_of_changed_wording(tmp_path: Path) -> None:
    folder = make_template(tmp_path, spanish="Traiga una merienda.")
    language, parts = read(folder / "es.md")
    template = load("snack-day", tmp_path)
    assert parts == {part: text for part, text in template.languages[language].parts().items() if text}
    assert change(template, {language: parts}).languages["es"].body == "Traiga una merienda."


@pytest.mark.parametrize(
    ("name", "text", "line", "wrong"),
    [
        ("es.md", b"Traiga.", 1, "there is no front matter"),
        ("es.md", b'+++\nsms = "x"', 1, "the front matter has no end"),
        ("es.md", b"+++\nsms = x\n+++\n", 2, "this is not TOML"),
        ("es.md", b'+++\nsubject = "a"\nsmss = "x"\n+++\n', 3, "`smss` is no known key"),
        ("es.md", b'+++\nsms = ""\n+++\n', 2, "`sms` is ''"),
        ("es.md", b'+++\nsms = "D\xeda"\n+++\n', 2, "this is not UTF-8 text"),
        ("spanish.txt", b"", 1, "spanish.txt is no BCP 47 language tag"),
        ("nothing.md", None, 1, "nothing is no BCP 47 language tag"),
        ("es.md", None, 1, "can't be read"),
    ],
)
def test_a_file_that_can_not_be_used_is_named_with_its_line(
    tmp_path: Path, name: str, text: bytes | None, line: int, wrong: str
) -> None:
    if text is not None:
        (tmp_path / name).write_bytes(text)
    with pytest.raises(BadChangeFile) as caught:
        read(tmp_path / name)
    fault = caught.value.faults[0]
    assert (fault.file.name, fault.line) == (name, line)
    assert wrong in fault.wrong
    assert fault.right
