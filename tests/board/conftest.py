"""Broadcasts as a family may meet them on the board."""

from typing import Any

import pytest

from broadcaster import clock
from broadcaster.board import limits
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.broadcasts.status import BroadcastStatus

STOP = "Stop: [[unsubscribe]]"
ENGLISH = "Lakes District: Schools are closed today because of snow. Meals are at South High from noon. #BCDF23"


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """No look-up of an earlier test counts."""
    for limit in (limits._OF_A_PLACE, limits._OF_ALL):
        limit._buckets.clear()


def sent(code: str = "BCDF23", *, public: bool = True, drill: bool = False, **fields: Any) -> Broadcast:
    """A broadcast that went out, in English and Somali."""
    text = fields.pop("text", ENGLISH)
    fields = {"status": BroadcastStatus.COMPLETED, "started_at": clock.now(), "approved_at": clock.now()} | fields
    made = Broadcast.objects.create(
        template="weather-closure",
        title="Schools closed",
        purpose="emergency",
        audience="district",
        channels=["email", "sms"],
        created_by="tests",
        created_at=clock.now(),
        code=code,
        public=public,
        drill=drill,
        **fields,
    )
    for language, words, status in (("en", text, "reviewed"), ("so", f"Dugsiyadu way xiran yihiin. #{code}", "draft")):
        Wording.objects.create(
            broadcast=made,
            language=language,
            translation=status,
            subject="Schools are closed" if language == "en" else "Dugsiyadu way xiran yihiin",
            email_text=f"Dear families,\n\n{words}\n\n--\nThis message is from Lakes District.\n{STOP}\n",
            email_html="<p>closed</p>",
            sms=words,
            sms_segments=1,
        )
    return made
