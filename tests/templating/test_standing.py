"""The lines under every mail, and the one over English words."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from broadcaster.templating.faults import BadTemplate, Severity
from broadcaster.templating.standing import FILE, all_lines, lines_for, look_at, mistake, rows, waiting, with_reviewed
from broadcaster.templating.template import TranslationStatus

LANGUAGES = ("en", "es", "so", "hmn", "ar", "fr", "om", "sw", "vi")
TODAY = date(2026, 11, 24)
WHO = 'who = "This message is from {district}."'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the shipped lines."""
    copy = tmp_path / "standing.toml"
    copy.write_text(FILE.read_text())
    return copy


def test_the_shipped_lines_are_whole_and_say_what_they_are() -> None:
    assert look_at().faults == []
    found = all_lines()
    assert tuple(found) == LANGUAGES
    for line in ("who", "call", "check", "stop", "english"):
        assert len({getattr(lines, line) for lines in found.values()}) == len(LANGUAGES)
    assert waiting() == list(LANGUAGES[1:])
    assert {lines.status for lines in found.values()} == {TranslationStatus.REVIEWED, TranslationStatus.DRAFT}


def test_a_reader_gets_the_nearest_language() -> None:
    assert lines_for("es-MX") == lines_for("es")
    assert lines_for("mww") == lines_for("hmn")
    assert lines_for("arz").language == "ar"
    assert lines_for("am") == lines_for("en")


@pytest.mark.parametrize(
    ("old", "new", "after", "wrong"),
    [
        (WHO, "who = This", 1, "not TOML"),
        (WHO, 'who = "Us."', 1, "'Us.'"),
        (WHO, 'who = "{district} {district}"', 1, "{district} {district}"),
        (WHO, 'who = "{district.__class__}"', 1, "__class__"),
        (WHO + "\n", "", 0, "`en.who` is missing"),
        ("help in {language}", "help in Spanish", 5, "help in Spanish"),
        ("inglés. Para", "inglés. {language} Para", 12, "{language}"),
        ('[es.translation]\nstatus = "draft"', '[es.translation]\nstatus = "fine"', 15, "'fine'"),
        ("[en]", "[xx-yy-zz]", 0, "no BCP 47 language tag"),
    ],
)
def test_a_mistake_is_named_with_its_line(file: Path, old: str, new: str, after: int, wrong: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    first = next(number for number, line in enumerate(text.split("\n"), 1) if line == "[en]")
    fault = look_at(file).faults[-1]
    assert fault.line == first + after
    assert wrong in fault.wrong
    with pytest.raises(BadTemplate):
        lines_for("es", file)


def test_without_english_lines_there_are_none(file: Path) -> None:
    file.write_text(file.read_text().partition("[es]")[0].replace("[en]", "[de]"))
    assert "no English" in look_at(file).faults[0].wrong


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "can't be read" in look_at(tmp_path / "standing.toml").faults[0].wrong


def test_a_translator_sees_the_english_with_the_name_of_the_language() -> None:
    by_name = {row.name: row for row in rows("so")}
    assert by_name["english"].english == "Only in English so far. For help in Somali, call {phone}."
    assert by_name["who"].translation == lines_for("so").who
    assert {row.translation for row in rows("am")} == {""}


@pytest.mark.parametrize("tag", ["so", "am"])
def test_reviewed_lines_are_taken_in_and_nothing_else_changes(file: Path, tag: str) -> None:
    made = [replace(row, translation=row.english.replace("call", '"call"\\')) for row in rows(tag, file)]
    before = all_lines(file)
    head = file.read_text().partition("[en]")[0]
    file.write_text(with_reviewed(tag, made, "Ana Translator", TODAY, file))
    assert file.read_text().startswith(f"{head}[en]\n")
    assert 'by = "Ana Translator"\non = 2026-11-24\n' in file.read_text()
    after = all_lines(file)
    assert (after[tag].status, after[tag].stale) == (TranslationStatus.REVIEWED, False)
    assert [row.translation for row in rows(tag, file)] == [row.translation for row in made]
    assert {other: lines for other, lines in after.items() if other != tag} == {
        other: lines for other, lines in before.items() if other != tag
    }
    assert tag not in waiting(file)


def test_a_review_of_earlier_english_lines_waits_again_and_is_warned_of(file: Path) -> None:
    file.write_text(with_reviewed("so", rows("so", file), "a person", TODAY, file))
    assert look_at(file).faults == []
    file.write_text(file.read_text().replace("Questions? Call {phone}.", "Ask us: {phone}."))
    warned = [fault for fault in look_at(file).faults if "so.translation" in fault.right]
    assert [fault.severity for fault in warned] == [Severity.WARNING]
    assert file.read_text().split("\n")[warned[0].line - 1].startswith("of = ")
    assert all_lines(file)["so"].stale
    assert "so" in waiting(file)


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("who", "{district} waxay tidhi", ""),
        ("who", "Us", "should have {district} in it, once"),
        ("english", "{phone} {language}", "should have no { or } in it but {phone}"),
        ("stop", "{", "should have no { or } in it but none"),
        ("check", " ", "should not be empty"),
    ],
)
def test_a_translator_is_told_what_a_line_should_be_like(name: str, text: str, wrong: str) -> None:
    assert mistake(name, text) == wrong
