"""Who answers which address, and what a request must not be."""

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence

import pytest
from django.db import OperationalError
from django.test import Client

from broadcaster.asgi.call import Refused
from broadcaster.asgi.reading import read as read_request
from broadcaster.delivery.receiving import receipts as ledger
from broadcaster.providers.base import Receipt
from broadcaster.settings import SETTINGS
from broadcaster.web import capped
from broadcaster.web.capped import API_LIMIT, PAGES_LIMIT
from broadcaster.web.routing import EVENTS_LIMIT, FORM_LIMIT, Web
from broadcaster.webhooks.models import StoredReceipt
from tests.webhooks import vendor
from tests.webhooks.rows import delivery, ref, state
from tests.webhooks.vendor import EVENTS, INBOUND, STATUS, Post, answers, event, events, replies, status, text

pytestmark = pytest.mark.django_db(transaction=True)


def test_health_says_ok_once_the_database_answers() -> None:
    (reply,) = replies(Post("/health", method="GET"))
    assert (reply.status, reply.body, reply.headers["content-type"]) == (200, b"ok", "text/plain; charset=utf-8")


def test_health_without_its_body_is_asked_by_load_balancers() -> None:
    (reply,) = replies(Post("/health", method="HEAD"))
    assert (reply.status, reply.body, reply.headers["content-length"]) == (200, b"", "2")


def test_health_is_ill_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: str) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("broadcaster.delivery.sql.row", away)
    assert answers(Post("/health", method="GET")) == [503]


@pytest.mark.parametrize("path", [STATUS, INBOUND, EVENTS])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_callbacks_take_post_alone(path: str, method: str) -> None:
    (reply,) = replies(Post(path, method=method))
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("path", [STATUS, INBOUND, EVENTS])
def test_an_unsigned_callback_is_forbidden(path: str) -> None:
    assert answers(Post(path, b"MessageSid=SM1"), Post(path)) == [403, 403]


@pytest.mark.parametrize(("path", "limit"), [(STATUS, FORM_LIMIT), (INBOUND, FORM_LIMIT), (EVENTS, EVENTS_LIMIT)])
def test_a_body_over_the_limit_is_refused(path: str, limit: int) -> None:
    assert answers(Post(path, b"x" * (limit + 1)), Post(path, b"x" * limit)) == [413, 403]


def test_a_body_without_end_is_cut_off() -> None:
    read = 0

    async def receive() -> dict[str, object]:
        nonlocal read
        read += 1_000_000
        assert read < 200_000_000
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    with pytest.raises(Refused, match="at most 65536 bytes"):
        asyncio.run(read_request({"method": "POST", "path": STATUS, "headers": []}, receive, FORM_LIMIT))


def test_a_body_that_unpacks_to_far_more_is_refused() -> None:
    bomb = gzip.compress(b"0" * (5 * EVENTS_LIMIT))
    assert len(bomb) < 100_000
    assert answers(Post(EVENTS, bomb, {"content-encoding": "gzip"})) == [413]


@pytest.mark.parametrize(
    ("encoding", "body", "answer"),
    [
        ("gzip", b"no gzip", 400),
        ("gzip", b"", 400),
        ("gzip", gzip.compress(b"x", mtime=0) + b"more", 400),
        ("br", b"x", 415),
        ("gzip, gzip", b"x", 415),
        ("identity", b"x", 403),
        ("X-GZIP", gzip.compress(b"x", mtime=0), 403),
    ],
)
def test_content_encodings(encoding: str, body: bytes, answer: int) -> None:
    assert answers(Post(EVENTS, body, {"content-encoding": encoding})) == [answer]


def test_a_body_in_many_pieces_is_one_body() -> None:
    made = delivery()
    web = Web(SETTINGS, vendor.ask)
    try:
        assert asyncio.run(vendor.ask(web, status(ref(made), "delivered"), pieces=7)).status == 204
    finally:
        web.close()
    assert state(made) == "delivered"


def test_a_caller_that_hangs_up_gets_no_answer_and_changes_nothing() -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        raise AssertionError(message)

    web = Web(SETTINGS, vendor.ask)
    scope = {"type": "http", "method": "POST", "path": EVENTS, "query_string": b"", "headers": []}
    try:
        asyncio.run(web(scope, receive, send))
    finally:
        web.close()


