"""Whatever is sent to the API, it never breaks, and answers in the shapes that its own description names."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests import builders

from .conftest import Asker

#: few, beside the whole suite
EXAMPLES = 8


@pytest.fixture(autouse=True)
def _the_tests_connection_stays() -> Iterator[None]:
    """As Django's own test client does it: a finished request would close the transaction that the test runs in."""
    around = (signals.request_started, signals.request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)
    yield
    for signal in around:
        signal.connect(close_old_connections)


@pytest.fixture
def described(db: None, token: Callable[..., Asker]) -> Any:
    builders.families(2)
    builders.broadcast()
    loaded = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    loaded.config.update(headers={"Authorization": f"Bearer {token().secret}"})
    return loaded


def test_no_request_breaks_it(described: Any) -> None:
    checks = [not_a_server_error, content_type_conformance, response_schema_conformance]
    for found in described.get_all_operations():

        @given(case=found.ok().as_strategy())
        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def ask(case: schemathesis.Case) -> None:
            cache.clear()  # the limit of requests is another test
            case.call_and_validate(checks=checks)

        ask()


def test_its_description_names_every_operation(described: Any) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert {f"{one.method.upper()} {one.path}" for one in operations} >= {
        "POST /api/v1/roster",
        "GET /api/v1/audiences",
        "POST /api/v1/broadcasts",
        "POST /api/v1/broadcasts/{number}/submit",
        "POST /api/v1/broadcasts/{number}/approve",
        "GET /api/v1/broadcasts/{number}/report",
    }
