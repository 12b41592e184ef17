"""A small district, and people who work with it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from broadcaster.broadcasts.models import Draft
from broadcaster.delivery.word import staff
from broadcaster.kinds import Channel
from tests import builders
from tests.browser import people

#: what the browser sends along while a page is made of the newest version
Typed = dict[str, Any]


@pytest.fixture
def two_schools(db: None) -> None:
    """Lake Harriet has three families, South High two."""
    for name, number in ((people.SCHOOL, 3), ("South High", 2)):
        at = builders.school(name)
        for index in range(number):
            made = builders.guardian(
                email=f"{name[:4].lower()}{index}@example.org", sms=builders.phone(ord(name[0]) + index)
            )
            builders.student(made, at=at, grade=str(index + 1))


Post = Callable[..., Any]


@pytest.fixture
def post() -> Post:
    """Sends a page's form, over the draft's newest version unless another is given."""

    def send(client: Client, page: str, draft: Draft, **typed: Any) -> Any:
        draft.refresh_from_db()
        data = {"version": draft.version, **{name.replace("__", "-"): value for name, value in typed.items()}}
        return client.post(reverse(f"console:{page}", args=[draft.pk]), data)

    return send


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whom the staff's messages went to; none leaves."""
    found: list[str] = []

    def tell(_subject: str, _text: str, to: Mapping[Channel, str]) -> list[staff.Outcome]:
        found.extend(to.values())
        return [staff.Outcome(channel, "") for channel in to]

    monkeypatch.setattr(staff, "tell", tell)
    return found
