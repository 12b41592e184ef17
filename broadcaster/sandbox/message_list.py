"""Twilio's message list: filters and pages ("Messages resource", Read multiple Message resources)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from broadcaster.sandbox.carrier import API_VERSION
from broadcaster.sandbox.message_resource import resource
from broadcaster.sandbox.messages import Text
from broadcaster.sandbox.store import Store

_USUAL_PAGE = 50
_LARGEST_PAGE = 1000
_DAY_FILTERS: dict[str, Callable[[date, date], bool]] = {
    "DateSent": lambda sent, day: sent == day,
    "DateSent<": lambda sent, day: sent <= day,
    "DateSent>": lambda sent, day: sent >= day,
}


def page(store: Store, account_sid: str, query: Mapping[str, str]) -> dict[str, Any]:
    """One page, newest first. A page token names the last message of the page before, so new messages shift nothing.

    Raises ValueError with the vendor's kind of sentence for a parameter that can't be read.
    """
    size = _whole(query, "PageSize", _USUAL_PAGE, least=1, most=_LARGEST_PAGE)
    number = _whole(query, "Page", 0, least=0)
    candidates = _matching(store, query)
    token = query.get("PageToken", "")
    if token:
        last = store.text(token.removeprefix("PA"))
        if last is None:
            raise ValueError(f"PageToken {token} is not valid")
        candidates = (text for text in candidates if text.number < last.number)
    elif number:
        candidates = islice(candidates, number * size, None)
    found = list(islice(candidates, size + 1))
    shown, more = found[:size], len(found) > size
    return {
        "messages": [resource(text, account_sid) for text in shown],
        **_paging(account_sid, query, number, size, shown, more=more),
    }


def _matching(store: Store, query: Mapping[str, str]) -> Iterable[Text]:
    newest_first = reversed(store.texts_to(query["To"]) if "To" in query else store.texts)
    sender = query.get("From")
    days = [(_DAY_FILTERS[name], _day(name, query[name])) for name in _DAY_FILTERS if name in query]
    return (
        text
        for text in newest_first
        if (sender is None or text.sender == sender) and all(_sent(text, fits, day) for fits, day in days)
    )


def _sent(text: Text, fits: Callable[[date, date], bool], day: date) -> bool:
    """A message that is still in the vendor's queue has no date, and matches no filter by date."""
    return text.sent_at is not None and fits(datetime.fromtimestamp(text.sent_at, UTC).date(), day)


def _paging(
    account_sid: str, query: Mapping[str, str], number: int, size: int, shown: Sequence[Text], *, more: bool
) -> dict[str, Any]:
    path = f"/{API_VERSION}/Accounts/{account_sid}/Messages.json"
    filters = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}

    def uri(page_number: int, token: str = "") -> str:
        place = {"PageSize": size, "Page": page_number} | ({"PageToken": token} if token else {})
        return f"{path}?{urlencode(filters | place)}"

    return {
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1, f"PA{shown[-1].sid}") if more else None,
        "previous_page_uri": uri(number - 1) if number else None,
        "uri": uri(number, query.get("PageToken", "")),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(shown) - 1, 0),
    }


def _whole(query: Mapping[str, str], name: str, usual: int, *, least: int, most: int | None = None) -> int:
    given = query.get(name, "")
    if not given:
        return usual
    if not given.isdecimal() or int(given) < least:
        raise ValueError(f"Invalid {name}: {given}")
    return int(given) if most is None else min(int(given), most)


def _day(name: str, given: str) -> date:
    try:
        return datetime.fromisoformat(given).date()
    except ValueError:
        raise ValueError(f"Invalid {name}: {given}") from None
