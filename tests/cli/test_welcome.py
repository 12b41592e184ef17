"""`welcome`: a link into the console, for who has no password to sign in with."""

import json

import pytest

from .conftest import Run


def test_on_a_new_home_it_makes_the_first_administrators_link(run: Run) -> None:
    ran = run("welcome", "--json", PUBLIC_BASE_URL="https://notices.mps.example.org")
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert json.loads(ran.stdout)["link"].startswith("https://notices.mps.example.org/console/welcome/")


@pytest.mark.usefixtures("ledger")
def test_an_address_that_nobody_signs_in_with_is_refused_in_one_line(run: Run) -> None:
    ran = run("welcome", "nobody@example.org")
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "'nobody@example.org'" in ran.stderr
