"""The files: a row per delivery, safe in a spreadsheet, whole or not at all."""

import csv
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.delivery.models import Verdict
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import Reason
from broadcaster.reports import export, sheet, whole_file
from tests import builders as roster
from tests.reports import builders

S = DeliveryStatus


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.django_db
def test_a_row_per_delivery_says_what_became_of_it(tmp_path: Path) -> None:
    sent, ana = builders.broadcast(), builders.family(roster.school("South High"), language="so")
    builders.delivery(sent, ana, address="+16125550123", segments=2, sent_at=builders.APPROVED)
    builders.delivery(
        sent,
        ana,
        S.UNDELIVERED,
        channel=Channel.EMAIL,
        address="ana@example.org",
        reason=Reason.MAILBOX_MISSING,
        code="550 5.1.1",
    )
    builders.delivery(builders.broadcast(), ana)
    assert export.write_csv(tmp_path / "messages.csv", sent.pk) == 2
    text, mail = read(tmp_path / "messages.csv")
    assert text | {"ended_at": ""} == {
        "channel": "sms",
        "address": "'+16125550123",
        "status": "delivered",
        "reason": "",
        "resends": "0",
        "school": "South High",
        "language": "so",
        "wave": "1",
        "segments": "2",
        "sent_at": "2026-11-23T02:00:00.000+00:00",
        "ended_at": "",
        "code": "",
        "explanation": "Delivered.",
        "copy": "",
    }
    assert (mail["address"], mail["status"], mail["reason"]) == (
        "ana@example.org",
        "undelivered",
        "mailbox does not exist",
    )
    assert (mail["code"], mail["explanation"]) == ("550 5.1.1", "There is no such mailbox.")


@pytest.mark.django_db
def test_a_vendors_code_that_says_more_than_our_reason_is_explained_by_itself(tmp_path: Path) -> None:
    sent, ana = builders.broadcast(), builders.family()
    full = {"reason": Reason.MAILBOX_BLOCKED, "code": "552 5.2.2", "channel": Channel.EMAIL}
    builders.delivery(sent, ana, S.UNDELIVERED, address="ana@example.org", **full)
    export.write_csv(tmp_path / "messages.csv", sent.pk)
    assert read(tmp_path / "messages.csv")[0]["explanation"] == "The mailbox is full."


@pytest.mark.django_db
def test_resends_count_the_doubts_after_which_it_was_sent_again(tmp_path: Path) -> None:
    sent, ana = builders.broadcast(), builders.family()
    twice, never = builders.delivery(sent, ana), builders.delivery(sent, ana)
    builders.doubt(twice, Verdict.ABSENT)
    builders.doubt(twice, Verdict.RESENT)
    builders.doubt(never, Verdict.ACCEPTED)
    builders.doubt(never)
    export.write_csv(tmp_path / "messages.csv", sent.pk)
    assert [row["resends"] for row in read(tmp_path / "messages.csv")] == ["2", "0"]


@pytest.mark.django_db
def test_what_is_being_sent_is_told_from_what_waits(tmp_path: Path) -> None:
    sent, ana = builders.broadcast(), builders.family()
    first, second = builders.delivery(sent, ana, S.QUEUED), builders.delivery(sent, ana, S.QUEUED)
    batch = builders.held_batch(sent, (first, first))
    for one in (first, second):
        one.batch_id = batch.pk
        one.save()
    export.write_csv(tmp_path / "messages.csv", sent.pk)
    assert [row["status"] for row in read(tmp_path / "messages.csv")] == ["sending", "queued"]


@pytest.mark.django_db
def test_an_empty_broadcast_is_a_file_with_a_header_alone(tmp_path: Path) -> None:
    assert export.write_csv(tmp_path / "messages.csv", builders.broadcast().pk) == 0
    assert (tmp_path / "messages.csv").read_text().startswith("channel,address,status,reason,resends")


@given(st.text())
def test_no_text_cell_begins_a_formula(text: str) -> None:
    cell = sheet.safe(text)
    assert isinstance(cell, str)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in (text, f"'{text}")


def test_a_number_below_zero_stays_a_number() -> None:
    assert sheet.safe(-1) == -1


def test_a_file_that_cant_be_written_is_one_line_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "no such folder" / "messages.csv"
    with pytest.raises(whole_file.Unwritable) as raised:
        sheet.write(path, ["a"], [])
    assert str(raised.value) == f"can't write {path}: No such file or directory"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(whole_file.Unwritable, match="Is a directory"):
        sheet.write(tmp_path, ["a"], [])


def test_the_old_file_stays_when_the_new_one_fails_half_way(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text("yesterday's")

    def rows() -> Iterator[list[str]]:
        yield ["one"]
        raise OSError(28, "No space left on device")

    with pytest.raises(whole_file.Unwritable, match="No space left on device"):
        sheet.write(path, ["a"], rows())
    assert path.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    sheet.write(tmp_path / "messages.csv", ["a"], [])
    assert stat.S_IMODE((tmp_path / "messages.csv").stat().st_mode) == 0o600


def test_a_link_keeps_pointing_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "there.csv")
    sheet.write(tmp_path / "link.csv", ["a"], [])
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "there.csv").read_text() == "a\n"


def test_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    sheet.write(Path(f"/dev/fd/{write_end}"), ["a"], [["1"]])
    os.close(write_end)
    with os.fdopen(read_end) as file:
        assert file.read() == "a\n1\n"
