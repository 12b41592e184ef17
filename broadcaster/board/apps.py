"""The room as a Django app."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Named for its room."""

    name = "broadcaster.board"
