"""The machine is lost in the middle of a broadcast; yesterday's laptop takes the last backup and goes on."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster.running import ports
from tests.whole.conftest import a_postgres, settle_in
from tests.whole.home import Home, answer_of, until
from tests.whole.house import House
from tests.whole.sandbox import Sandbox

#: of the machine that is lost, in segments and messages a second: it is in the middle of it for a minute, longer than a
#: busy machine takes for the backup. The laptop is as fast as it can
RATE = 6
FAMILIES = 150
PASSPHRASE = {"BROADCASTER_BACKUP_PASSPHRASE": "four words nobody guesses"}


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Where the lost machine's ledger is. The laptop always has SQLite."""
    if request.param == "sqlite":
        yield {}
        return
    with a_postgres() as url:
        yield {"DATABASE_URL": url}


@pytest.fixture
def vendors(tmp_path: Path, new_ledger: Path) -> Iterator[Sandbox]:
    """The vendors, who live on when a machine is lost."""
    lost = Home(tmp_path / "lost", PUBLIC).begin_with(new_ledger)
    lost.ask("list")  # makes the key that both sides know
    bind = f"127.0.0.1:{ports.free()}"
    key = (lost.home / "secret-key").read_text()
    home = Home(tmp_path / "vendors", {"BROADCASTER_SANDBOX_BIND": bind, "SECRET_KEY": key, **PUBLIC})
    process = home.start("sandbox")
    found = Sandbox(f"http://{bind}")
    until(lambda: answers(found), "the vendors answer")
    try:
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


PORT = ports.free()
PUBLIC = {"BROADCASTER_BIND": f"127.0.0.1:{PORT}", "PUBLIC_BASE_URL": f"http://127.0.0.1:{PORT}"}


def answers(vendors: Sandbox) -> bool:
    try:
        return "accepted" in vendors.counts()
    except OSError:
        return False


def test_a_machine_lost_in_the_middle_of_a_broadcast_is_replaced_and_nobody_gets_a_text_twice(
    tmp_path: Path, vendors: Sandbox, database: dict[str, str]
) -> None:
    """Each phone gets one text and each mail address at most one mail, whatever was sent after the backup was made."""
    settings = {**PUBLIC, **PASSPHRASE, "TWILIO_BASE_URL": vendors.url, "SENDGRID_BASE_URL": vendors.url}
    backup = tmp_path / "backup.age"
    with House(tmp_path / "lost", {**settings, **database}, rate=RATE) as lost:
        told = settle_in(lost, {"Oak School": FAMILIES})
        number = lost.send("district")
        until(lambda: len(vendors.messages("sms")) > 5 and vendors.messages("email"), "messages are on their way")
        made = lost.ask("backup", str(backup))
        at_backup = vendors.accepted()
        until(lambda: vendors.accepted() > at_backup + 5, "more has left than the backup knows")
        lost.end(signal.SIGKILL)
    assert made["counts"]["delivery_delivery"] == len(told.once())

    with_backup = House(tmp_path / "laptop", settings)
    restored = answer_of(with_backup.start("restore", str(backup), "--json"))
    assert restored["counts"] == made["counts"]
    assert restored["in_question"] > 10
    with with_backup as laptop:
        laptop.until_report(
            number,
            lambda report: report["channels"]["sms"] == {"delivered": len(told.once("", "sms"))},
            "all texts are delivered",
        )
        got = vendors.reached(since=0)
        assert {phone: got[phone] for phone in told.once("", "sms")} == told.once("", "sms")
        assert max(got.values()) == 1
        assert vendors.counts()["twice"]["count"] == 0
        mail = laptop.report(number)["channels"]["email"]
        assert set(mail) <= {"delivered", "unknown", "sent"}, "mail that may have left waits for its event or a person"
        assert sum(mail.values()) == len(told.once("", "email"))
        assert not laptop.home.joinpath("broadcaster.sqlite3").samefile(backup)
