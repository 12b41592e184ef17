"""The sandbox as one web application, and as one process."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator

from aiohttp import web

from broadcaster.sandbox.callbacks import Callbacks
from broadcaster.sandbox.carrier import Carrier
from broadcaster.sandbox.control import Control
from broadcaster.sandbox.gate import Gate
from broadcaster.sandbox.inbox import Inbox
from broadcaster.sandbox.journal import Journal
from broadcaster.sandbox.mail_exchange import MailExchange
from broadcaster.sandbox.options import Options
from broadcaster.sandbox.sendgrid import LARGEST, SendGrid
from broadcaster.sandbox.signatures import EventSigner, FormSigner
from broadcaster.sandbox.store import Store
from broadcaster.sandbox.twilio import Twilio

#: seconds that requests in hand get when the sandbox ends
_GRACE = 0.5


def make_app(options: Options) -> web.Application:
    """Both vendors, the switches and the inbox. Starting it raises JournalError or OSError for a wrong journal."""
    journal = Journal(options.journal)
    store = Store(journal)
    gate = Gate(options.faults, options.seed)
    callbacks = Callbacks()
    forms = FormSigner(options.auth_token)
    carrier = Carrier(options.account_sid, gate, store, callbacks, forms)
    events = EventSigner(options.signing_key())
    exchange = MailExchange(options.events_url, options.events_patience, gate, store, callbacks, events)
    twilio = Twilio(options, gate, store, carrier)
    sendgrid = SendGrid(options, gate, store, exchange)
    control = Control(options, gate, store, callbacks, (twilio, sendgrid), forms)

    async def run_beside(_app: web.Application) -> AsyncIterator[None]:
        texts, mails = store.restore()
        journal.open()
        callbacks.start()
        for text in texts:  # what a killed sandbox had not brought to its end
            carrier.take(text)
        exchange.take(mails)
        yield
        await callbacks.stop()
        await journal.close()

    app = web.Application(client_max_size=LARGEST)
    app.cleanup_ctx.append(run_beside)
    for part in (twilio, sendgrid, control, Inbox(store)):
        app.add_routes(part.routes())
    return app


def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT, then end within 2 s with the journal flushed.

    Prints one line on stderr when it listens. Raises JournalError, and OSError when it can't listen.
    """
    try:
        import uvloop

        uvloop.run(_serve(options))
    except ImportError:  # not on Windows
        asyncio.run(_serve(options))


async def _serve(options: Options) -> None:
    runner = web.AppRunner(make_app(options), access_log=None, handle_signals=False, shutdown_timeout=_GRACE)
    await runner.setup()
    try:
        await _site(runner, options).start()
        print(f"sandbox: listening on http://{options.host}:{options.port}", file=sys.stderr, flush=True)  # noqa: T201 - the one line that is promised
        await _told_to_end()
    finally:
        await runner.cleanup()


def _site(runner: web.AppRunner, options: Options) -> web.BaseSite:
    if options.listening:
        return web.SockSite(runner, options.listening, backlog=1024)
    return web.TCPSite(runner, options.host, options.port, backlog=1024)


async def _told_to_end() -> None:
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
            asyncio.get_running_loop().add_signal_handler(number, end.set)
    await end.wait()
