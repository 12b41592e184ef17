"""Finding and loading templates."""

from pathlib import Path

import pytest

from broadcaster.templating.faults import BadTemplate
from broadcaster.templating.library import UnknownTemplate, load, load_all, names
from broadcaster.templating.template import TranslationStatus
from tests.templating.builders import field, make_template


def test_templates_come_in_their_order_then_by_name(tmp_path: Path) -> None:
    make_template(tmp_path, "b")
    make_template(tmp_path, "a")
    make_template(tmp_path, "z", more="order = 10")
    assert names(tmp_path) == ["z", "a", "b"]


def test_a_template_is_found_by_name_and_by_title(tmp_path: Path) -> None:
    make_template(tmp_path)
    assert load("snack-day", tmp_path).name == "snack-day"
    assert load("Snack day", tmp_path).name == "snack-day"


@pytest.mark.parametrize("wrong", ["snak-day", "", ".", "..", "../templates", "snack-day/en.md", "snack day"])
def test_an_unknown_template_is_named_with_the_right_ones(tmp_path: Path, wrong: str) -> None:
    make_template(tmp_path)
    with pytest.raises(UnknownTemplate, match="snack-day") as caught:
        load(wrong, tmp_path)
    assert repr(wrong) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_english_is_the_original_and_translations_say_what_they_are(tmp_path: Path) -> None:
    make_template(tmp_path, spanish="Traiga una merienda.")
    template = load("snack-day", tmp_path)
    assert list(template.languages) == ["en", "es"]
    assert template.english.translation is TranslationStatus.REVIEWED
    assert template.languages["es"].translation is TranslationStatus.DRAFT
    assert template.languages["es"].by == "a translator"


def test_fields_keep_their_defaults_as_a_person_would_write_them(tmp_path: Path) -> None:
    fields = field("on", "boolean", default="true") + field("which", "list", default='["a", "b"]')
    make_template(tmp_path, fields=fields)
    assert [each.default for each in load("snack-day", tmp_path).fields] == ["yes", "a, b"]


def test_one_bad_template_never_stops_the_others(tmp_path: Path) -> None:
    make_template(tmp_path, "good")
    (make_template(tmp_path, "bad") / "template.toml").write_text("title = ")
    (tmp_path / "empty").mkdir()
    assert [template.name for template in load_all(tmp_path)] == ["good"]
    assert names(tmp_path) == ["good", "bad", "empty"]
    with pytest.raises(BadTemplate, match=r"bad/template\.toml:1: "):
        load("bad", tmp_path)


def test_a_template_with_a_bad_translation_is_not_half_used(tmp_path: Path) -> None:
    make_template(tmp_path, spanish="{{ nothing }}")
    with pytest.raises(BadTemplate, match=r"snack-day/es\.md:10: .*nothing"):
        load("snack-day", tmp_path)
