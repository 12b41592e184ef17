"""Files to download: CSV that leaves row by row, however long it is."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from broadcaster.reports.sheet import Cell, safe

#: rows that leave together
_ROWS = 500
#: Excel reads names in other languages wrong without it
_BYTE_ORDER_MARK = "\ufeff"


def csv_file(
    request: HttpRequest, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponseBase:
    """The rows as a file of that name, never all of them in memory."""
    parts = _parts(header, iter(rows))
    is_async = isinstance(request, ASGIRequest)
    answer = StreamingHttpResponse(_beside(parts) if is_async else parts, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _parts(header: Sequence[str], rows: Iterator[Sequence[Cell]]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK + _lines([header])
    while some := list(islice(rows, _ROWS)):
        yield _lines(some)


def _lines(rows: Iterable[Sequence[Cell]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()


async def _beside(parts: Iterator[str]) -> AsyncIterator[str]:
    """The same beside the event loop, which must not wait for the database."""
    take = sync_to_async(lambda: next(parts, None))
    while (part := await take()) is not None:
        yield part
