"""The API: who is let in, and how often. What can be done is in `rosters.py` and `broadcasts.py`."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from broadcaster.api import problems
from broadcaster.api.models import Token
from broadcaster.api.tokens import Scope, whose

#: requests with one token
RATE = "600/m"


class Asked(HttpRequest):
    """A request that a token let in."""

    auth: Token


class Bearer(HttpBearer):
    """A token in the header `Authorization: Bearer`: no cookie, so nothing that another site makes a browser send."""

    def authenticate(self, _request: HttpRequest, token: str) -> Token | None:
        """The token, if it is let in."""
        return whose(token)


def needs(scope: Scope) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The operation is for tokens with this scope."""

    def wrap(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def checked(request: Asked, *arguments: Any, **named: Any) -> Any:
            if scope.value not in request.auth.scopes:
                raise HttpError(HTTPStatus.FORBIDDEN, f"This token is not for {scope.value!r}.")
            return operation(request, *arguments, **named)

        return checked

    return wrap


def actor(request: Asked) -> str:
    """As the audit log names who acts."""
    return f"API: {request.auth.name}"


class Described(NinjaAPI):
    """An API whose description says that failures are problems."""

    def get_openapi_schema(self, *arguments: Any, **named: Any) -> OpenAPISchema:
        """As ninja makes it, with the media type of RFC 9457 where it says JSON."""
        schema = super().get_openapi_schema(*arguments, **named)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for code, answer in operation["responses"].items():
                    if int(code) >= HTTPStatus.BAD_REQUEST and "content" in answer:
                        answer["content"] = {problems.TYPE: answer["content"]["application/json"]}
        return schema


def make() -> NinjaAPI:
    """The API with all that it can do."""
    from broadcaster.api import broadcasts, rosters

    api = Described(
        title="broadcaster",
        version="1",
        description="Rosters, audiences, broadcasts and reports. Tokens: `broadcaster token make`.",
        auth=Bearer(),
        throttle=[AuthRateThrottle(RATE)],
        urls_namespace="api",
        docs_url=None,  # its page would load scripts from elsewhere
    )
    problems.answer_them(api)
    api.add_router("", rosters.router)
    api.add_router("", broadcasts.router)
    return api


def nothing_there(_request: HttpRequest, **_: str) -> HttpResponse:
    """No operation is at this address."""
    return problems.problem(HTTPStatus.NOT_FOUND, "Nothing is at this address: see /api/v1/openapi.json.")
