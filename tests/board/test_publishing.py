"""The board as signed files: they stand alone, and one changed byte shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from broadcaster.board.publishing import NotABoard, publish
from broadcaster.board.verifying import NotACopy, verify
from tests.board.conftest import ENGLISH, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy with two notices of one thread."""
    first = sent()
    sent("GHJK45", follows_id=first.pk, thread_id=first.pk, number=2, corrects=True)
    sent("MNPQ67", public=False)
    publish(tmp_path / "copy", "https://notices.example.net")
    return tmp_path / "copy"


def test_a_copy_has_every_public_message_in_every_language_and_no_other(copy: Path) -> None:
    assert {path.name for path in copy.glob("BCDF23*")} == {f"BCDF23{tag}.html" for tag in ("", ".es", ".so", ".hmn")}
    assert ENGLISH in (copy / "BCDF23.html").read_text()
    assert [each["code"] for each in json.loads((copy / "notices.json").read_text())["notices"]] == ["GHJK45", "BCDF23"]
    assert not list(copy.glob("MNPQ67*"))
    assert "https://notices.example.net/BCDF23.html" in (copy / "feed.atom").read_text()


def test_every_link_of_a_copy_leads_to_a_file_of_it(copy: Path) -> None:
    for page in copy.glob("*.html"):
        for link in re.findall(r'href="([^"]+)"', page.read_text()):
            assert (copy / link).is_file(), (page.name, link)


def test_a_copy_that_nobody_changed_is_as_it_was_signed(copy: Path) -> None:
    found = verify(copy)
    assert found.problems == ()
    assert verify(copy, found.fingerprint).problems == ()
    assert verify(copy, str(copy / "key.pem")).problems == ()


@pytest.mark.parametrize("name", ["BCDF23.so.html", "feed.atom", "key.pem", "SHA256SUMS", "SHA256SUMS.sig"])
def test_one_changed_byte_is_found_wherever_it_is(copy: Path, name: str) -> None:
    expected = verify(copy).fingerprint
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(bytes(content))
    try:
        problems = verify(copy, expected).problems
    except NotACopy:
        problems = (name,)  # a key with a changed byte is none
    assert any(problem.startswith(name) or "signature" in problem for problem in problems)


def test_what_was_added_or_taken_away_is_found(copy: Path) -> None:
    (copy / "WIN-A-PRIZE.html").write_text("<p>Click</p>")
    (copy / "BCDF23.html").unlink()
    assert verify(copy).problems == ("BCDF23.html: is missing", "WIN-A-PRIZE.html: was added")


def test_a_forged_copy_with_a_key_of_its_own_is_found_by_the_published_key(copy: Path, tmp_path: Path) -> None:
    ours = verify(copy).fingerprint
    forged = tmp_path / "forged"
    env = {**os.environ, "BROADCASTER_HOME": str(tmp_path / "thief"), "SECRET_KEY": "another key"}
    command = [sys.executable, "-m", "broadcaster", "board", "export", str(forged)]
    subprocess.run(command, env=env, check=True, capture_output=True)
    assert verify(forged).problems == ()
    assert any(problem.startswith("key.pem: is not the key") for problem in verify(forged, ours).problems)
    assert any("signature" in problem for problem in verify(forged, str(copy / "key.pem")).problems)


def test_the_usual_tools_can_check_a_copy_too(copy: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    readme = (copy / "README.txt").read_text()
    for command in ("openssl pkeyutl", "sha256sum"):
        line = next(line.strip() for line in readme.splitlines() if line.strip().startswith(command))
        assert subprocess.run(line.split(), cwd=copy, capture_output=True, check=False).returncode == 0, line


def test_verifying_needs_no_database_and_no_home(copy: Path, tmp_path: Path) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "BROADCASTER_HOME": str(tmp_path / "none"),
        "DATABASE_URL": "postgresql://nowhere.invalid/x",
    }
    command = [sys.executable, "-m", "broadcaster", "board", "verify", str(copy), "--json"]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, json.loads(ran.stdout)["ok"]) == (0, True), ran.stderr
    (copy / "index.html").write_text("changed")
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, json.loads(ran.stdout)["problems"]) == (1, ["index.html: was changed"])
    assert not (tmp_path / "none").exists()


def test_publishing_again_replaces_the_copy_and_takes_away_what_is_no_longer_public(copy: Path) -> None:
    from broadcaster.board import notices

    notices.public().filter(code="GHJK45").update(public=False)
    publish(copy)
    assert not list(copy.glob("GHJK45*"))
    assert verify(copy).problems == ()


@pytest.mark.parametrize("there", ["a file", "other files"])
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path, there: str) -> None:
    place = tmp_path / "place"
    if there == "a file":
        place.write_text("hours of work")
    else:
        place.mkdir()
        (place / "work.txt").write_text("hours of work")
    with pytest.raises(NotABoard, match=str(place)):
        publish(place)


@pytest.mark.parametrize("wrong", ["nothing", "empty"])
def test_what_is_no_copy_is_called_so(tmp_path: Path, wrong: str) -> None:
    if wrong == "empty":
        (tmp_path / wrong).mkdir()
    with pytest.raises(NotACopy, match=wrong):
        verify(tmp_path / wrong)
