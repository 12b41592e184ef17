"""Emptying the ledger after a test that commits: only the tables that hold something.

Django truncates all of them, a hundred, and makes its permissions again: on PostgreSQL that took longer than most of
these tests.
"""

from functools import cache

from django.db import connections, transaction
from django.test import TransactionTestCase

#: what Django makes of the models themselves, the same after every test
_KEPT = frozenset({"django_content_type", "auth_permission"})


def empty(case: TransactionTestCase) -> None:
    """In place of `TransactionTestCase._fixture_teardown`."""
    for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]  # the stubs leave it out
        with transaction.atomic(alias), connections[alias].cursor() as cursor:
            cursor.execute(_which_hold_something(alias))
            for (table,) in cursor.fetchall():  # in any order: foreign keys are looked at when it commits
                cursor.execute(f"DELETE FROM {connections[alias].ops.quote_name(table)}")


@cache
def _which_hold_something(alias: str) -> str:
    tables = set(connections[alias].introspection.django_table_names(only_existing=True, include_views=False)) - _KEPT
    quote = connections[alias].ops.quote_name
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in sorted(tables)
    )
