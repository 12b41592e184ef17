"""docker-compose.yml and Dockerfile: they keep the compose schema, and they name only what this program has."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from broadcaster.cli import COMMANDS
from broadcaster.settings import ROOT, Settings

PARTS = ("migrate", "web", "worker", "beat", "sandbox")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def checked() -> jsonschema.protocols.Validator:
    """The schema of https://github.com/compose-spec/compose-spec, as check-jsonschema ships it."""
    schemas = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((schemas / "compose-spec.json").read_text())
    return jsonschema.validators.validator_for(schema)(schema)


def test_the_file_keeps_the_compose_schema(compose: dict[str, Any], checked: jsonschema.protocols.Validator) -> None:
    assert [error.message for error in checked.iter_errors(compose)] == []


def test_the_schema_would_find_a_mistake(compose: dict[str, Any], checked: jsonschema.protocols.Validator) -> None:
    web = {**compose["services"]["web"], "healthchek": {}}
    wrong = {**compose, "services": {**compose["services"], "web": web}}
    assert list(checked.iter_errors(wrong))


@pytest.mark.parametrize("part", PARTS)
def test_each_part_runs_a_command_with_settings_that_exist(compose: dict[str, Any], part: str) -> None:
    service = compose["services"][part]
    assert service["command"] == [part]
    assert part in COMMANDS
    assert {name.lower() for name in service["environment"]} <= set(Settings.model_fields)


def test_every_part_gets_every_setting_that_parts_share(compose: dict[str, Any]) -> None:
    for part in PARTS:
        given = {name.lower() for name in compose["services"][part]["environment"]}
        assert set(Settings.model_fields) <= given, part


def test_who_is_waited_for_can_say_that_it_is_ready(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], f"{name} waits for {needed}"
    assert {"web", "worker", "sandbox", "postgres", "redis"} <= {
        name for name in services if "healthcheck" in services[name]
    }


def test_the_sandbox_runs_only_where_it_is_asked_for(compose: dict[str, Any]) -> None:
    profiles = {name: service.get("profiles") for name, service in compose["services"].items()}
    assert {name for name, named in profiles.items() if named} == {"sandbox"}


def test_the_image_installs_what_the_lock_names_and_nothing_secret() -> None:
    steps = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in steps
    assert "USER broadcaster" in steps
    kept_out = Path(ROOT / ".dockerignore").read_text().split()
    assert {"var", ".venv", ".env", ".git"} <= set(kept_out)
