"""What a page leaves out while receipts storm in: it waits for no writer and for no count."""

import threading

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from broadcaster import clock
from broadcaster.console import glance, soon
from broadcaster.people.roles import Role
from broadcaster.reports import lately
from broadcaster.reports.report import Share
from tests.browser import people

pytestmark = pytest.mark.django_db


def test_that_a_session_is_used_is_written_once_in_five_minutes() -> None:
    client = people.signed_in(Role.ADMINISTRATOR)
    assert client.get(reverse("console:home")).status_code == 200
    assert UserSession.objects.count() == 1
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("console:home")).status_code == 200
    assert not [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_list_waits_for_no_count_of_what_has_not_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def slowly(ids: list[int], _school: object) -> dict[int, Share]:
        go.wait(5)
        return dict.fromkeys(ids, Share(3, 2))

    monkeypatch.setattr(soon, "connection", type("Connection", (), {"in_atomic_block": False, "close": lambda: None}))
    monkeypatch.setattr(lately, "under_way", slowly)
    assert glance.families([91, 92], None) == {}
    go.set()
    soon.made("families-0-91-92", dict, 5)
    assert glance.families([91, 92], None) == {91: Share(3, 2), 92: Share(3, 2)}


def test_who_opens_a_list_of_duplicates_is_told_that_they_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soon, "made", lambda *_: None)
    shown = people.signed_in(Role.COMMUNICATIONS).get(reverse("console:duplicates")).content.decode()
    assert "Everybody is being compared with everybody" in shown
    assert "No two contacts" not in shown


def test_who_watches_waits_for_no_count_once_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    go, kept = threading.Event(), glance._Kept()
    kept.glance, kept.at = glance.Glance(None, 0.0, None), clock.now() - 3  # type: ignore[arg-type]
    monkeypatch.setitem(glance._kept, (93, None), kept)
    monkeypatch.setattr(glance, "_read", lambda *_: go.wait(5))
    assert glance.of(93, patience=9) is kept.glance
    assert kept.reading
    assert kept.reading.is_alive()
    go.set()
