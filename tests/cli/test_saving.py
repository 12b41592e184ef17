"""`templates take | save | versions | withdraw`, and how the other commands see what was saved."""

import json
from pathlib import Path

import pytest

from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import AuditEntry, Broadcast, Wording
from broadcaster.cli import main
from broadcaster.templating import library
from broadcaster.templating.models import SavedTemplate
from tests import builders
from tests.templating.builders import make_template

pytestmark = pytest.mark.django_db

SMS = 'sms = "Bring a snack."'


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped library: one template, with a Spanish draft."""
    make_template(tmp_path / "shipped", spanish="Traiga una merienda.")
    monkeypatch.setattr(library, "FOLDER", tmp_path / "shipped")
    return tmp_path / "shipped"


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The shipped template, taken to be edited."""
    assert main(["templates", "take", "snack-day", str(tmp_path / "work")]) == 0
    assert "When done: broadcaster templates save snack-day " in capsys.readouterr().out
    return tmp_path / "work"


def edit(folder: Path, sms: str) -> None:
    english = folder / "en.md"
    lines = english.read_text().split("\n")
    english.write_text("\n".join(f'sms = "{sms}"' if line.startswith("sms = ") else line for line in lines))


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(list(arguments)) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def acts() -> list[tuple[str, dict[str, object]]]:
    assert audit.first_break() is None
    return list(AuditEntry.objects.order_by("id").values_list("act", "detail"))


def test_a_template_is_taken_edited_saved_and_used(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder, "Bring two.")
    assert main(["templates", "save", "snack-day", str(folder), "--note", "for two"]) == 0
    assert capsys.readouterr().out == "snack-day is saved as version 1, and used from now on.\n"
    shown = document(capsys, "templates", "show", "Snack day")
    assert (shown["version"], shown["wording"]["en"]["sms"]) == (1, "Bring two.")  # type: ignore[index]
    assert document(capsys, "preview", "snack-day")["sms"]["text"].startswith("Bring two. #")  # type: ignore[index]
    (listed,) = document(capsys, "templates", "list")["templates"]  # type: ignore[misc, attr-defined]
    assert (listed["name"], listed["version"]) == ("snack-day", 1)
    assert acts() == [("saved template", {"template": "snack-day", "version": 1})]


def test_people_see_which_one_was_saved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates", "list"]) == 0
    assert "saved" not in capsys.readouterr().out
    edit(folder, "Bring two.")
    assert main(["templates", "save", "snack-day", str(folder)]) == 0
    assert main(["templates", "list"]) == 0
    assert "snack-day (saved, version 1)" in capsys.readouterr().out


def test_a_broadcast_goes_out_in_the_saved_words_and_keeps_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    builders.families(1)
    edit(folder, "Bring two.")
    document(capsys, "templates", "save", "snack-day", str(folder))
    sent = document(capsys, "send", "snack-day", "--audience", "district", "--reason", "x")
    edit(folder, "Bring three.")
    document(capsys, "templates", "save", "snack-day", str(folder))
    assert Wording.objects.get(broadcast=Broadcast.objects.get(pk=sent["id"]), language="en").sms.startswith(
        "Bring two. #"
    )


def test_a_folder_goes_on_from_what_was_saved_from_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, sms in enumerate(("one", "two"), start=1):
        edit(folder, sms)
        saved = document(capsys, "templates", "save", "snack-day", str(folder))
        assert saved == {"name": "snack-day", "version": number, "new": True}
    assert document(capsys, "templates", "save", "snack-day", str(folder))["new"] is False
    assert len(acts()) == 2


