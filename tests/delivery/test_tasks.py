"""What a worker does before a task: its thread's connection is looked at, since a restarted database has cut it."""

import pytest
from celery import signals
from django.db import connection

from broadcaster.delivery import sql, tasks

pytestmark = pytest.mark.django_db(transaction=True)

if connection.vendor == "postgresql":  # SQLite has no server that could restart

    def test_a_task_runs_on_a_connection_that_the_database_has_cut() -> None:
        (pid,) = sql.rows("SELECT pg_backend_pid()")[0]
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        other.close()
        signals.task_prerun.send(sender=tasks.sweep)
        assert sql.rows("SELECT 1") == [(1,)]
