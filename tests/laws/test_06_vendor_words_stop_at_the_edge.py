"""Law 6: a provider module maps the vendor's words to ours. No floor above knows a vendor's status, code or field."""

import re
from pathlib import Path

import broadcaster
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.providers.base import ReceiptStatus

ROOMS = ("roster", "audiences", "templating", "broadcasts", "reports", "replies")
#: fields and codes of the vendors' interfaces
VENDOR_WORDS = re.compile(r"MessageSid|MessageStatus|sg_event_id|sg_message_id|X-Twilio|\b21[0-9]{3}\b|\b3000[0-9]\b")


def test_no_room_above_the_providers_uses_a_vendors_word() -> None:
    house = Path(broadcaster.__file__).parent
    rooms = [house / room for room in ROOMS] + [house / "delivery"]
    found = [
        f"{path.relative_to(house)}:{number}"
        for room in rooms
        for path in room.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if VENDOR_WORDS.search(line)
    ]
    assert found == []


def test_all_that_a_receipt_can_say_is_a_state_of_a_delivery() -> None:
    assert {status.value for status in ReceiptStatus} <= {status.value for status in DeliveryStatus}
