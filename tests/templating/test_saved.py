"""Templates saved in the ledger: version by version, through the library's own checks."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from broadcaster.kinds import BadInput
from broadcaster.templating import library, saved
from broadcaster.templating.files import Files, in_folder, typed
from broadcaster.templating.library import UnknownTemplate
from broadcaster.templating.models import SavedTemplate
from broadcaster.templating.template import PARTS
from tests.templating.builders import ABOUT, make_template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped library: one template, with a Spanish draft."""
    make_template(tmp_path / "shipped", spanish="Traiga una merienda.")
    monkeypatch.setattr(library, "FOLDER", tmp_path / "shipped")
    return tmp_path / "shipped"


def edited(sms: str, name: str = "snack-day") -> Files:
    """The shipped template's files with another text message, to be saved under that name."""
    files = library.all_files(library.FOLDER)["snack-day"]
    english = files.texts["en.md"].replace('sms = "Bring a snack."', f'sms = "{sms}"')
    return replace(files.with_file("en.md", english), name=name)


def sms_now(name: str = "snack-day") -> str:
    return library.load(name).english.sms


def test_a_saved_template_takes_the_place_of_the_shipped_one_of_its_name() -> None:
    assert saved.save(edited("Bring two."), "ana", base=0).version == 1
    assert (sms_now(), library.load("snack-day").version) == ("Bring two.", 1)
    assert library.names() == ["snack-day"]


def test_a_new_template_stands_beside_the_shipped_ones() -> None:
    saved.save(edited("Bring two.", "snack-week"), "ana", base=0)
    assert {entry.name: entry.version for entry in library.entries()} == {"snack-day": 0, "snack-week": 1}
    assert (sms_now(), sms_now("snack-week")) == ("Bring a snack.", "Bring two.")


def test_a_named_folder_is_read_without_the_ledger(shipped: Path) -> None:
    saved.save(edited("Bring two."), "ana", base=0)
    assert library.load("snack-day", shipped).english.sms == "Bring a snack."


def test_every_version_is_kept_with_who_saved_it_when_and_why() -> None:
    for number, sms in enumerate(("one", "two", "three")):
        saved.save(edited(sms), f"writer {number}", base=number, note=f"note {number}")
    rows = saved.versions("snack-day")
    assert [(row.version, row.saved_by, row.note) for row in rows] == [
        (3, "writer 2", "note 2"),
        (2, "writer 1", "note 1"),
        (1, "writer 0", "note 0"),
    ]
    assert rows[0].saved_at >= rows[1].saved_at >= rows[2].saved_at > 0
    words = [library.judged(saved.at_version("snack-day", version)).usable().english.sms for version in range(4)]
    assert words == ["Bring a snack.", "one", "two", "three"]


def test_the_same_words_again_keep_no_new_version() -> None:
    shipped_again = saved.save(library.all_files()["snack-day"], "ana", base=0)
    assert (shipped_again.version, shipped_again.is_new) == (0, False)
    assert saved.save(edited("one"), "ana", base=0).is_new
    again = saved.save(edited("one"), "ben", base=0)
    assert (again.version, again.is_new) == (1, False)
    assert SavedTemplate.objects.count() == 1


def test_of_two_who_began_from_the_same_version_the_second_is_told_and_nothing_is_lost() -> None:
    saved.save(edited("one"), "ana", base=0)
    saved.save(edited("of ana"), "ana", base=1)
    with pytest.raises(saved.SavedMeanwhile, match=r"'snack-day' is at version 2, by ana; yours .* version 1"):
        saved.save(edited("of ben"), "ben", base=1)
    assert sms_now() == "of ana"
    assert saved.save(edited("of both"), "ben", base=2).version == 3


def test_a_version_that_never_was_is_no_base() -> None:
    with pytest.raises(saved.SavedMeanwhile, match="nothing is saved; yours was made from version 4"):
        saved.save(edited("one"), "ana", base=4)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("around", [False, True], ids=["alone", "in the caller's transaction"])
def test_of_many_who_save_at_the_same_moment_one_is_kept_and_the_others_are_told(around: bool) -> None:
    start = threading.Barrier(4)

    def come(writer: str) -> str:
        try:
            files = edited(f"of {writer}")
            start.wait()
            if not around:
                saved.save(files, writer, base=0)
            else:
                with transaction.atomic():
                    saved.save(files, writer, base=0)
        except saved.SavedMeanwhile:
            return ""
        else:
            return writer
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as writers:
        kept = [writer for writer in writers.map(come, "abcd") if writer]
    (row,) = SavedTemplate.objects.all()
    assert kept == [row.saved_by]
    assert sms_now() == f"of {kept[0]}"


def test_a_writer_who_looked_a_moment_too_early_is_told_by_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    saved.save(edited("one"), "ana", base=0)
    monkeypatch.setattr(saved, "newest_version", lambda name: 0)
    with pytest.raises(saved.SavedMeanwhile, match="is at version 1, by ana"):
        saved.save(edited("two"), "ben", base=0)
    assert SavedTemplate.objects.get().saved_by == "ana"


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("en.md", '+++\nsubject = "x"\nsms = "{{ nothing }}"\n+++\nx', r"en\.md:3: sms: there is no field nothing; "),
        ("es.md", "Traiga algo.", r"es\.md:1: there is no front matter; begin the file with"),
        ("template.toml", "title = ", r"template\.toml:1: this is not TOML"),
        ("notes.txt", "x", r"notes\.txt:1: notes\.txt is no BCP 47 language tag"),
        ("../es.md", "x", r"es\.md:1: \.\./es is no BCP 47 language tag"),
    ],
)
def test_a_template_with_a_mistake_is_not_saved(file: str, text: str, wrong: str) -> None:
    with pytest.raises(saved.NotSaved, match=wrong) as caught:
        saved.save(edited("one").with_file(file, text), "ana", base=0)
    assert all(fault.right for fault in caught.value.faults)
    assert not SavedTemplate.objects.exists()


