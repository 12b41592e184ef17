"""Commands where nothing serves: on a home that was never migrated, and with wrong settings."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broadcaster.cli import COMMANDS
from tests.whole import families
from tests.whole.conftest import FEW
from tests.whole.families import Town
from tests.whole.home import COMMAND_SECONDS, Done, Home, end_of
from tests.whole.loaded import Loaded

#: a full command line of each command, so that only its settings can be wrong
FULL = {
    "audience": ("audience", "district"),
    "import": ("import", "families.csv"),
    "templates": ("templates", "list"),
    "preview": ("preview", "clever-issues"),
    "send": ("send", "clever-issues", "--audience", "district"),
    "report": ("report", "1"),
    "pause": ("pause", "1"),
    "resume": ("resume", "1"),
    "cancel": ("cancel", "1"),
    "broker": ("broker", "--port", "1"),
    "board": ("board", "export", "folder"),
}
#: the demo makes its own settings
COMMANDS_WITH_SETTINGS = sorted(COMMANDS.keys() - {"demo"})


def test_every_command_makes_the_home_it_needs(tmp_path: Path) -> None:
    """`import`, and then the others, each on what the ones before it left, with no broker anywhere."""
    home, town = Home(tmp_path), Town().families("Oak School", FEW)
    families.write(tmp_path / "families.csv", town)
    imported = home.ask("import", "families.csv")
    assert imported["created"] == imported["roster"]["guardians"] == sum(len(family.emails) for family in town)
    assert home.ask("audience", "district")["families"] == FEW
    sent = home.ask("send", "mps-technical-difficulties", "--audience", "district")
    assert sent["status"] == "approved"
    assert home.ask("report", str(sent["id"]))["status"] == "approved"
    doctor = home.run("doctor", "--json")
    assert doctor.code == 1
    assert {"database", "templates"} <= {check["name"] for check in doctor.document["checks"] if check["ok"]}


def test_a_home_that_was_never_migrated_is_no_hindrance(tmp_path: Path) -> None:
    """Whichever comes first makes it, and the others wait for that: all begin at once."""
    home = Home(tmp_path)
    commands = (("list",), ("audience", "district"), ("preview", "clever-issues"), ("doctor",))
    started = {command[0]: home.start(*command, "--json") for command in commands}
    ended = {name: end_of(process) for name, process in started.items()}
    assert {name: done.code for name, done in ended.items()} == dict.fromkeys(started, 0) | {"doctor": 1}, ended
    assert all(done.document for done in ended.values())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, new_ledger: Path) -> Iterator[Loaded]:
    """Commands on a home that was migrated."""
    home = Home(tmp_path_factory.mktemp("made")).begin_with(new_ledger)
    loaded = Loaded(home.environment, home.folder)
    yield loaded
    loaded.end()


@pytest.fixture(scope="module")
def with_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Done]]:
    """Runs a command with these settings, on a home that nothing has made."""
    home = Home(tmp_path_factory.mktemp("nothing"))
    loaded = Loaded(home.environment, home.folder, settings=False)

    def run(settings: dict[str, str], *command: str) -> Done:
        return Done(*loaded.run(command, COMMAND_SECONDS, {**home.environment, **settings}))

    yield run
    loaded.end()


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("audience", "school:Atlantis"), "Atlantis"),
        (("send", "no-such-thing", "--audience", "district"), "no-such-thing"),
        (("send", "clever-issues", "--audience", "district", "--set", "colour=red"), "colour"),
        (("send", "weather-closure", "--audience", "district"), "date"),
        (("preview", "clever-issues", "--language", "xx"), "xx"),
        (("import", "nowhere.csv"), "nowhere.csv"),
        (("report", "17"), "17"),
        (("frobnicate",), "frobnicate"),
    ],
    ids=lambda given: given if isinstance(given, str) else given[0],
)
def test_wrong_input_is_refused_in_one_line(made: Loaded, command: tuple[str, ...], named: str) -> None:
    done = Done(*made.run(command, COMMAND_SECONDS))
    assert done.code == 2, done
    assert done.err.count("\n") == 1, done.err
    assert named in done.err


@pytest.mark.parametrize("command", COMMANDS_WITH_SETTINGS)
def test_a_wrong_setting_stops_every_command_with_one_line_that_names_it(
    with_settings: Callable[..., Done], command: str
) -> None:
    done = with_settings({"BROADCASTER_BIND": "nowhere"}, *FULL.get(command, (command,)))
    assert done.code == 2, done
    assert done.err.count("\n") == 1, done.err
    assert "BROADCASTER_BIND" in done.err
    assert "nowhere" in done.err
    assert not done.out


WRONG = {
    "BROADCASTER_CONFIG": "/nowhere/district.toml",
    "DATABASE_URL": "mysql://here",
    "BROKER_URL": "http://here",
    "PUBLIC_BASE_URL": "here",
    "TWILIO_BASE_URL": "http://here/with/a/path",
    "SENDGRID_BASE_URL": "ftp://here",
    "TWILIO_ACCOUNT_SID": "AC0",
    "BROADCASTER_HOME": "/dev/null/home",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": "no key",
}


@pytest.mark.parametrize("name", WRONG)
def test_each_setting_is_checked(with_settings: Callable[..., Done], name: str) -> None:
    done = with_settings({name: WRONG[name]}, "list")
    assert done.code == 2, done
    assert done.err.count("\n") == 1, done.err
    assert name in done.err


def test_a_wrong_key_in_the_district_file_is_named_with_its_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    config = Path(home.environment["BROADCASTER_CONFIG"])
    config.write_text(config.read_text() + "lease_secs = 3\n")
    done = home.run("list")
    assert (done.code, done.err.count("\n")) == (2, 1), done
    assert "district.toml" in done.err
    assert "lease_secs" in done.err
