"""What `doctor` hears of the vendors' accounts: a refused key is a fault, a vendor that says nothing is not."""

import json
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from broadcaster.providers.sendgrid import standing as sendgrid
from broadcaster.providers.twilio import standing as twilio

NUMBER, INBOUND = "+16125550199", "https://alerts.example.org/webhooks/twilio/inbound"
MINE = {"capabilities": {"sms": True}, "sms_url": INBOUND}


@pytest.fixture
def vendor() -> Iterator[Any]:
    """A vendor that says `vendor.says`, a status and a document, to everybody; of some `of_paths` something else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, document = server.of_paths.get(self.path, server.says)  # type: ignore[attr-defined]
            self.send_response_only(status)
            if server.date:  # type: ignore[attr-defined]
                self.send_header("Date", server.date)  # type: ignore[attr-defined]
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.date, server.of_paths = "", {}  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("says", "ok", "word"),
    [
        ((200, {"incoming_phone_numbers": [MINE]}), True, "takes our key"),
        ((200, {"incoming_phone_numbers": []}), False, NUMBER),
        ((200, {"incoming_phone_numbers": [{**MINE, "capabilities": {"sms": False}}]}), False, "SMS capability"),
        ((200, {"incoming_phone_numbers": [{**MINE, "sms_url": "https://elsewhere.example.org"}]}), False, INBOUND),
        ((401, {}), False, "TWILIO_AUTH_TOKEN"),
        ((404, {}), True, "not known"),
        ((200, "no document of theirs"), True, "not known"),
    ],
)
def test_twilio_is_asked_for_the_key_and_the_senders(vendor: Any, says: Any, ok: bool, word: str) -> None:
    vendor.says = says
    found = twilio.standing("AC1", "hush", f"http://127.0.0.1:{vendor.server_port}", [NUMBER, "24680"], INBOUND)
    assert found.ok is ok
    assert word in found.say
    assert "hush" not in found.say


@pytest.mark.parametrize(
    ("says", "ok", "word"),
    [
        ((200, {"scopes": ["mail.send"]}), True, "takes our key"),
        ((200, {"scopes": ["stats.read"]}), False, "Mail Send"),
        ((401, {}), False, "SENDGRID_API_KEY"),
        ((500, {}), True, "not known"),
    ],
)
def test_sendgrid_is_asked_what_the_key_may_do(vendor: Any, says: Any, ok: bool, word: str) -> None:
    vendor.says = says
    found = sendgrid.standing("hush", f"http://127.0.0.1:{vendor.server_port}")
    assert (found.ok, "hush" in found.say) == (ok, False)
    assert word in found.say


def test_a_key_that_may_send_and_not_read_the_log_is_told_what_that_costs(vendor: Any) -> None:
    vendor.says = (200, {"scopes": ["mail.send"]})
    vendor.of_paths = {"/v3/logs/none": (403, {})}
    found = sendgrid.standing("hush", f"http://127.0.0.1:{vendor.server_port}")
    assert found.ok
    assert "Email Activity" in found.say
    vendor.of_paths = {"/v3/logs/none": (404, {})}
    assert "Email Activity" not in sendgrid.standing("hush", f"http://127.0.0.1:{vendor.server_port}").say


@pytest.mark.parametrize("wrong", [0, 90, -90])
def test_an_answer_tells_how_far_our_clock_is_from_the_vendors(vendor: Any, wrong: int) -> None:
    vendor.says, vendor.date = (200, {"scopes": ["mail.send"]}), formatdate(time.time() - wrong, usegmt=True)
    found = sendgrid.standing("hush", f"http://127.0.0.1:{vendor.server_port}")
    assert found.ahead is not None
    assert wrong - 2 < found.ahead < wrong + 2
    vendor.says, vendor.date = (200, {"incoming_phone_numbers": [MINE]}), "no date of theirs"
    assert twilio.standing("AC1", "hush", f"http://127.0.0.1:{vendor.server_port}", [NUMBER], INBOUND).ahead is None


def test_a_vendor_that_is_away_is_not_known() -> None:
    assert "not known" in sendgrid.standing("hush", "http://127.0.0.1:1").say
    assert "not known" in twilio.standing("AC1", "hush", "http://127.0.0.1:1", [NUMBER], INBOUND).say
