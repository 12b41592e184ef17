"""The lines under every mail."""

from pathlib import Path

import pytest

from broadcaster.templating.faults import BadTemplate
from broadcaster.templating.standing import FILE, lines_for, look_at


def test_the_shipped_lines_are_whole_in_four_languages() -> None:
    assert look_at().faults == []
    assert len({lines_for(language).who for language in ("en", "es", "so", "hmn")}) == 4


def test_a_reader_gets_the_nearest_language() -> None:
    assert lines_for("es-MX") == lines_for("es")
    assert lines_for("mww") == lines_for("hmn")
    assert lines_for("am") == lines_for("en")


@pytest.mark.parametrize(
    ("old", "new", "line", "wrong"),
    [
        ('who = "This message is from {district}."', "who = This", 4, "not TOML"),
        ('who = "This message is from {district}."', 'who = "Us."', 4, "'Us.'"),
        ('who = "This message is from {district}."', 'who = "{district.__class__}"', 4, "__class__"),
        ('who = "This message is from {district}."\n', "", 3, "`en.who` is missing"),
        ("[en]", "[fr]", 1, "no English"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, wrong: str) -> None:
    file = tmp_path / "standing.toml"
    assert old in FILE.read_text()
    file.write_text(FILE.read_text().replace(old, new))
    fault = look_at(file).faults[0]
    assert fault.line == line
    assert wrong in fault.wrong
    with pytest.raises(BadTemplate):
        lines_for("es", file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "can't be read" in look_at(tmp_path / "standing.toml").faults[0].wrong
