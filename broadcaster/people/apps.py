"""The room as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Named for its room."""

    name = "broadcaster.people"
