"""Each mistake in a template file: file, line, what is wrong, what would be right."""

import re
from pathlib import Path

import pytest

from broadcaster.templating.check import TranslationState, check
from broadcaster.templating.faults import Fault, Severity
from tests.templating.builders import field, make_template


def only_fault(library: Path) -> Fault:
    faults = check(library).faults
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def test_a_sound_template_has_no_fault(tmp_path: Path) -> None:
    make_template(
        tmp_path,
        fields=field("what"),
        body="{% if what %}Bring {{ what }}.{% endif %}",
        spanish="{% if what %}Traiga {{ what }}.{% endif %}",
    )
    assert check(tmp_path).faults == ()


@pytest.mark.parametrize(
    ("body", "line", "wrong", "right"),
    [
        ("One.\n\nBring {{ snak }}.", 7, "no field snak", "did you mean snack"),
        ("One.\n{% if student_names %}x{% endif %}", 6, "student_names is a per-family value", "by itself"),
        ("{% for each in school %}x{% endfor %}", 5, "school is a per-family value", "by itself"),
        ("{{ student_names | upper }}", 5, "student_names is a per-family value", "by itself"),
        ("{% if grade == '4' %}x{% endif %}", 5, "grade is a per-family value", "by itself"),
        ("{% if absence_date %}x{% endif %}", 5, "absence_date is a per-family value", "by itself"),
        ("{{ data_involved | upper }}", 5, "data_involved is a per-family value", "by itself"),
        ("One.\n\n{% if snack %}x", 7, "Unexpected end", "{% if"),
        ("{{ snack | uper }}", 5, "no filter uper", "upper"),
        ("{{ snack.__class__ }}", 5, "Getattr", "name fields"),
        ("{{ range(9) }}", 5, "Call", "name fields"),
        ("{% set x = 1 %}", 5, "Assign", "name fields"),
        ("{% include 'x' %}", 5, "Include", "name fields"),
        ("{% for each in snack %}x{% endfor %}", 5, "snack is no list", "type list"),
        ("{{ sure }}", 5, "sure is a yes or no", "{% if sure %}"),
        ("One.\n\nSee https://bit.ly/abc.", 7, "bit.ly is a link shortener", "full address"),
        ("{% if snack > 3 %}x{% endif %}", 5, "can't be filled in", "of one kind"),
        ("One.\n\nTwo\x00.", 7, "the unprintable character '\\x00'", "take it out"),
        ("", 5, "there is no email", "write it"),
    ],
)
def test_a_mistake_in_a_wording(tmp_path: Path, body: str, line: int, wrong: str, right: str) -> None:
    make_template(tmp_path, fields=field("snack") + field("sure", "boolean"), body=body)
    fault = only_fault(tmp_path)
    assert (fault.file.name, fault.line, fault.severity) == ("en.md", line, Severity.ERROR)
    assert wrong in fault.wrong
    assert right in fault.right


def test_a_mistake_in_the_front_matter_has_its_own_line(tmp_path: Path) -> None:
    make_template(tmp_path, sms="{{ nothing }}")
    assert (only_fault(tmp_path).line, only_fault(tmp_path).wrong) == (3, "sms: there is no field nothing")


@pytest.mark.parametrize(
    ("old", "new", "line", "wrong"),
    [
        ('title = "Snack day"', "title = Snack day", 1, "not TOML"),
        ('title = "Snack day"\n', "", 1, "`title` is missing"),
        ('title = "Snack day"', 'title = "Snack day"\neditable = ["sms", "mail"]', 2, "'mail'"),
        ('purpose = "general"', 'purpose = "fun"', 2, "'fun'"),
        ('channels = ["email", "sms"]', 'channels = ["email", "fax"]', 3, "'fax'"),
        ('channels = ["email", "sms"]', "channels = []", 3, "`channels`"),
        ('type = "text"', 'type = "colour"', 7, "'colour'"),
        ('name = "what"', 'name = "school"', 6, "'school'"),
        ('name = "what"', 'name = "Big What"', 6, "'Big What'"),
        ('label = "The what"', 'labl = "The what"', 8, "`fields.0.labl` is no known key"),
        ('type = "text"', 'type = "choice"', 5, "`fields.0` is the table of 'what'"),
        ('type = "text"', 'type = "date"\ndefault = "soon"', 8, "a default is wrong: what 'soon'"),
    ],
)
def test_a_mistake_in_template_toml(tmp_path: Path, old: str, new: str, line: int, wrong: str) -> None:
    about = make_template(tmp_path, fields=field("what")) / "template.toml"
    assert old in about.read_text()
    about.write_text(about.read_text().replace(old, new))
    faults = check(tmp_path).faults
    assert any(fault.line == line and wrong in fault.wrong for fault in faults), [str(fault) for fault in faults]
    assert all(fault.file.name == "template.toml" for fault in faults)