@pytest.mark.parametrize(
    "post", [lambda: status("x-1", "sent"), lambda: events(event("x-1", "open")), lambda: text("hello")]
)
def test_while_the_database_is_away_the_vendor_is_told_to_come_again(
    post: Callable[[], Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Sequence[Receipt]) -> list[int | None]:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(ledger, "apply", away)
    monkeypatch.setattr("broadcaster.replies.inbound.record", lambda *_, **__: away([]))
    monkeypatch.setattr("broadcaster.webhooks.commit.PATIENCE", 0)
    monkeypatch.setattr("broadcaster.web.routing.PATIENCE", 0)
    assert answers(post()) == [503]
    assert not StoredReceipt.objects.exists()


def test_the_server_starts_and_ends_with_its_threads_closed() -> None:
    said: list[str] = []
    incoming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> dict[str, str]:
        return incoming.pop(0)

    async def send(message: dict[str, str]) -> None:
        said.append(message["type"])

    async def life(web: Web) -> None:
        await vendor.ask(web, Post("/health", method="GET"))
        assert set(threading.enumerate()) > before
        await web({"type": "lifespan"}, receive, send)

    before = set(threading.enumerate())
    asyncio.run(life(Web(SETTINGS, vendor.ask)))
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert set(threading.enumerate()) <= before


def test_what_is_not_routed_goes_to_django() -> None:
    seen: list[str] = []

    async def pages(scope: dict[str, str], receive: object, send: object) -> None:
        seen.append(scope["path"])

    web = Web(SETTINGS, pages)
    for path in ("/", "/webhooks/twilio/status/", "/health/x"):
        asyncio.run(web({"type": "http", "path": path}, None, None))
    web.close()
    assert seen == ["/", "/webhooks/twilio/status/", "/health/x"]


@pytest.mark.parametrize(
    ("path", "size", "goes"),
    [
        ("/console/", PAGES_LIMIT, True),
        ("/console/", PAGES_LIMIT + 1, False),
        ("/api/v1/rosters", PAGES_LIMIT + 1, True),
        ("/api/v1/rosters", API_LIMIT + 1, False),
    ],
)
def test_what_says_that_it_is_too_large_is_refused_before_django_writes_it_to_the_disk(
    path: str, size: int, goes: bool
) -> None:
    seen, said = [], []

    async def pages(scope: dict[str, str], receive: object, send: object) -> None:
        seen.append(scope["path"])

    async def send(message: Mapping[str, object]) -> None:
        said.append(message.get("status"))

    web = Web(SETTINGS, pages)
    headers = [(b"content-length", str(size).encode())]
    asyncio.run(web({"type": "http", "method": "POST", "path": path, "headers": headers}, None, send))
    web.close()
    assert (seen, 413 in said) == ([path] * goes, not goes)


def test_what_comes_in_pieces_ends_where_it_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capped, "PAGES_LIMIT", 25)
    seen: list[str] = []
    said: list[object] = []

    async def pages(scope: dict[str, str], receive: Callable[[], Awaitable[dict[str, str]]], send: object) -> None:
        seen.extend([(await receive())["type"] for _ in range(4)])

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"0123456789", "more_body": True}

    async def send(message: Mapping[str, object]) -> None:
        said.append(message.get("status"))

    web = Web(SETTINGS, pages)
    asyncio.run(web({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send))
    web.close()
    assert said == [413, None]
    assert seen == ["http.request", "http.request", "http.disconnect", "http.disconnect"]


def test_the_front_page_says_what_this_is_and_where_to_look() -> None:
    page = Client().get("/")
    assert page.status_code == 200
    for words in (
        "Minneapolis Public Schools",
        "/console/",
        f"{SETTINGS.sandbox_url}/",
        '<html lang="en">',
    ):
        assert words in page.content.decode()
    assert Client().post("/").status_code == 405


def test_any_other_address_is_a_calm_404() -> None:
    page = Client().get("/nothing/here")
    assert page.status_code == 404
    assert "There is no page at this address" in page.content.decode()