def test_who_took_an_earlier_version_is_told(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other"
    document(capsys, "templates", "take", "snack-day", str(other))
    edit(folder, "of ana")
    document(capsys, "templates", "save", "snack-day", str(folder))
    edit(other, "of ben")
    said = refusal(capsys, "templates", "save", "snack-day", str(other))
    assert "'snack-day' is at version 1" in said
    assert "made from version 0" in said
    assert document(capsys, "templates", "save", "snack-day", str(other), "--base", "1")["version"] == 2


def test_versions_tells_all_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, "templates", "versions", "Snack day") == {"name": "snack-day", "versions": []}
    assert main(["templates", "versions", "snack-day"]) == 0
    assert capsys.readouterr().out == "snack-day was never saved: it is as shipped.\n"
    edit(folder, "one")
    document(capsys, "templates", "save", "snack-day", str(folder), "--note", "shorter")
    document(capsys, "templates", "withdraw", "snack-day", "--note", "too short")
    told = document(capsys, "templates", "versions", "snack-day")["versions"]
    assert isinstance(told, list)
    assert [(row["version"], row["note"], row["withdrawn"]) for row in told] == [
        (2, "too short", True),
        (1, "shorter", False),
    ]
    assert all(row["saved_by"] and row["saved_at"].endswith("+00:00") for row in told)
    assert main(["templates", "versions", "snack-day"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Version", "Saved", "By", "Note"]
    assert lines[1].startswith("2 ")
    assert lines[1].endswith("withdrawn too short")


def test_withdrawing_is_audited_and_brings_the_shipped_one_back(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder, "one")
    document(capsys, "templates", "save", "snack-day", str(folder))
    document(capsys, "templates", "save", "snack-week", str(folder))
    assert main(["templates", "withdraw", "snack-day"]) == 0
    assert capsys.readouterr().out == "snack-day is withdrawn: the shipped one is back.\n"
    assert main(["templates", "withdraw", "snack-week"]) == 0
    assert capsys.readouterr().out == "snack-week is withdrawn: it is out of the library.\n"
    assert library.load("snack-day").version == 0
    assert acts()[2:] == [
        ("withdrew template", {"template": "snack-day", "version": 2}),
        ("withdrew template", {"template": "snack-week", "version": 2}),
    ]


def test_an_earlier_version_is_shown_and_taken_back(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for sms in ("one", "two"):
        edit(folder, sms)
        document(capsys, "templates", "save", "snack-day", str(folder))
    shown = [document(capsys, "templates", "show", "snack-day", "--version", version)["wording"] for version in "012"]
    assert [wording["en"]["sms"] for wording in shown] == ["Bring a snack.", "one", "two"]  # type: ignore[index]
    back = tmp_path / "back"
    taken = document(capsys, "templates", "take", "snack-day", str(back), "--version", "1")
    assert (taken["version"], taken["files"]) == (1, ["en.md", "es.md", "template.toml"])
    assert document(capsys, "templates", "save", "snack-day", str(back))["version"] == 3
    assert library.load("snack-day").english.sms == "one"


@pytest.mark.parametrize(("file", "why"), [("en.md", "there already"), ("fr.md", "no file of snack-day")])
def test_take_never_writes_over_other_words_or_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, why: str
) -> None:
    (tmp_path / file).write_text("hours of work")
    said = refusal(capsys, "templates", "take", "snack-day", str(tmp_path))
    assert f"{tmp_path / file} is {why}" in said
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [file]
    assert (tmp_path / file).read_text() == "hours of work"


def test_taking_the_same_again_is_no_mistake(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document(capsys, "templates", "take", "snack-day", str(folder))


def test_a_mistake_is_told_with_file_and_line_and_nothing_is_saved(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder, "{{ nothing }}")
    said = refusal(capsys, "templates", "save", "snack-day", str(folder))
    assert "work/en.md:3: sms: there is no field nothing; there are: student_names" in said
    (folder / "es.md").write_text("x")
    assert main(["templates", "save", "snack-day", str(folder)]) == 2
    printed = capsys.readouterr()
    assert [line.partition(": ")[0] for line in printed.out.splitlines()] == ["error", "error"]
    assert printed.err.endswith("(and 1 more)\n")
    assert not SavedTemplate.objects.exists()
    assert acts() == []


def test_what_can_not_be_audited_is_not_saved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    edit(folder, "one")
    monkeypatch.setattr(audit, "write", fail)
    assert main(["templates", "save", "snack-day", str(folder)]) == 1
    assert not SavedTemplate.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("take", "nothing", "x"), "there is no template 'nothing': there are: snack-day"),
        (("show", "snack-day", "--version", "4"), "'snack-day' has no version 4: there are 0"),
        (("show", "snack-day", "--version", "new"), "'new'"),
        (("versions", "nothing"), "'nothing'"),
        (("withdraw", "snack-day"), "no template 'snack-day' is saved: there are none"),
        (("save", "Big Name", "shipped/snack-day"), "'Big Name' can't be a template's name"),
        (("save", "snack-day", "no-such-folder"), "no-such-folder/template.toml:1: there is no such file"),
        (("take", "snack-day", "shipped/snack-day/en.md"), "can't be written: File exists"),
    ],
)
def test_wrong_input_is_one_line_that_says_what_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in refusal(capsys, "templates", *arguments)


def test_check_names_the_version_of_a_saved_one_that_went_bad(capsys: pytest.CaptureFixture[str]) -> None:
    files = {"template.toml": "title ="}
    SavedTemplate.objects.create(name="snack-day", version=3, files=files, saved_by="x", saved_at=0.0)
    assert "snack-day version 3/template.toml:1: this is not TOML" in refusal(capsys, "templates", "check", "--json")


def test_a_translation_of_a_saved_template_is_a_new_version_of_it(
    folder: Path, shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_template(shipped, "other", spanish="Otra cosa.")
    edit(folder, "Bring two.")
    document(capsys, "templates", "save", "snack-day", str(folder))
    page, before = tmp_path / "es.toml", (shipped / "snack-day" / "es.md").read_text()
    document(capsys, "templates", "export", "es", str(page))
    assert "Bring two." in page.read_text()
    page.write_text(page.read_text().replace("Traiga una merienda.", "Traiga dos."))
    taken = document(capsys, "templates", "import", str(page), "--by", "Ana")
    assert (taken["reviewed"], taken["versions"]) == (["other", "snack-day"], {"snack-day": 2})
    spanish = library.load("snack-day").languages["es"]
    assert (spanish.by, spanish.sms, library.load("snack-day").english.sms) == ("Ana", "Traiga dos.", "Bring two.")
    assert (shipped / "snack-day" / "es.md").read_text() == before
    assert library.load("other").languages["es"].by == "Ana"
    assert acts()[1:] == [
        ("saved template", {"template": "snack-day", "version": 2}),
        ("took in translations", {"language": "es", "by": "Ana", "templates": ["other", "snack-day"]}),
    ]
    assert document(capsys, "templates", "import", str(page), "--by", "Ana")["versions"] == {}


def test_a_disk_that_refuses_a_translation_leaves_the_saved_ones_as_they_were(
    folder: Path, shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_template(shipped, "other", spanish="Otra cosa.")
    edit(folder, "Bring two.")
    document(capsys, "templates", "save", "snack-day", str(folder))
    document(capsys, "templates", "export", "es", str(tmp_path / "es.toml"))
    (shipped / "other" / ".es.md.new").mkdir()
    assert "can't be written" in refusal(capsys, "templates", "import", str(tmp_path / "es.toml"), "--by", "Ana")
    assert library.load("snack-day").version == 1
