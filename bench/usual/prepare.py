"""`python -m bench.usual.prepare`: make the tables, empty."""

from django.db import connection

from bench.usual.app import app
from bench.usual.models import Message, Notification


def prepare() -> None:
    """Make each table anew."""
    app.finalize()
    with connection.schema_editor() as editor:
        for model in (Message, Notification):
            if model._meta.db_table in connection.introspection.table_names():
                editor.delete_model(model)
            editor.create_model(model)


if __name__ == "__main__":
    prepare()
