"""A page for a translator: out, and back in."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from broadcaster.kinds import BadInput
from broadcaster.templating import library, standing
from broadcaster.templating.check import TranslationState, check
from broadcaster.templating.template import TranslationStatus
from broadcaster.templating.translators import BadTranslations, NoSuchLanguage, Taken, language_of, page_of, take_in
from tests.templating.builders import field, make_template

TODAY = date(2026, 12, 1)
Edit = Callable[[str], str]


def page(folder: Path, tag: str = "es") -> str:
    return page_of(tag, library.entries(folder), folder)


def sent_back(folder: Path, text: str) -> Taken:
    """The page as a translator's editor saved it."""
    (folder.parent / "page.toml").write_text(text)
    return take_in(folder.parent / "page.toml", "Ana Translator", TODAY, folder)


def refused(folder: Path, text: str) -> tuple[int, str]:
    """Where and why a page is not taken in, and that no file is touched by it."""
    before = contents(folder)
    with pytest.raises(BadTranslations) as caught:
        sent_back(folder, text)
    assert contents(folder) == before
    fault = caught.value.faults[0]
    assert fault.file.name == "page.toml"
    assert fault.right
    return fault.line, fault.wrong


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def line_where(text: str, what: str) -> int:
    return text[: text.index(what)].count("\n") + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def snack_day(folder: Path) -> str:
    """The page of a library that has one template, with a field and a Spanish draft."""
    make_template(
        folder,
        fields=field("what"),
        sms="Bring {{ what }}.",
        spanish_sms="Traiga {{ what }}.",
        body="Bring a snack.",
        spanish="Traiga una merienda.",
    )
    return page(folder)


@pytest.mark.parametrize("tag", ["es", "so", "hmn"])
def test_out_and_back_in_unchanged_changes_nothing_but_the_mark(folder: Path, tag: str) -> None:
    shutil.copytree(library.FOLDER, folder)
    before = contents(folder)
    taken = sent_back(folder, page(folder, tag))
    after = contents(folder)
    assert (taken.changed, taken.stale, taken.warnings) == ((), (), ())
    assert sorted(taken.reviewed) == sorted(library.names(folder))
    assert taken.lines
    of_templates = {f"{name}/{tag}.md" for name in taken.reviewed}
    assert {name for name in after if after[name] != before[name]} == {"standing.toml"} | of_templates
    for name in taken.reviewed:
        marked = re.sub(
            rb'status = ".*"\nby = ".*"\non = .*',
            b'status = "reviewed"\nby = "Ana Translator"\non = 2026-12-01',
            before[f"{name}/{tag}.md"],
        )
        assert after[f"{name}/{tag}.md"] == marked
    assert check(folder).faults == ()


def test_a_translators_words_come_back_with_who_and_when(folder: Path, snack_day: str) -> None:
    taken = sent_back(folder, snack_day.replace("Traiga una merienda.", 'Traiga "algo" \\ rico.\n\n- ¡Gracias!'))
    assert (taken.reviewed, taken.changed) == (("snack-day",), ("snack-day",))
    wording = library.load("snack-day", folder).languages["es"]
    assert wording.body == 'Traiga "algo" \\ rico.\n\n- ¡Gracias!'
    assert (wording.translation, wording.by, wording.on) == (TranslationStatus.REVIEWED, "Ana Translator", TODAY)


@pytest.mark.parametrize("text", ['Di "hola"', 'Di """', "Di '''", "C:\\nuevo", "Uno\n+++\ndos", 'a\\"'])
def test_no_quote_or_backslash_gets_lost_on_the_way(folder: Path, snack_day: str, text: str) -> None:
    quoted = "'''\nTraiga {{ what }}.\n'''"
    assert quoted in snack_day
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    sent_back(folder, snack_day.replace(quoted, f'"""\n{{{{ what }}}}: {escaped}"""'))
    assert library.load("snack-day", folder).languages["es"].sms == "{{ what }}: " + text
    assert sent_back(folder, page(folder)).changed == ()


def test_a_new_language_begins_with_an_empty_page(folder: Path, snack_day: str) -> None:
    text = page(folder, "so")
    assert sent_back(folder, text).untranslated == ("snack-day",)
    assert "so" not in library.load("snack-day", folder).languages
    for somali in ("Maalinta", "Keen {{ what }}.", "Keen wax."):
        text = text.replace("translation = '''\n\n'''", f"translation = '''\n{somali}\n'''", 1)
    assert sent_back(folder, text).reviewed == ("snack-day",)
    assert library.load("snack-day", folder).languages["so"].body == "Keen wax."
    assert check(folder).faults == ()


def test_what_a_translator_takes_out_stays_as_it_is(folder: Path, snack_day: str) -> None:
    make_template(folder, "other", spanish="Otra cosa.")
    sent_back(folder, snack_day)
    assert check(folder).states["snack-day"]["es"] is TranslationState.REVIEWED
    assert check(folder).states["other"]["es"] is TranslationState.DRAFT


def test_a_translation_of_an_earlier_english_is_kept_and_is_stale(folder: Path, snack_day: str) -> None:
    english = folder / "snack-day" / "en.md"
    english.write_text(english.read_text().replace("\nBring a snack.", "\nBring a big snack."))
    assert sent_back(folder, snack_day).stale == ("snack-day",)
    assert check(folder).states["snack-day"]["es"] is TranslationState.STALE