@pytest.mark.parametrize(
    ("name", "text", "line", "wrong"),
    [
        ("es.md", "Traiga algo.", 1, "no front matter"),
        ("es.md", '+++\nsubject = "x"\nTraiga.', 1, "no end"),
        ("es.md", '+++\nsubject = "x"\nsms = x\n+++\nTraiga.', 3, "not TOML"),
        ("es.md", '+++\nsubject = "x"\nsms = "x"\n+++\nTraiga.', 1, "no [translation]"),
        ("es.md", '+++\nsms = "x"\n+++\nTraiga.', 2, "`subject` is missing"),
        (
            "es.md",
            '+++\nsubject = "x"\nsms = "x"\n[translation]\nstatus = "fine"\nby="x"\non=2026-01-01\n+++\nT.',
            5,
            "'fine'",
        ),
        ("xx.md", '+++\nsubject = "x"\nsms = "x"\n+++\nx', 1, "xx is no BCP 47 language tag"),
        (
            "en.md",
            '+++\nsubject = "x"\nsms = "x"\n[translation]\nstatus="draft"\nby="x"\non=2026-01-01\n+++\nT',
            4,
            "English has",
        ),
        ("en.md", '+++\nsubject = "x"\n+++\nT', 1, "there is no sms"),
    ],
)
def test_a_mistake_in_a_language_file(tmp_path: Path, name: str, text: str, line: int, wrong: str) -> None:
    (make_template(tmp_path) / name).write_text(text)
    fault = only_fault(tmp_path)
    assert (fault.file.name, fault.line) == (name, line), str(fault)
    assert wrong in fault.wrong
    assert fault.right


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (make_template(tmp_path) / "es.md").write_bytes(b'+++\nsubject = "D\xeda"\n+++\n')
    assert (only_fault(tmp_path).line, only_fault(tmp_path).wrong) == (2, "this is not UTF-8 text")


def test_a_template_without_english_can_not_be_used(tmp_path: Path) -> None:
    folder = make_template(tmp_path, spanish="Traiga algo.")
    (folder / "en.md").unlink()
    assert only_fault(tmp_path).wrong == "there is no English wording"


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(tmp_path: Path) -> None:
    english = make_template(tmp_path) / "en.md"
    english.write_bytes(b"\xef\xbb\xbf" + english.read_bytes().replace(b"\n", b"\r\n"))
    assert check(tmp_path).faults == ()


#: what a message's code takes of its room
CODE = len(" #B7K2MX")


def test_a_text_of_more_than_two_segments_is_warned_of_and_of_more_than_ten_refused(tmp_path: Path) -> None:
    make_template(tmp_path, "good", sms="a" * (306 - CODE))
    make_template(tmp_path, "long", sms="a" * (307 - CODE))
    make_template(tmp_path, "most", sms="a" * (1530 - CODE))
    make_template(tmp_path, "over", sms="a" * (1531 - CODE))
    found = [(fault.file.parent.name, fault.severity) for fault in check(tmp_path).faults]
    assert found == [("long", Severity.WARNING), ("most", Severity.WARNING), ("over", Severity.ERROR)]


@pytest.mark.parametrize("text", ["help.example.org", "http://x.example", "www.example.net/a", "mps.k12.mn.us/now"])
def test_what_phones_make_a_link_of_is_warned_of_in_an_emergency_text(tmp_path: Path, text: str) -> None:
    make_template(tmp_path, purpose="emergency", sms=f"Read {text}, now.")
    assert only_fault(tmp_path).wrong == f"sms: an emergency text with a link ({text})"


