"""Tokens: kept as a digest, for what they were made for, until their time is over."""

from collections.abc import Callable

import pytest
from django.test import Client

from broadcaster import clock
from broadcaster.api import tokens, v1
from broadcaster.api.models import Token
from broadcaster.api.tokens import Scope
from broadcaster.broadcasts.models import AuditEntry
from broadcaster.kinds import BadInput

from .conftest import Asker

pytestmark = pytest.mark.django_db


def test_a_token_lets_in_and_its_secret_is_nowhere(token: Callable[..., Asker]) -> None:
    ask = token()
    assert ask("GET", "/roster").status_code == 200
    made = Token.objects.get()
    assert ask.secret not in str(vars(made))
    assert ask.secret not in str(list(AuditEntry.objects.values()))
    assert made.used_at is not None


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer bcr_guess"}, {"Authorization": "Basic YTpi"}])
def test_without_a_valid_token_nobody_is_let_in(header: dict[str, str]) -> None:
    answer = Client().get("/api/v1/roster", headers=header)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_and_one_whose_time_is_over_let_nobody_in(token: Callable[..., Asker]) -> None:
    revoked, over = token(name="revoked"), token(name="over")
    tokens.revoke("revoked", "tests")
    Token.objects.filter(name="over").update(expires_at=clock.now() - 1)
    assert [ask("GET", "/roster").status_code for ask in (revoked, over)] == [401, 401]
    with pytest.raises(tokens.UnknownToken, match="revoked"):
        tokens.revoke("revoked", "tests")
    with pytest.raises(BadInput, match="already"):
        tokens.make("revoked", [Scope.ROSTER], 1, "tests")


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        (Scope.ROSTER, "GET", "/roster"),
        (Scope.AUDIENCES, "GET", "/audiences?expression=district"),
        (Scope.BROADCASTS, "GET", "/broadcasts"),
        (Scope.APPROVE, "POST", "/broadcasts/1/approve"),
        (Scope.REPORTS, "GET", "/broadcasts/1/report"),
    ],
)
def test_a_token_is_for_what_it_was_made_for(token: Callable[..., Asker], scope: Scope, method: str, path: str) -> None:
    assert token(scope, name="with")(method, path).status_code in (200, 404)
    others = [other for other in Scope if other is not scope]
    assert token(*others, name="without")(method, path).status_code == 403


def test_too_many_requests_with_one_token_are_told_to_wait(
    token: Callable[..., Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, number = token(), int(v1.RATE.partition("/")[0])
    answers = [ask("GET", "/roster").status_code for _ in range(number + 1)] if number < 100 else []
    if not answers:  # as many as that take long: what is counted is looked at instead
        from django.core.cache import cache

        ask("GET", "/roster")
        (key,) = [name.split(":", 2)[2] for name in cache._cache]  # type: ignore[attr-defined]
        cache.set(key, [clock.now()] * number)
    answer = ask("GET", "/roster")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
