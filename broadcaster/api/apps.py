"""Django's entry for the API. Only the web process and whoever migrates load it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API's tables."""

    name = "broadcaster.api"
    label = "api"
