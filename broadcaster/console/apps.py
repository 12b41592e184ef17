"""The room as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Named for its room."""

    name = "broadcaster.console"