def test_a_folder_that_is_not_there_or_not_text_is_not_saved(shipped: Path, tmp_path: Path) -> None:
    with pytest.raises(saved.NotSaved, match=r"nothing/template\.toml:1: there is no such file; a template is"):
        saved.save(in_folder(tmp_path / "nothing", "new"), "ana", base=0)
    (shipped / "snack-day" / "es.md").write_bytes(b'+++\nsubject = "D\xeda"\n+++\n')
    with pytest.raises(saved.NotSaved, match=r"snack-day/es\.md:2: this is not UTF-8 text"):
        saved.save(in_folder(shipped / "snack-day"), "ana", base=0)


def test_warnings_are_told_and_hinder_nobody() -> None:
    kept = saved.save(edited("a" * 400), "ana", base=0)
    assert kept.is_new
    assert any("3 segments" in fault.wrong for fault in kept.warnings)


@pytest.mark.parametrize("name", ["", "Snack", "a/b", "..", "snack day", "-a", "a" * 101])
def test_a_name_that_can_be_no_folders_is_refused(name: str) -> None:
    with pytest.raises(saved.BadName, match=f"^'{name}' can't be"):
        saved.save(edited("one", name), "ana", base=0)


def test_withdrawing_brings_the_shipped_one_back_and_keeps_every_version() -> None:
    saved.save(edited("one"), "ana", base=0)
    assert saved.withdraw("snack-day", "ben", "a mistake") == 2
    assert (sms_now(), library.load("snack-day").version) == ("Bring a snack.", 0)
    newest, first = saved.versions("snack-day")
    assert (newest.is_withdrawal, newest.saved_by, newest.note) == (True, "ben", "a mistake")
    assert first.files == edited("one").texts
    assert saved.save(first_again := saved.at_version("snack-day", 1), "ana", base=2).version == 3
    assert library.all_files()["snack-day"].texts == first_again.texts


def test_withdrawing_one_that_is_not_shipped_takes_it_out_of_the_library() -> None:
    saved.save(edited("one", "snack-week"), "ana", base=0)
    saved.withdraw("snack-week", "ana")
    assert library.names() == ["snack-day"]
    assert saved.name_of("snack-week") == "snack-week"
    with pytest.raises(UnknownTemplate):
        library.load("snack-week")


def test_only_what_is_saved_can_be_withdrawn() -> None:
    with pytest.raises(saved.NotThere, match="no template 'snack-day' is saved"):
        saved.withdraw("snack-day", "ana")
    saved.save(edited("one"), "ana", base=0)
    saved.withdraw("snack-day", "ana")
    with pytest.raises(saved.NotThere):
        saved.withdraw("snack-day", "ana")


@pytest.mark.parametrize("version", [2, 3, -1])
def test_a_version_without_words_is_named_with_those_there_are(version: int) -> None:
    saved.save(edited("one"), "ana", base=0)
    saved.withdraw("snack-day", "ana")
    with pytest.raises(saved.NotThere, match=f"no version {version}: there are 0, 1"):
        saved.at_version("snack-day", version)


def test_one_bad_saved_version_never_stops_the_others() -> None:
    saved.save(edited("one"), "ana", base=0)
    SavedTemplate.objects.create(name="bad", version=7, files={"template.toml": "title ="}, saved_by="x", saved_at=0.0)
    SavedTemplate.objects.create(name="empty", version=1, files={}, saved_by="x", saved_at=0.0)
    assert [template.name for template in library.load_all()] == ["snack-day"]
    with pytest.raises(BadInput, match=r"^bad version 7/template\.toml:1: "):
        library.load("bad")
    with pytest.raises(BadInput, match="there is no such file"):
        library.load("empty")


def test_a_name_comes_before_a_title() -> None:
    files = edited("one", "aaa")
    about = files.texts["template.toml"].replace('title = "Snack day"', 'title = "snack-day"\norder = 1')
    saved.save(files.with_file("template.toml", about), "ana", base=0)
    assert library.load("snack-day").name == "snack-day"


def test_what_a_screen_sends_may_have_any_line_ends() -> None:
    texts = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in edited("one").texts.items()}
    saved.save(typed("snack-day", texts), "ana", base=0)
    assert SavedTemplate.objects.get().files == edited("one").texts


_words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="{}"), max_size=60)
_lines = st.lists(_words, min_size=1, max_size=4).map("\n".join).filter(lambda text: text.strip())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


class TestRoundTrip(TestCase):
    """Hypothesis needs a transaction for each example."""

    @given(_words.filter(str.strip), _lines, _lines)
    def test_what_is_saved_is_read_as_the_same_template(self, subject: str, sms: str, body: str) -> None:
        english = f"+++\nsubject = {_quoted(subject)}\nsms = {_quoted(sms)}\n+++\n{body}"
        about = ABOUT.format(purpose="general", more="", fields="")
        files = typed("round-trip", {"template.toml": about, "en.md": english})
        entry = library.judged(files)
        if entry.errors:  # such as a link shortener
            return
        saved.save(files, "ana", base=0)
        template = entry.usable()
        read = library.load("round-trip")
        assert read.version == 1
        assert {part: read.english.parts()[part] for part in PARTS} == template.english.parts()
        same_place = replace(read.english, path=template.english.path)
        assert replace(read, version=0, languages={"en": same_place}) == template
