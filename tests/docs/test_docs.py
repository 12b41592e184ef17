"""docs/operating.md says what there is: every setting, key, command, status and fault, with true defaults."""

import json
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from django.db.models import TextChoices
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import COMMANDS, load
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.district import District
from broadcaster.sandbox.faults import Faults
from broadcaster.sandbox.magic import TEXT_FAULTS, MailFate
from broadcaster.settings import ROOT, Settings

from .pages import Row, blocks, commands, named, pages, spans, tables_of, text

OPERATING = text("docs/operating.md")


def documented(first: str) -> dict[str, Row]:
    """The rows of the one table whose first column is called so, by the name that each explains."""
    (rows,) = tables_of(OPERATING, first)
    return {spans(row[first])[0]: row for row in rows}


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key a TOML file may hold, with its table's name before it."""
    for name, field in model.model_fields.items():
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if _is_model(kind)]
        if inner:
            yield from keys(inner[0], f"{name}.")
        else:
            yield f"{prefix}{name}", field


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def test_every_variable_is_documented_and_no_other() -> None:
    assert set(documented("variable")) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_default_of_a_variable_is_true(name: str) -> None:
    default = Settings.model_fields[name].default
    if isinstance(default, Path):
        default = default.relative_to(ROOT)
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    said = documented("variable")[name.upper()]["default"]
    if default in ("", None):
        assert said.partition(":")[0] == "none"
    else:
        assert spans(said)[0] == str(default)


def test_the_examples_of_variables_are_accepted() -> None:
    examples: dict[str, Any] = {name.lower(): spans(row["example"])[0] for name, row in documented("variable").items()}
    accepted = Settings(**examples)
    assert set(examples) == accepted.model_fields_set


def test_every_key_of_the_districts_file_is_documented_and_no_other() -> None:
    assert set(documented("key")) == {key for key, _ in keys(District)}


@pytest.mark.parametrize(("key", "field"), list(keys(District)))
def test_the_default_of_a_key_is_true(key: str, field: FieldInfo) -> None:
    said = documented("key")[key]["default"]
    assert said == ("required" if field.is_required() else f"`{json.dumps(field.default, default=str)}`")


def test_the_shipped_file_has_known_keys_and_the_documented_defaults() -> None:
    shipped = District.model_validate(tomllib.loads(text("config/district.toml")))
    assert shipped == District()


def test_the_pieces_of_toml_in_the_page_are_accepted() -> None:
    pieces = blocks(OPERATING, "toml")
    assert pieces
    for piece in pieces:
        District.model_validate(tomllib.loads(piece))


def test_every_command_is_documented() -> None:
    known = {name for name, entry in COMMANDS.items() if not entry.hidden}
    told = {command.split()[0] for page in pages() for command in commands(page.read_text())}
    in_table = {name.split()[1] for row in tables_of(OPERATING, "command")[0] for name in spans(row["command"])}
    assert known <= told
    assert in_table == known


@pytest.mark.parametrize("page", pages(), ids=named)
def test_what_a_page_tells_people_to_type_exists(page: Path) -> None:
    for told in commands(page.read_text()):
        name, *words = shlex.split(told, comments=True)
        assert name in COMMANDS, told
        command: Any = load(name, COMMANDS[name])
        if hasattr(command, "commands") and words:
            assert words[0] in command.commands, told
            command = command.commands[words[0]]
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options, told


@pytest.mark.parametrize(("place", "statuses"), [(0, BroadcastStatus), (1, DeliveryStatus)])
def test_every_status_is_explained(place: int, statuses: type[TextChoices]) -> None:
    rows = tables_of(OPERATING, "status")[place]
    assert [spans(row["status"])[0] for row in rows] == [str(status) for status in statuses]
    assert all(row["in plain words"].endswith(".") for row in rows)


def test_every_fault_of_the_sandbox_is_documented_with_its_default() -> None:
    said = {name: row["default"] for name, row in documented("fault").items()}
    true = {name: field.default for name, field in Faults.model_fields.items()}
    listed = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in true.items()}
    assert said == {name: f"`{json.dumps(value)}`" for name, value in listed.items()}


def test_every_magic_address_of_the_sandbox_is_documented() -> None:
    told = spans(OPERATING.partition("Some made-up addresses")[2])
    assert sorted(span for span in told if span.startswith("555-")) == [f"555-01{end}" for end in sorted(TEXT_FAULTS)]
    assert {fate.value for fate in MailFate} <= set(told)
