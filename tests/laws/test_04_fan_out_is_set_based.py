"""Law 4: deliveries are planned by sets. The number of statements does not grow with the number of families."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db


def test_ten_times_the_families_take_as_many_statements() -> None:
    builders.families(10)
    with CaptureQueriesContext(
        connection,
    ) as few:
        worker.plan(builders.broadcast().pk)
    builders.families(100)
    with CaptureQueriesContext(connection) as many:
        worker.plan(builders.broadcast().pk)
    assert len(many) == len(few)
