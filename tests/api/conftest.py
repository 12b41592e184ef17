"""Tokens, and somebody who asks with one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from broadcaster.api import tokens
from broadcaster.api.tokens import Scope
from broadcaster.delivery import wake

Ask = Callable[..., Any]


class Asker:
    """Asks the API as a system does: with a token, in JSON, without cookies."""

    def __init__(self, secret: str) -> None:
        self._client = Client(enforce_csrf_checks=True)
        self.secret = secret

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer of /api/v1 + path; `document` is its JSON."""
        content = None if body is None else json.dumps(body)
        answer = self._client.generic(
            method,
            f"/api/v1{path}",
            content or "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )
        answer.document = answer.json()  # type: ignore[attr-defined]
        return answer


@pytest.fixture(autouse=True)
def _nobody_hears_the_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "_ring", lambda *_: None)
    cache.clear()  # the counts of requests


@pytest.fixture
def token() -> Callable[..., Asker]:
    """A token for these things, or for all; `name` tells it from others."""

    def make(*scopes: Scope, name: str = "a system") -> Asker:
        return Asker(tokens.make(name, scopes or tuple(Scope), 1, "tests")[1])

    return make