@pytest.mark.parametrize(
    ("old", "new", "marker", "wrong"),
    [
        ("Traiga {{ what }}.", "Traiga {{ wat }}.", "Traiga {{ wat", "sms: there is no field wat"),
        ("Traiga {{ what }}.", "Traiga algo.", "Traiga algo.", "sms: says nothing of what"),
        ("Traiga una merienda.", "Uno.\n{{ what }}", "Uno.", "body: says something of what"),
        ("Traiga una merienda.", "Uno.\n{% if what %}", "{% if what %}", "body: Unexpected end"),
        ("Traiga una merienda.", "Vea\nhttps://bit.ly/x", "https://bit.ly/x", "body: bit.ly is a link shortener"),
        ("Traiga una merienda.", "", "translation = '''\n\n'''", "snack-day: body is not translated"),
        ("Traiga {{ what }}.", "{{ what }}" + "a" * 1600, "{{ what }}aa", "sms: 11 segments"),
        ("[snack-day.", "[snak-day.", "[snak-day.", "there is no template 'snak-day' to translate"),
        ("[snack-day.body]", "[snack-day.bodi]", "[snack-day.bodi]", "`snack-day.bodi` is no known key"),
        ("Traiga una merienda.\n'''", "Traiga una merienda.", "", "this is not TOML"),
        ('language = "es"', 'language = "en"', "language =", "language 'en' can't be translated into"),
        ('language = "es"', 'language = "../es"', "language =", "language '../es' can't be translated into"),
        ('language = "es"', "", "", "the language is missing"),
    ],
)
def test_a_mistake_on_the_page_is_told_with_its_line_and_nothing_is_written(
    folder: Path, snack_day: str, old: str, new: str, marker: str, wrong: str
) -> None:
    make_template(folder, "another", spanish="Otra cosa.", spanish_sms="Traiga otra.")
    text = page(folder).replace(old, new)
    line, said = refused(folder, text)
    assert wrong in said
    if marker:
        expected = (
            line_where(text, "[snack-day.body]") if marker.startswith("translation") else line_where(text, marker)
        )
        assert line == expected


def test_a_page_that_is_not_there_is_told(folder: Path, snack_day: str) -> None:
    with pytest.raises(BadTranslations, match=r"nothing\.toml:1: can't be read"):
        take_in(folder / "nothing.toml", "Ana", TODAY, folder)


def test_a_disk_that_refuses_one_file_leaves_all_as_they_were(folder: Path, snack_day: str) -> None:
    make_template(folder, "another", spanish="Otra cosa.", spanish_sms="Traiga otra.")
    text = page(folder).replace("Otra cosa.", "Otra.").replace("Traiga una merienda.", "Traiga algo.")
    (folder / "snack-day" / ".es.md.new").mkdir()
    before = contents(folder)
    with pytest.raises(BadInput, match="can't be written"):
        sent_back(folder, text)
    assert contents(folder) == before


@pytest.mark.parametrize("asked", ["en", "English", "zz", "", "no such"])
def test_only_another_language_can_be_translated_into(asked: str) -> None:
    with pytest.raises(NoSuchLanguage, match=re.escape(repr(asked))):
        language_of(asked)


def test_a_language_is_asked_for_by_name_or_tag() -> None:
    assert [language_of(asked) for asked in ("Somali", "so", "es-MX", "White Hmong")] == ["so", "so", "es-MX", "mww"]


@pytest.fixture
def lines_too(folder: Path, snack_day: str) -> str:
    """The page of a library that has standing lines beside its template."""
    (folder / "standing.toml").write_text(standing.FILE.read_text())
    return page(folder)


def lines(folder: Path, tag: str = "es") -> standing.Lines:
    return standing.all_lines(folder / "standing.toml")[tag]


def test_the_standing_lines_are_on_the_page_and_come_back_reviewed(folder: Path, lines_too: str) -> None:
    assert lines(folder).status is TranslationStatus.DRAFT
    assert sent_back(folder, lines_too.replace("¿Preguntas? Llame al {phone}.", "¿Dudas? Llame al {phone}.")).lines
    assert (lines(folder).status, lines(folder).stale) == (TranslationStatus.REVIEWED, False)
    assert lines(folder).call == "¿Dudas? Llame al {phone}."
    assert lines(folder, "so").status is TranslationStatus.DRAFT


def test_standing_lines_that_a_translator_takes_out_stay_as_they_are(folder: Path, lines_too: str) -> None:
    before = (folder / "standing.toml").read_bytes()
    assert not sent_back(folder, lines_too.partition("[_lines.")[0]).lines
    assert (folder / "standing.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("Llame al {phone}.\n", "Llame.\n", "the standing line call is '¿Preguntas? Llame.'"),
        ("¿Preguntas? Llame al {phone}.\n", "\n", "the standing line call is not translated"),
    ],
)
def test_a_mistake_in_a_standing_line_is_told_with_its_line(
    folder: Path, lines_too: str, old: str, new: str, wrong: str
) -> None:
    assert old in lines_too
    line, said = refused(folder, lines_too.replace(old, new, 1))
    assert wrong in said
    assert line == line_where(lines_too, "[_lines.call]") + len(("english", "its text", "'''", "translation", "text"))


def test_a_standing_line_that_there_is_none_of_is_no_known_key(folder: Path, lines_too: str) -> None:
    assert "_lines.cal" in refused(folder, lines_too.replace("[_lines.call]", "[_lines.cal]"))[1]
