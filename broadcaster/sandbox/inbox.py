"""The inbox: pages that show what each family would see on its phone and in its mail. HTML without a script."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from broadcaster.sandbox.messages import EMAIL, SMS, Answer, Mail, Text
from broadcaster.sandbox.store import Message, Store

_PAGE = 25
#: the pages carry their own style; a mail in its frame may bring none from elsewhere, nor a script
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; form-action 'self'"
_GLAD = frozenset({"delivered"})
_SORRY = frozenset({"undelivered", "failed", "bounce", "blocked", "dropped", "spamreport"})


class Inbox:
    """The pages `/` (every address that got something) and `/inbox/{channel}/{address}`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True)
        self._pages.filters["clock"] = _clock
        self._pages.filters["mood"] = _mood
        self._pages.globals["link"] = _link

    def routes(self) -> list[web.RouteDef]:
        """The pages."""
        return [web.get("/", self.index), web.get("/inbox/{channel}/{address}", self.address)]

    async def index(self, request: web.Request) -> web.Response:
        """`?q=` searches in addresses, `?channel=` keeps one channel, `?page=` counts from 1."""
        wanted, channel = request.query.get("q", "").strip(), request.query.get("channel", "")
        found = [
            (one, address)
            for one, address in self._store.addresses()
            if channel in ("", one) and _spare(wanted) in _spare(address)
        ]
        pages = max(1, -(-len(found) // _PAGE))
        number = request.query.get("page", "1")
        current = min(max(1, int(number) if number.isdecimal() else 1), pages)
        shown = found[(current - 1) * _PAGE : current * _PAGE]
        rows = [(one, address, self._store.messages_to(one, address)) for one, address in shown]
        accepted = self._store.tally.accepted
        return self._page(
            "index.html",
            rows=rows,
            wanted=wanted,
            channel=channel,
            total=len(found),
            current=current,
            pages=pages,
            turn=lambda to: "/?" + urlencode({"q": wanted, "channel": channel, "page": to}),
            texts=accepted[SMS],
            mails=accepted[EMAIL],
        )

    async def address(self, request: web.Request) -> web.Response:
        """Everything one phone or one mailbox got, and what the phone answered."""
        channel, address = request.match_info["channel"], request.match_info["address"]
        messages = self._store.messages_to(channel, address)
        if not messages:
            return self._page("nothing.html", 404, address=address)
        if channel == SMS:
            return self._page("phone.html", number=address, talk=self._talk(address, messages))
        mails = [message for message in reversed(messages) if isinstance(message, Mail)]
        chosen = request.query.get("mail", "")
        mail = next((mail for mail in mails if mail.id == chosen), mails[0])
        return self._page("mail.html", mail=mail, mails=mails)

    def _talk(self, number: str, messages: Sequence[Message]) -> list[Text | Answer]:
        got = [message for message in messages if isinstance(message, Text)]
        said = [answer for answer in self._store.answers if answer.sender == number]
        return sorted([*got, *said], key=lambda one: one.created_at if isinstance(one, Text) else one.at)

    def _page(self, name: str, status: int = 200, **values: object) -> web.Response:
        body = self._pages.get_template(name).render(**values).encode(errors="replace")
        headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
        return web.Response(body=body, status=status, content_type="text/html", charset="utf-8", headers=headers)


def _link(channel: str, address: str, mail: str = "") -> str:
    return f"/inbox/{channel}/{quote(address, safe='')}" + (f"?{urlencode({'mail': mail})}" if mail else "")


def _spare(text: str) -> str:
    """For search: `(612) 555-0101` should find +16125550101."""
    digits = "".join(char for char in text if char.isdigit())
    return digits if digits and not any(char.isalpha() or char == "@" for char in text) else text.lower()


def _clock(instant: float) -> str:
    """Date and time on this machine's wall clock, where the reader sits."""
    return datetime.fromtimestamp(instant).astimezone().strftime("%b %-d, %-I:%M:%S %p")


def _mood(status: str) -> str:
    """The colour of a status; its word stands beside it."""
    return "glad" if status in _GLAD else "sorry" if status in _SORRY else "waiting"