@pytest.mark.parametrize(
    "text", ["It ends at 9 a.m.Please come.", "Write to a@example.org", "Ask Mr.Smith", "1.5 hours"]
)
def test_not_every_dot_makes_a_link(tmp_path: Path, text: str) -> None:
    make_template(tmp_path, purpose="emergency", sms=text)
    assert check(tmp_path).faults == ()


def test_a_link_in_an_emergency_text_is_warned_of(tmp_path: Path) -> None:
    make_template(tmp_path, purpose="emergency", sms="See https://www.example.org")
    assert only_fault(tmp_path).severity is Severity.WARNING
    assert "https://www.example.org" in only_fault(tmp_path).wrong


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    make_template(tmp_path, "one", body="{{ a }}\n{{ b }}", spanish="{{ c }}")
    make_template(tmp_path, "two", body="{{ d }}")
    assert len(check(tmp_path).faults) == 4


def test_a_translation_whose_english_changed_is_stale_and_the_warning_says_what_mends_it(tmp_path: Path) -> None:
    folder = make_template(tmp_path, spanish="Traiga una merienda.", status="reviewed")
    make_template(tmp_path, "other", spanish="Traiga una merienda.", status="reviewed")
    assert check(tmp_path).faults == ()
    english = folder / "en.md"
    english.write_text(english.read_text().replace('sms = "Bring a snack."', 'sms = "Bring a big snack."'))
    fault = only_fault(tmp_path)
    assert (fault.file.name, fault.line, fault.severity) == ("es.md", 8, Severity.WARNING)
    assert "has changed since" in fault.wrong
    assert check(tmp_path).states["snack-day"]["es"] is TranslationState.STALE
    assert check(tmp_path).states["other"]["es"] is TranslationState.REVIEWED

    spanish = folder / "es.md"
    lines = spanish.read_text().split("\n")
    lines[fault.line - 1] = fault.right.partition("write ")[2].partition(" under")[0]
    spanish.write_text("\n".join(lines))
    assert check(tmp_path).faults == ()


def test_where_english_breaks_its_lines_makes_no_translation_stale(tmp_path: Path) -> None:
    english = make_template(tmp_path, spanish="Traiga una merienda.") / "en.md"
    english.write_text(english.read_text().replace("\nBring a snack.", "\nBring a\nsnack.\n"))
    assert check(tmp_path).faults == ()


def test_a_translation_that_does_not_say_of_which_english_it_is_is_warned_of(tmp_path: Path) -> None:
    spanish = make_template(tmp_path, spanish="Traiga una merienda.") / "es.md"
    spanish.write_text(re.sub(r"of = .*\n", "", spanish.read_text()))
    fault = only_fault(tmp_path)
    assert (fault.line, fault.severity) == (4, Severity.WARNING)
    assert check(tmp_path).states["snack-day"]["es"] is TranslationState.DRAFT


@pytest.mark.parametrize(
    ("english", "spanish", "wrong"),
    [
        ("Bring {{ what }}.", "Traiga algo.", "body: says nothing of what"),
        ("Bring it.", "Traiga {{ what }}.", "body: says something of what"),
    ],
)
def test_a_translation_that_names_other_fields_is_warned_of(
    tmp_path: Path, english: str, spanish: str, wrong: str
) -> None:
    make_template(tmp_path, fields=field("what"), body=english, spanish=spanish)
    fault = only_fault(tmp_path)
    assert (fault.file.name, fault.line, fault.severity) == ("es.md", 10, Severity.WARNING)
    assert fault.wrong == wrong


def test_to_give_the_phone_in_one_language_only_is_no_mistake(tmp_path: Path) -> None:
    make_template(tmp_path, body="Bring a snack. {{ district_phone }}", spanish="Traiga algo.")
    assert check(tmp_path).faults == ()


def test_the_states_are_of_every_template_in_every_language_of_the_library(tmp_path: Path) -> None:
    make_template(tmp_path, "one", spanish="Traiga algo.", status="machine")
    make_template(tmp_path, "two")
    assert check(tmp_path).states == {
        "one": {"en": TranslationState.REVIEWED, "es": TranslationState.MACHINE},
        "two": {"en": TranslationState.REVIEWED, "es": TranslationState.MISSING},
    }
