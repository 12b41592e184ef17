"""`templates export` and `templates import`."""

import json
from pathlib import Path

import pytest

from broadcaster.cli import main
from broadcaster.templating import library
from tests.templating.builders import field, make_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of one template, with a Spanish draft."""
    folder = tmp_path / "library"
    make_template(folder, fields=field("what"), sms="{{ what }}", spanish_sms="{{ what }}", spanish="Traiga algo.")
    monkeypatch.setattr(library, "FOLDER", folder)
    return folder


@pytest.fixture
def page(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Its page for a translator."""
    page = folder.parent / "es.toml"
    assert main(["templates", "export", "Spanish", str(page)]) == 0
    assert capsys.readouterr().out == f"{page}: 1 templates for Spanish, 0 not yet translated.\n"
    return page


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*arguments, "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    found: dict[str, object] = json.loads(said.out)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_page_goes_out_and_comes_back_reviewed(folder: Path, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text(page.read_text().replace("Traiga algo.", "Traiga una merienda."))
    taken = document(capsys, "templates", "import", str(page), "--by", " Ana Translator ")
    assert taken["by"] == "Ana Translator"
    assert (taken["language"], taken["reviewed"], taken["changed"]) == ("es", ["snack-day"], ["snack-day"])
    spanish = library.load("snack-day", folder).languages["es"]
    assert (spanish.by, str(spanish.on)) == (taken["by"], taken["on"])
    assert spanish.body == "Traiga una merienda."
    assert main(["templates", "import", str(page), "--by", "Ana"]) == 0
    assert capsys.readouterr().out == "Spanish: 1 templates reviewed by Ana, 0 changed.\n"


def test_export_says_what_is_not_yet_translated(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = document(capsys, "templates", "export", "so", str(folder.parent / "so.toml"))
    assert (said["language"], said["templates"], said["missing"]) == ("so", ["snack-day"], ["snack-day"])


def test_a_template_with_a_mistake_is_left_out_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_template(folder, "bad", spanish="{{ nobody }}")
    assert main(["templates", "export", "es", str(folder.parent / "es.toml")]) == 0
    assert "left out: bad/es.md:10: " in capsys.readouterr().err
    assert "[bad." not in (folder.parent / "es.toml").read_text()


def test_export_never_writes_over_a_translators_work(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text("hours of work")
    assert "es.toml is there already" in refusal(capsys, "templates", "export", "es", str(page))
    assert page.read_text() == "hours of work"


@pytest.mark.parametrize(("language", "wrong"), [("en", "'en'"), ("Klingonish", "'Klingonish'")])
def test_export_refuses_what_nobody_can_translate_into(
    folder: Path, capsys: pytest.CaptureFixture[str], language: str, wrong: str
) -> None:
    assert wrong in refusal(capsys, "templates", "export", language, str(folder.parent / "new.toml"))
    assert not (folder.parent / "new.toml").exists()


def test_a_mistake_is_told_with_file_and_line(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text(page.read_text().replace("Traiga algo.", "Traiga {{ algo }}."))
    line = page.read_text().split("\n").index("Traiga {{ algo }}.") + 1
    said = refusal(capsys, "templates", "import", str(page), "--by", "Ana")
    assert f"es.toml:{line}: body: there is no field algo" in said


def test_all_mistakes_are_told_and_the_last_line_is_one(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text(page.read_text().replace("Traiga algo.", "{{ algo }}\n{{ nada }}"))
    assert main(["templates", "import", str(page), "--by", "Ana"]) == 2
    said = capsys.readouterr()
    assert [line.split("body: ")[1][:20] for line in said.out.splitlines()] == [
        "there is no field al",
        "there is no field na",
    ]
    assert said.err.endswith("(and 1 more)\n")


@pytest.mark.parametrize("arguments", [("--by", " "), ()])
def test_somebody_has_to_answer_for_a_review(
    page: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert "--by" in refusal(capsys, "templates", "import", str(page), *arguments)
