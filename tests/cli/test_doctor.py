"""`doctor`: the addresses of everything, what is well and what is not; never a secret."""

import json

import pytest

from .conftest import Run


def test_a_home_that_never_served_gets_its_addresses_and_what_to_do(run: Run) -> None:
    ran = run("doctor", "--json", PUBLIC_BASE_URL="https://notices.mps.example.org")
    assert ran.returncode == 1
    assert ran.stderr == ""
    told = json.loads(ran.stdout)
    public = "https://notices.mps.example.org"
    urls = told["urls"]
    assert urls["health"] == f"{public}/health"
    assert urls["metrics"] == f"{public}/metrics"
    assert urls["console"] == f"{public}/console/"
    assert f"{public}/console/home" in urls["console_pages"]
    assert len(set(urls["console_pages"])) == len(urls["console_pages"])
    assert told["webhooks"] == {
        "sendgrid": f"{public}/webhooks/sendgrid/events",
        "twilio_status": f"{public}/webhooks/twilio/status",
        "twilio_inbound": f"{public}/webhooks/twilio/inbound",
    }
    assert told["broker"] == {"url": None}
    checks = {check["name"]: check for check in told["checks"]}
    assert all(set(check) == {"name", "ok", "say"} for check in told["checks"])
    assert checks["database"]["ok"]
    assert "broadcaster serve" in checks["broker"]["say"]
    assert "broadcaster import" in checks["roster"]["say"]
    assert "no family gets texts" in checks["provider sms"]["say"]


@pytest.mark.usefixtures("ledger")
def test_nothing_is_told_that_should_stay_here(run: Run) -> None:
    secrets = {
        "BROKER_URL": "redis://user:broker-hush@127.0.0.1:1/0",
        "TWILIO_ACCOUNT_SID": "AC" + "2" * 32,
        "TWILIO_AUTH_TOKEN": "token-hush",
        "SENDGRID_API_KEY": "SG.key-hush",
        "SECRET_KEY": "key-of-keys-hush",
        "BROADCASTER_BACKUP_PASSPHRASE": "passphrase-hush",
    }
    for json_or_not in (["--json"], []):
        ran = run("doctor", *json_or_not, **secrets)
        assert ran.returncode == 1
        assert "hush" not in ran.stdout + ran.stderr
    assert json.loads(run("doctor", "--json", **secrets).stdout)["broker"]["url"] == "redis://127.0.0.1:1/0"


@pytest.mark.usefixtures("ledger")
def test_live_mail_without_a_key_for_its_receipts_is_not_well(run: Run) -> None:
    told = json.loads(run("doctor", "--json", SENDGRID_API_KEY="SG.made-up").stdout)
    checks = {check["name"]: check for check in told["checks"]}
    assert not checks["mail receipts"]["ok"]
    assert "SENDGRID_WEBHOOK_PUBLIC_KEY" in checks["mail receipts"]["say"]
    assert not checks["public address"]["ok"]
    assert "PUBLIC_BASE_URL" in checks["public address"]["say"]
    assert checks["provider email"]["say"].startswith("live")


def test_a_database_that_is_away_is_a_check_and_no_crash(run: Run) -> None:
    ran = run("doctor", "--json", DATABASE_URL="postgresql://u:hush@127.0.0.1:1/x")
    assert ran.returncode == 1
    assert "hush" not in ran.stdout
    checks = {check["name"]: check for check in json.loads(ran.stdout)["checks"]}
    assert not checks["database"]["ok"]
    assert "DATABASE_URL" in checks["database"]["say"]


@pytest.mark.usefixtures("ledger")
def test_a_person_reads_lines(run: Run) -> None:
    lines = run("doctor").stdout.splitlines()
    checks = lines[: lines.index("")]
    assert all(line.startswith(("ok ", "NO ")) for line in checks)
    assert any(line.endswith("/webhooks/sendgrid/events") for line in lines[len(checks) :])
