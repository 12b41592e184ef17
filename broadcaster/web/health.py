"""Whether this process can do its work: the database answers. Says nothing about anybody."""

import asyncio
from http import HTTPStatus

from django.db import InterfaceError, OperationalError

from broadcaster.asgi.call import Answer, Call, said
from broadcaster.delivery import sql
from broadcaster.delivery.ledger import Ledger

#: seconds that the database may take
_PATIENCE = 5.0


class Health:
    """The handler for one event loop. `ledger` should be its own, so that no long transaction makes us look ill."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def ask(self, _call: Call) -> Answer:
        """200 `ok`, or 503."""
        try:
            await asyncio.wait_for(self._ledger.run(sql.row, "SELECT 1"), _PATIENCE)
        except (OperationalError, InterfaceError, TimeoutError):
            return said(HTTPStatus.SERVICE_UNAVAILABLE, "the database does not answer")
        return Answer(HTTPStatus.OK, b"ok")
