"""Whether messages can leave: the database takes a write, the broker answers. `/health` says less: that we live."""

import asyncio
import json
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError, connection

from broadcaster.asgi.call import Answer, Call
from broadcaster.delivery import epoch
from broadcaster.delivery.ledger import Ledger
from broadcaster.running.state import broker_url

#: seconds that each may take
_PATIENCE = 5.0
_BROKER_PATIENCE = 1.0


class Ready:
    """The handler for one event loop, with a ledger of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def ask(self, _call: Call) -> Answer:
        """200, or 503; either way what was found, as JSON."""
        try:
            database = await asyncio.wait_for(self._ledger.run(_database), _PATIENCE)
        except (DatabaseError, InterfaceError, TimeoutError) as error:
            database = type(error).__name__
        found = {"database": database, "broker": await asyncio.to_thread(_broker)}
        well = set(found.values()) == {"ok"}
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        return Answer(status, json.dumps({"ready": well, **found}).encode() + b"\n", "application/json")


def _database() -> str:
    try:
        epoch.touch()
    except DatabaseError as error:
        connection.close()  # opened while the file could only be read, it could only read for ever
        return str(error).partition("\n")[0]
    return "ok"


def _broker() -> str:
    import redis

    url = broker_url()
    if url is None:
        return "there is none"
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=_BROKER_PATIENCE, socket_timeout=_BROKER_PATIENCE
        ) as client:
            client.ping()
    except redis.RedisError as error:
        return type(error).__name__
    return "ok"
