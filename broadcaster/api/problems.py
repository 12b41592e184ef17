"""What went wrong, as `application/problem+json` (RFC 9457): the same shape for every failure."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from broadcaster.kinds import BadInput
from broadcaster.reports.lookup import UnknownBroadcast
from broadcaster.roster.importing import ImportRefused

log = structlog.get_logger(__name__)

TYPE = "application/problem+json"


def problem(status: HTTPStatus, detail: str, **more: Any) -> HttpResponse:
    """One problem. `detail` is a sentence for whoever wrote the request."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **more}
    return JsonResponse(body, status=status.value, content_type=TYPE)


def _unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    refused = problem(HTTPStatus.UNAUTHORIZED, "Send a token that is valid: Authorization: Bearer bcr_…")
    refused.headers["WWW-Authenticate"] = "Bearer"
    return refused


def _too_often(_request: HttpRequest, error: Throttled) -> HttpResponse:
    refused = problem(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests with this token.")
    refused.headers["Retry-After"] = str(int(error.wait or 1) + 1)
    return refused


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [{"where": ".".join(map(str, fault["loc"])), "say": fault["msg"]} for fault in error.errors]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Some of what was sent can't be used.", errors=faults)


def _said(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(HTTPStatus(error.status_code), str(error))


def _no_such(_request: HttpRequest, error: UnknownBroadcast) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, str(error))


def _refused(_request: HttpRequest, error: ImportRefused) -> HttpResponse:
    return problem(HTTPStatus.CONFLICT, str(error))


def _bad(_request: HttpRequest, error: BadInput) -> HttpResponse:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))


def _ours(_request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, OperationalError | InterfaceError):
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not do it now. Try again.")
    if isinstance(error, ValueError) and type(error).__module__.startswith("broadcaster."):
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    log.error("api.broken", fault=type(error).__name__, exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "This is our fault. It is in the log.")


#: what each failure is answered; the first that fits
_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    AuthenticationError: _unknown,
    Throttled: _too_often,
    ValidationError: _invalid,
    HttpError: _said,
    UnknownBroadcast: _no_such,
    ImportRefused: _refused,
    BadInput: _bad,
    Exception: _ours,
}


def answer_them(api: NinjaAPI) -> None:
    """Let the API answer its exceptions so."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)
